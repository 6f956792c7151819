// WebSocket in a tab of chromium, with the interface of PeerClient.

import assert from 'node:assert/strict'

import { Inbox } from './process.mjs'

export class ChromiumClient {
  can = { binary: true, closeCode: true, closeBare: true, protocols: true }
  #events = new Inbox()

  static async in(context, address) {
    const client = new ChromiumClient()
    client.page = await context.newPage()
    await client.page.exposeFunction('tell', event => client.#events.push(event))
    await client.page.goto(address)
    await client.page.evaluate(install)
    return client
  }

  async open(url, { protocols = [] } = {}) {
    await this.page.evaluate(args => peer.open(...args), [url, protocols])
    return this.next('open')
  }

  text(text) { this.#do('text', text) }
  binary(bytes) { this.#do('binary', Buffer.from(bytes).toString('base64')) }
  close(code, reason = '') { this.#do('close', ...(code === undefined ? [] : [code, reason])) }

  /** The nearest that a page can come to a lost connection: it is left. */
  async drop() {
    const address = this.page.url()
    await this.page.goto('about:blank')
    await this.page.goto(address)
    await this.page.evaluate(install)
    this.#events.push({ event: 'closed' })
  }

  /** Sends so many bytes, and reloads the page before they can be through. */
  async reloadWhileSending(length) {
    const loaded = this.page.waitForEvent('load')
    await this.page.evaluate(size => { peer.zeros(size); setTimeout(() => location.reload()) }, length).catch(() => {})
    await loaded
    await this.page.evaluate(install)
  }

  async next(kind, milliseconds) {
    const event = await this.#events.take(`event "${kind}" of chromium`, milliseconds)
    assert.equal(event.event, kind, `event of chromium, which was ${JSON.stringify(event).slice(0, 300)}`)
    if (event.base64 !== undefined) event.bytes = Buffer.from(event.base64, 'base64')
    return event
  }

  #do(name, ...args) {
    this.page.evaluate(([method, rest]) => peer[method](...rest), [name, args])
      .catch(error => this.#events.push({ event: 'error', message: error.message }))
  }
}

/** Runs in the page. Keeps the order of events: bytes are read at once, not from a Blob. */
function install() {
  const toBase64 = buffer => {
    let text = ''
    const bytes = new Uint8Array(buffer)
    for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000))
    return btoa(text)
  }
  let socket
  globalThis.peer = {
    open(url, protocols) {
      socket = new WebSocket(url, protocols)
      socket.binaryType = 'arraybuffer'
      socket.onopen = () => tell({ event: 'open', protocol: socket.protocol, extensions: socket.extensions })
      socket.onmessage = ({ data }) => tell(typeof data === 'string' ? { event: 'text', text: data } : { event: 'binary', base64: toBase64(data) })
      socket.onclose = ({ code, reason, wasClean }) => tell({ event: 'closed', code, reason, clean: wasClean })
    },
    text: text => socket.send(text),
    binary: base64 => socket.send(Uint8Array.from(atob(base64), character => character.charCodeAt(0))),
    zeros: length => socket.send(new Uint8Array(length)),
    close: (...args) => socket.close(...args),
  }
}
