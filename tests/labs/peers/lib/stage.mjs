// What a case works with: our server, our client, and other implementations of either.
// Everything that it starts here ends with the case.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { chromium as chromiumPath, example } from './needs.mjs'
import { PeerClient } from './client.mjs'
import { PeerServer } from './server.mjs'
import { Child } from './process.mjs'
import { load } from './require.mjs'

export class Stage {
  #children = []
  #servers = []
  #endings = []

  constructor(listed) {
    /** The short names of the drafts that wsdraft lists. */
    this.listed = listed
  }

  /** Starts `wsdraft serve` on a free port, under the names of the machine and that of the raw requests. */
  async serve(...args) {
    const child = this.#start(new Child(process.env.WSDRAFT_BIN, ['serve', '--listen', '127.0.0.1:0', '--host', 'peer.example', ...args], { name: 'wsdraft serve' }))
    for (;;) {
      const line = await child.stderr.take('the line "listening on ws://ADDR"')
      const match = /listening on wss?:\/\/([^\s/]+)/.exec(line)
      if (!match) continue
      const server = { child, address: match[1], port: Number(match[1].split(':').pop()), url: `ws://${match[1]}/` }
      this.#servers.push(server)
      return server
    }
  }

  /** Starts the example `http2-server` on a free port. */
  async serveHttp2({ certificate, key }) {
    const child = this.#start(new Child(example('http2-server'), ['127.0.0.1:0', certificate, key], { name: 'http2-server' }))
    const line = await child.stdout.take('the line "listening on ADDR"')
    const port = Number(/^listening on \S+:(\d+)$/.exec(line)?.[1] ?? assert.fail(line))
    const server = { child, port, certificate, page: `https://localhost:${port}/`, url: `wss://localhost:${port}/`, ends: 'SIGINT' }
    this.#servers.push(server)
    return server
  }

  /** Runs the example `http2-client` to its end. Gives its exit status, what it printed and what it complained of. */
  async connectHttp2(url, certificate, ...messages) {
    const child = this.#start(new Child(example('http2-client'), [url, certificate, ...messages], { name: 'http2-client' }))
    const lines = []
    child.stdout.push = line => lines.push(line)
    const status = await child.exited
    return { status, lines, log: child.log.join('\n') }
  }

  /** Starts a program that ends with the case. */
  program(command, args, options) {
    return this.#start(new Child(command, args, options))
  }

  /** Runs `wsdraft connect --json` to its end. Gives its exit status and its events. */
  async connect(url, ...args) {
    const child = this.#start(new Child(process.env.WSDRAFT_BIN, ['connect', url, ...args, '--json'], { name: 'wsdraft connect' }))
    child.process.stdin.end()
    const lines = []
    child.stdout.push = line => lines.push(line)
    const status = await child.exited
    return { status, events: lines.map(line => JSON.parse(line)), log: child.log }
  }

  /** A client made with another implementation; `kind` is a row of clients/index.mjs. */
  client(kind, settings = {}) {
    return new PeerClient(this.#start(kind.start()), kind, settings)
  }

  /** A server made with another implementation; `kind` is a row of servers/index.mjs. */
  async server(kind) {
    const child = this.#start(kind.start())
    const { port } = JSON.parse(await child.stdout.take(`${kind.name} to listen`))
    return new PeerServer(child, port)
  }

  /** A fresh browser context in the one chromium that all cases share. */
  async browser({ viewport, colorScheme } = {}) {
    const context = await (await sharedBrowser()).newContext({ ignoreHTTPSErrors: true, viewport, colorScheme })
    this.atEnd(() => context.close())
    return context
  }

  /** A folder that goes away with the case. */
  folder() {
    const path = mkdtempSync(join(tmpdir(), 'wsdraft-peers-'))
    this.atEnd(() => rmSync(path, { recursive: true }))
    return path
  }

  atEnd(action) {
    this.#endings.push(action)
  }

  log() {
    return this.#children.flatMap(child => child.log.slice(-15).map(line => `${child.name}: ${line}`))
  }

  /** Ends everything. Gives the error if a server of ours did not live until now or did not end well. */
  async end() {
    let error = null
    const note = thrown => { error ??= thrown }
    for (const action of this.#endings.reverse()) await Promise.resolve().then(action).catch(note)
    for (const server of this.#servers) await leaves(server).catch(note)
    for (const child of this.#children) await child.stop()
    return error
  }

  #start(child) {
    this.#children.push(child)
    return child
  }
}

/** Our server must still run, then end with status 0 when told to, and never have panicked. */
export async function leaves({ child, ends = 'SIGTERM' }, signal = ends) {
  if (child.left) return
  child.left = true
  assert.ok(child.running, `the server ended by itself (${child.status})`)
  assert.equal(await child.stop(signal, 10_000), 0, `exit status of the server after ${signal}`)
  assert.deepEqual(child.log.filter(line => /panicked/.test(line)), [], 'panics of the server')
}

let browser = null

function sharedBrowser() {
  browser ??= load('playwright-core').chromium.launch({
    executablePath: chromiumPath(),
    args: [
      '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', '--no-proxy-server', '--ignore-certificate-errors',
    ],
  })
  return browser
}

export async function closeBrowser() {
  if (browser) await browser.then(it => it.close()).catch(() => {})
}
