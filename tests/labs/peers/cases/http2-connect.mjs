// The example `http2-client` against servers of others, and what it says where one does not let it in.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:tls'
import { fileURLToPath } from 'node:url'

import { accept, echo, serveNode } from '../lib/http2-server.mjs'
import { python } from '../lib/needs.mjs'
import { greeting } from '../lib/scenarios.mjs'
import { PeerServer } from '../lib/server.mjs'
import { certify } from '../lib/tls.mjs'

const texts = ['hello', '', greeting, ...[125, 126, 127, 65_535, 65_536, 100_000].map(length => 'x'.repeat(length))]

/** The client sends, and what comes back is as it was sent; then it closes. */
function echoed({ status, lines, log }, sent) {
  assert.equal(status, 0, `exit status; http2-client said: ${log}`)
  // An empty line is a text as well, and a text here has no line break.
  assert.deepEqual(lines, [...sent, 'closed with Some(1000)'])
}

const hypercorn = {
  name: 'http2/connect/hypercorn/echo',
  drafts: ['rfc6455'],
  needs: ['http2', 'hypercorn', 'openssl'],
  limit: 30_000,
  async run(stage) {
    const { certificate, key } = certify(stage)
    const file = fileURLToPath(new URL('../servers/hypercorn_server.py', import.meta.url))
    const child = stage.program(python, [file, certificate, key], { name: 'hypercorn' })
    const { port } = JSON.parse(await child.stdout.take('hypercorn to listen'))
    echoed(await stage.connectHttp2(`wss://localhost:${port}/echo?from=wsdraft`, certificate, ...texts), texts)
    const seen = await new PeerServer(child, port).connection()
    assert.deepEqual(seen.shift(), { event: 'open', http: '2', version: 13, path: '/echo?from=wsdraft' })
    // What it tells its application of the code is 1006 whenever a client closes.
    assert.equal(seen.pop().event, 'closed')
    assert.deepEqual(seen.map(({ event, text }) => [event, text]), texts.map(text => ['text', text]))
  },
}

/** A case with Node's server; `check` gets what the client said and the requests that the server saw. */
const node = (name, options, sent, check) => ({
  name: `http2/connect/node/${name}`,
  drafts: ['rfc6455'],
  needs: ['http2', 'openssl', 'ws'],
  limit: 30_000,
  async run(stage) {
    const certified = certify(stage)
    const { url, requests } = await serveNode(stage, certified, options)
    const started = performance.now()
    const said = await stage.connectHttp2(url, certified.certificate, ...sent)
    check(said, requests, performance.now() - started)
  },
})

const talks = [
  node('echo', {}, texts, (said, requests) => {
    echoed(said, texts)
    const [fields] = requests
    const asked = Object.fromEntries(Object.entries(fields).filter(([name]) => name !== ':authority'))
    assert.deepEqual(asked, {
      ':method': 'CONNECT', ':protocol': 'websocket', ':scheme': 'https', ':path': '/echo?from=wsdraft', 'sec-websocket-version': '13',
    })
  }),

  node('one-mebibyte', { talk: socket => socket.on('message', () => socket.send(Buffer.alloc(1 << 20, 7))) }, ['a', 'b', 'c'],
    said => echoed(said, ['1048576 bytes', '1048576 bytes', '1048576 bytes'])),

  // The answer to the message comes after the answer to the ping.
  node('ping', {
    talk: socket => socket.on('message', data => {
      socket.once('pong', payload => socket.send(`${data} after ${payload}`, { binary: false }))
      socket.ping('are you there')
    }),
  }, ['one', 'two'], said => echoed(said, ['one after are you there', 'two after are you there'])),

  node('fragments', {
    talk: socket => socket.on('message', () => {
      const bytes = Buffer.from(greeting)
      socket.send(bytes.subarray(0, 3), { binary: false, fin: false })
      socket.ping('between')
      socket.send('', { binary: false, fin: false })
      socket.send(bytes.subarray(3), { binary: false, fin: true })
    }),
  }, ['x'], said => echoed(said, [greeting])),

  node('frames-in-pieces', {
    talk: (socket, stream) => {
      echo(socket)
      const write = stream.write.bind(stream)
      // Each byte in a DATA frame of its own.
      stream.write = (bytes, ...rest) => {
        const all = Buffer.from(bytes)
        for (const byte of all.subarray(0, -1)) write(Buffer.of(byte))
        return write(all.subarray(-1), ...rest)
      }
    },
  }, ['a few bytes', greeting], said => echoed(said, ['a few bytes', greeting])),

  node('early-hints', {
    answer(stream, fields, talk) {
      for (let i = 0; i < 3; i += 1) stream.additionalHeaders({ ':status': 103, link: '</style.css>; rel=preload' })
      accept(stream, fields, talk)
    },
  }, ['x'], said => echoed(said, ['x'])),

  node('server-closes', { talk: socket => socket.on('message', () => socket.close(4001, 'enough')) }, ['x'], ({ status, log }) => {
    assert.equal(status, 1)
    assert.match(log, /the server has closed the connection/)
  }),

  // The reset may come while the client still flushes what it sent.
  node('stream-reset', { talk: (socket, stream) => socket.on('message', () => stream.close(8)) }, ['x'], ({ status, log }) => {
    assert.equal(status, 1)
    assert.match(log, /the peer left without closing|error writing a body/)
  }),

  node('stream-ends', { talk: (socket, stream) => socket.on('message', () => stream.end()) }, ['x'], ({ status, log }) => {
    assert.equal(status, 1)
    assert.match(log, /the peer left without closing/)
  }),

  node('connection-lost', { talk: (socket, stream) => socket.on('message', () => stream.session.destroy()) }, ['x'], ({ status, log }) => {
    assert.equal(status, 1)
    assert.match(log, /the peer left without closing/)
  }),
]

