// The example `http2-server` against Node's client for HTTP/2: many WebSockets and plain requests on one connection.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { constants } from 'node:http2'

import { prose } from '../lib/deflate.mjs'
import { Http2Client } from '../lib/http2.mjs'
import { Raw, closeBody, frame } from '../lib/raw.mjs'
import { echoBinary, echoText, goodbye, greeting, scenarios } from '../lib/scenarios.mjs'
import { certify } from '../lib/tls.mjs'

const needs = ['http2', 'openssl', 'ws']

const kase = (name, run, after = isServed) => ({
  name: `http2/serve/node/${name}`,
  drafts: ['rfc6455'],
  needs,
  limit: 30_000,
  async run(stage) {
    const server = await stage.serveHttp2(certify(stage))
    const client = await Http2Client.to(stage, server)
    await run({ stage, server, client })
    await after(client)
  },
})

/** Whatever a stream did, the connection serves the next ones. */
async function isServed(client) {
  const page = await client.get()
  assert.deepEqual([page.status, page.body], [200, 'This page came over HTTP/2.0.\n'])
  const peer = client.peer()
  await peer.open('wss://localhost/')
  await echoText(peer, greeting)
  await goodbye(peer)
}

const everyScenario = ['text', 'binary', 'empty', 'sizes', 'burst', 'fragments', 'ping-between-fragments', 'ping', 'unasked-pong', 'close-code', 'close-bare', 'drop']
  .map(name => kase(name, ({ client, server }) => scenarios[name].run(client.peer(), server.url)))

const exchanges = [
  kase('one-mebibyte', async ({ client, server }) => {
    const peer = client.peer()
    await peer.open(server.url)
    await echoText(peer, 'ä1'.repeat(349_525))
    await echoBinary(peer, Uint8Array.from({ length: 1 << 20 }, (_, i) => (i * 31) >> 3))
    await goodbye(peer)
  }),

  kase('compression', async ({ client, server }) => {
    const peer = client.peer()
    const { extensions } = await peer.open(server.url, { deflate: true })
    assert.match(extensions, /^permessage-deflate/)
    for (const text of ['', 'x', greeting, prose(300), prose(300_000), prose(300)]) await echoText(peer, text)
    await echoBinary(peer, Uint8Array.from({ length: 100_000 }, (_, i) => (i * 31) >> 3))
    await goodbye(peer)
  }),

  kase('side-by-side', async ({ client, server }) => {
    const peers = Array.from({ length: 20 }, () => client.peer())
    await Promise.all(peers.map(peer => peer.open(server.url)))
    for (let round = 0; round < 5; round += 1) {
      await Promise.all([
        ...peers.map((peer, i) => echoText(peer, `${round} of ${i} ${'.'.repeat(i * 500)}`)),
        ...Array.from({ length: 5 }, async () => assert.equal((await client.get()).status, 200)),
      ])
    }
    await Promise.all(peers.map(goodbye))
  }),

  kase('streams-end-one-by-one', async ({ client, server }) => {
    const peers = Array.from({ length: 4 }, () => client.peer())
    for (const peer of peers) await peer.open(server.url)
    const ends = [peer => goodbye(peer), peer => peer.drop(), peer => peer.stream.end(), peer => peer.socket.close(4000, 'enough')]
    for (const [i, end] of ends.entries()) {
      await end(peers[i])
      for (const peer of peers.slice(i + 1)) await echoText(peer, `after ${i}`)
    }
  }),

  kase('reset-in-mid-message', async ({ client, server }) => {
    const other = client.peer()
    await other.open(server.url)
    for (let i = 0; i < 10; i += 1) {
      const raw = await client.raw()
      raw.send(frame(2, 'x'.repeat(1000), { length: 1 << 20 }))
      raw.socket.close(constants.NGHTTP2_CANCEL)
      await echoText(other, `after ${i}`)
    }
    await goodbye(other)
  }),
]

/** The client ends its half of the stream. */
const halfClosed = [
  kase('end-stream-after-close-frame', async ({ client }) => {
    const raw = await client.raw()
    raw.send(frame(8, closeBody(1000, 'bye')))
    raw.finish()
    const { opcode, payload } = await raw.frame()
    assert.deepEqual([opcode, payload], [8, closeBody(1000, 'bye')])
    await raw.end()
    assert.equal(raw.socket.rstCode, 0, 'how the stream ended')
  }),

  kase('end-stream-after-message', async ({ client }) => {
    const raw = await client.raw()
    raw.send(frame(1, 'last words'))
    raw.finish()
    const { opcode, payload } = await raw.frame()
    assert.deepEqual([opcode, String(payload)], [1, 'last words'])
    await raw.end()
  }),

  kase('end-stream-in-mid-frame', async ({ client }) => {
    const raw = await client.raw()
    raw.send(frame(1, 'half', { length: 8 }))
    raw.finish()
    await raw.end()
  }),
]

