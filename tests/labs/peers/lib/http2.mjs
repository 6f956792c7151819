// WebSockets over HTTP/2 (RFC 8441) by Node: its `http2` makes the streams, and npm `ws` the frames.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, constants } from 'node:http2'

import { agreed } from './agreed.mjs'
import { Inbox } from './process.mjs'
import { Raw } from './raw.mjs'
import { load } from './require.mjs'

/** What the example `http2-server` says first. */
export const over = version => `over HTTP/${version}`

/** One connection of HTTP/2 to a server; `options` are those of Node. */
export class Http2Client {
  static async to(stage, { port, certificate }, options = {}) {
    const client = new Http2Client()
    client.authority = `localhost:${port}`
    client.stage = stage
    client.session = connect(`https://${client.authority}`, { ca: readFileSync(certificate), ...options })
    client.session.on('error', () => {})
    stage.atEnd(() => client.session.destroy())
    await once(client.session, 'remoteSettings')
    return client
  }

  /** A plain request. */
  async get(path = '/') {
    const stream = this.session.request({ ':path': path })
    const [fields] = await once(stream, 'response')
    return { status: fields[':status'], fields, body: await text(stream) }
  }

  /** The stream of an extended CONNECT; `change` replaces fields, or drops them with null. */
  request(change = {}, { endStream = false } = {}) {
    const fields = {
      ':method': 'CONNECT',
      ':protocol': 'websocket',
      ':scheme': 'https',
      ':authority': this.authority,
      ':path': '/',
      'sec-websocket-version': '13',
      ...change,
    }
    for (const [name, value] of Object.entries(fields)) if (value === null) delete fields[name]
    return this.session.request(fields, { endStream })
  }

  /** An extended CONNECT, and what is answered. */
  async ask(change) {
    const stream = this.request(change)
    const [fields] = await once(stream, 'response')
    stream.on('error', () => {})
    return { status: fields[':status'], fields, stream }
  }

  /** A WebSocket whose frames are written by hand, after the greeting. */
  async raw(change) {
    const { status, stream } = await this.ask(change)
    assert.equal(status, 200)
    const raw = Raw.over(this.stage, stream)
    assert.equal(String((await raw.frame()).payload), over('2.0'))
    return raw
  }

  /** A WebSocket with the interface of PeerClient. */
  peer() { return new Http2Peer(this) }
}

export async function text(stream) {
  const parts = []
  for await (const part of stream) parts.push(part)
  return Buffer.concat(parts).toString()
}

class Http2Peer {
  can = { binary: true, ping: true, pong: true, closeCode: true, closeBare: true, fragments: 'bytes', interleave: true }
  #events = new Inbox()

  constructor(client) { this.client = client }

  /** The path of `url` on the connection that there is. The server must greet with the version that it sees. */
  async open(url, { fields = {}, deflate = false, greeting = over('2.0') } = {}) {
    const { extension, PerMessageDeflate } = load('ws')
    const offer = new PerMessageDeflate({ threshold: 0 })
    const asked = deflate ? { 'sec-websocket-extensions': extension.format({ 'permessage-deflate': offer.offer() }) } : {}
    const { status, fields: answer, stream } = await this.client.ask({ ':path': new URL(url).pathname, ...asked, ...fields })
    assert.equal(status, 200)
    const taken = answer['sec-websocket-extensions']
    if (taken) offer.accept(extension.parse(taken)['permessage-deflate'])
    this.stream = stream
    this.socket = overStream(stream, { isServer: false, extensions: taken ? { 'permessage-deflate': offer } : {} })
    this.#listen()
    assert.equal((await this.next('text')).text, greeting, 'the version that the server sees')
    return { protocol: answer['sec-websocket-protocol'] ?? '', extensions: agreed(this.socket), answer }
  }

  text(said) { this.socket.send(said) }
  binary(bytes) { this.socket.send(bytes) }
  ping(payload) { this.socket.ping(payload) }
  pong(payload) { this.socket.pong(payload) }

  fragments(type, parts, ping) {
    parts.forEach((part, i) => {
      if (ping && i === 1) this.socket.ping(ping)
      this.socket.send(Buffer.from(part), { binary: type === 'binary', fin: i === parts.length - 1 })
    })
  }

  close(code, reason) {
    if (code === undefined) this.socket.close()
    else this.socket.close(code, reason)
  }

  /** Resets the stream. */
  drop() { this.stream.close(constants.NGHTTP2_CANCEL) }

  async next(kind, milliseconds) {
    const event = await this.#events.take(`event "${kind}" over HTTP/2`, milliseconds)
    assert.equal(event.event, kind, `event over HTTP/2, which was ${JSON.stringify(event).slice(0, 300)}`)
    return event
  }

  #listen() {
    let rude = null
    const tell = (event, more) => this.#events.push({ event, ...more })
    this.socket.on('message', (data, isBinary) => (isBinary ? tell('binary', { bytes: data }) : tell('text', { text: String(data) })))
    this.socket.on('pong', bytes => tell('pong', { bytes }))
    this.socket.on('error', error => { rude = error.message })
    this.socket.on('close', (code, reason) => tell('closed', { code, reason: String(reason), clean: code !== 1006 && rude === null, error: rude, reset: this.stream.rstCode }))
  }
}

/** An open WebSocket of npm `ws` over a stream. The library has no public way to one: this is how its own ends do it. */
export function overStream(stream, { isServer, extensions = {} }) {
  const { WebSocket } = load('ws')
  const socket = new WebSocket(null, undefined, { autoPong: true, closeTimeout: 5_000 })
  socket._isServer = isServer
  socket._extensions = extensions
  socket.setSocket(stream, Buffer.alloc(0), { allowSynchronousEvents: true, maxPayload: 0, skipUTF8Validation: false })
  return socket
}