/** Where there is no WebSocket, the client says why, and soon. */
const refused = (name, options, pattern, most = Infinity) => node(`refused/${name}`, options, ['x'], ({ status, lines, log }, requests, milliseconds) => {
  assert.equal(status, 1, 'exit status')
  assert.deepEqual(lines, [], 'what the client received')
  assert.match(log, pattern)
  assert.ok(milliseconds <= most, `took ${milliseconds} ms`)
  if (most < Infinity) assert.deepEqual(requests, [], 'requests that the server saw')
})

const answered = (fields, body = '') => ({ answer: stream => { stream.respond(fields); stream.end(body) } })

const refusals = [
  refused('not-announced', { settings: {} }, /SETTINGS_ENABLE_CONNECT_PROTOCOL/, 8_000),
  refused('announced-as-0', { settings: { enableConnectProtocol: false } }, /SETTINGS_ENABLE_CONNECT_PROTOCOL/, 8_000),
  refused('403', answered({ ':status': 403, 'content-type': 'text/plain', 'x-reason': 'members only' }, 'no entry'), /status 403[^]*"x-reason": "members only"/),
  refused('302', answered({ ':status': 302, location: 'https://localhost/elsewhere' }), /status 302[^]*"location": "https:\/\/localhost\/elsewhere"/),
  // It accepts (RFC 8441 §5), and hyper carries frames after 200 alone.
  refused('201', { answer: (stream, fields, talk) => accept(stream, fields, talk, { ':status': 201 }) }, /\b201\b/),
  refused('404', answered({ ':status': 404 }), /status 404/),
  refused('a-large-body', answered({ ':status': 500 }, 'x'.repeat(1 << 20)), /status 500/),
  refused('unasked-subprotocol', answered({ ':status': 200, 'sec-websocket-protocol': 'chat' }), /subprotocol/),
  refused('unasked-extension', answered({ ':status': 200, 'sec-websocket-extensions': 'permessage-deflate' }), /extension/),
  refused('reset', { answer: stream => stream.close(8) }, /the opening handshake failed/),
  refused('goaway', { answer: stream => stream.session.destroy(undefined, 2) }, /the opening handshake failed/),
]

/** A server that speaks HTTP/1.1 alone, and says so or nothing. */
const onlyHttp1 = Object.entries({ 'only-http1': ['http/1.1'], 'no-alpn': undefined }).map(([name, ALPNProtocols]) => ({
  name: `http2/connect/node/refused/${name}`,
  drafts: ['rfc6455'],
  needs: ['http2', 'openssl'],
  async run(stage) {
    const { certificate, key } = certify(stage)
    const server = createServer({ cert: readFileSync(certificate), key: readFileSync(key), ALPNProtocols })
    server.on('tlsClientError', () => {})
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    stage.atEnd(() => server.close())
    const { status, log } = await stage.connectHttp2(`wss://localhost:${server.address().port}/`, certificate, 'x')
    assert.equal(status, 1, 'exit status')
    assert.match(log, /NoApplicationProtocol|no h2 in ALPN/)
  },
}))

const untrusted = {
  name: 'http2/connect/node/refused/unknown-authority',
  drafts: ['rfc6455'],
  needs: ['http2', 'openssl', 'ws'],
  async run(stage) {
    const { url, requests } = await serveNode(stage, certify(stage))
    const { status, log } = await stage.connectHttp2(url, certify(stage).certificate, 'x')
    assert.equal(status, 1, 'exit status')
    assert.match(log, /certificate/i)
    assert.deepEqual(requests, [])
  },
}

export default [hypercorn, ...talks, ...refusals, ...onlyHttp1, untrusted]