const hostile = [
  ['unmasked', 1002, frame(1, 'bare', { masked: false })],
  ['opcode-3', 1002, frame(3, '')],
  ['rsv2', 1002, frame(1, 'x', { rsv: 2 })],
  ['ping-126', 1002, frame(9, 'x'.repeat(126))],
  ['bad-utf-8', 1007, frame(1, Buffer.from([0xc0, 0x80]))],
  ['close-code-1005', 1002, frame(8, closeBody(1005))],
].map(([name, code, bytes]) => kase(`hostile/${name}`, async ({ client }) => {
  const raw = await client.raw()
  raw.send(bytes)
  await raw.closedWith(code)
}))

/** Extended CONNECTs that are no good: the status, and fields that must not be in an answer of HTTP/2. */
const refused = [
  ['another-protocol', { ':protocol': 'connect-ip' }],
  ['version-12', { 'sec-websocket-version': '12' }, '13'],
  ['version-missing', { 'sec-websocket-version': null }],
  ['version-twice', { 'sec-websocket-version': ['13', '13'] }],
  ['scheme-ws', { ':scheme': 'wss' }],
  ['bad-extensions', { 'sec-websocket-extensions': 'permessage-deflate;;' }],
  ['bad-subprotocol', { 'sec-websocket-protocol': 'a b' }],
  ['post', { ':method': 'POST', ':protocol': null }],
].map(([name, change, versions]) => kase(`refused/${name}`, async ({ client }) => {
  const { status, fields, stream } = await client.ask(change)
  assert.ok(status >= 400 && status < 500, `status ${status}`)
  if (versions) assert.equal(fields['sec-websocket-version'], versions)
  for (const field of ['upgrade', 'connection', 'sec-websocket-accept']) assert.ok(!(field in fields), `${field} in the answer`)
  stream.close()
}))

const opening = [
  kase('settings', async ({ client }) => {
    assert.equal(client.session.remoteSettings.enableConnectProtocol, true)
  }),

  kase('key-is-ignored', async ({ client, server }) => {
    for (const key of ['dGhlIHNhbXBsZSBub25jZQ==', 'no key at all']) {
      const peer = client.peer()
      const { answer } = await peer.open(server.url, { fields: { 'sec-websocket-key': key } })
      assert.deepEqual(Object.keys(answer).filter(field => ['sec-websocket-accept', 'upgrade', 'connection'].includes(field)), [])
      await echoText(peer, key)
      await goodbye(peer)
    }
  }),

  kase('no-subprotocol', async ({ client, server }) => {
    const peer = client.peer()
    const { protocol } = await peer.open(server.url, { fields: { 'sec-websocket-protocol': 'chat.v1, chat.v2' } })
    assert.equal(protocol, '', 'a subprotocol that the server does not know')
    await goodbye(peer)
  }),

  kase('as-browsers-ask', async ({ client, server }) => {
    const peer = client.peer()
    await peer.open(`${server.url}chat?room=1`, { fields: { origin: 'https://localhost', 'user-agent': 'Mozilla/5.0', 'accept-encoding': 'gzip', cookie: ['a=b', 'c=d'] } })
    await echoText(peer, greeting)
    await goodbye(peer)
  }),

  // What a client says before it is answered waits for the handler.
  kase('frames-before-the-answer', async ({ stage, client }) => {
    const stream = client.request()
    stream.write(Buffer.concat([frame(1, 'early'), frame(9, 'bird')]))
    const [{ ':status': status }] = await once(stream, 'response')
    assert.equal(status, 200)
    const raw = Raw.over(stage, stream)
    const said = [await raw.frame(), await raw.frame(), await raw.frame()].map(({ opcode, payload }) => `${opcode} ${payload}`)
    assert.deepEqual(said.sort(), ['1 early', '1 over HTTP/2.0', '10 bird'])
    raw.send(frame(8))
    await raw.end()
  }),

  kase('no-frames-at-all', async ({ stage, client }) => {
    const stream = client.request({}, { endStream: true })
    await once(stream, 'response')
    await Raw.over(stage, stream).end()
  }),

  kase('head-too-large', async ({ client }) => {
    const fields = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`x-filler-${i}`, 'x'.repeat(500)]))
    const answer = await client.ask(fields).catch(error => error)
    assert.ok(answer instanceof Error || answer.status === 431, `status ${answer.status}`)
  }),

  kase('http1-beside', async ({ stage, server }) => {
    const kind = (await import('../clients/index.mjs')).default.find(({ name }) => name === 'ws-13')
    const peer = stage.client(kind)
    await peer.open(server.url)
    assert.equal((await peer.next('text')).text, 'over HTTP/1.1')
    await echoText(peer, greeting)
    await goodbye(peer)
  }),

  kase('server-goes-away', async ({ server, client }) => {
    const peer = client.peer()
    await peer.open(server.url)
    server.child.process.kill('SIGINT')
    const closed = await peer.next('closed')
    assert.deepEqual([closed.code, closed.clean], [1001, true])
  }, () => {}),
]

export default [...opening, ...everyScenario, ...exchanges, ...halfClosed, ...hostile, ...refused]
