// Peers that use up what one connection of HTTP/2 gives them: the server's memory stays within bounds, and others are
// served.

import { constants } from 'node:http2'

import { proxy } from '../lib/faults.mjs'
import { MiB, floodStream, staysWithin } from '../lib/greedy.mjs'
import { Http2Client } from '../lib/http2.mjs'
import { frame } from '../lib/raw.mjs'
import { echoText, goodbye, greeting } from '../lib/scenarios.mjs'
import { certify } from '../lib/tls.mjs'

const greedy = (name, most, attack) => ({
  name: `http2/greedy/${name}`,
  drafts: ['rfc6455'],
  needs: ['http2', 'openssl', 'ws'],
  limit: 60_000,
  async run(stage) {
    const server = await stage.serveHttp2(certify(stage))
    const isServed = async () => {
      const client = await Http2Client.to(stage, server)
      const peer = client.peer()
      await peer.open(server.url)
      await echoText(peer, greeting)
      await goodbye(peer)
      client.session.destroy()
    }
    await staysWithin(most, { stage, server, attack, isServed })
  },
})

/** A connection all of whose windows are as wide as they can be. */
async function wide(stage, server) {
  const client = await Http2Client.to(stage, server, { settings: { initialWindowSize: 2 ** 31 - 1 } })
  client.session.setLocalWindowSize(2 ** 31 - 1)
  return client
}

/** WebSockets side by side that nobody reads. */
async function unread(client, count) {
  const raws = await Promise.all(Array.from({ length: count }, () => client.raw()))
  for (const raw of raws) raw.socket.pause()
  return raws
}

const pings = Buffer.concat(Array.from({ length: 500 }, () => frame(9, 'p'.repeat(125))))
const echoes = Buffer.concat(Array.from({ length: 20 }, () => frame(2, 'x'.repeat(10_000))))
const flood = (raws, bytes, times) => Promise.all(raws.map(raw => floodStream(raw.socket, bytes, times, () => raw.ended)))

export default [
  greedy('echoes-that-nobody-reads', 8 * MiB, async (stage, server) => {
    const client = await Http2Client.to(stage, server)
    await flood(await unread(client, 1), echoes, 500)
    return [{ socket: client.session }]
  }),
  greedy('pings-whose-answers-nobody-reads', 8 * MiB, async (stage, server) => {
    const client = await Http2Client.to(stage, server)
    await flood(await unread(client, 1), pings, 500)
    return [{ socket: client.session }]
  }),
  greedy('echoes-on-fifty-streams', 64 * MiB, async (stage, server) => {
    const client = await Http2Client.to(stage, server)
    await flood(await unread(client, 50), echoes, 100)
    return [{ socket: client.session }]
  }),
  // Wide windows, and a network that takes no more.
  greedy('echoes-into-a-held-connection', 16 * MiB, async (stage, server) => {
    const { port } = await proxy(stage, server.port, { down: { stop: 20_000, then: 'hold' } })
    const client = await wide(stage, { ...server, port })
    await flood(await unread(client, 4), echoes, 500)
    return [{ socket: client.session }]
  }),
  greedy('a-hundred-messages-announced', 16 * MiB, async (stage, server) => {
    const client = await Http2Client.to(stage, server)
    for (const raw of await unread(client, 100)) raw.send(frame(2, 'x', { length: 1 << 24 }))
    return [{ socket: client.session }]
  }),
  greedy('streams-reset-at-once', 8 * MiB, async (stage, server) => {
    const client = await Http2Client.to(stage, server)
    for (let i = 0; i < 5_000 && !client.session.closed && !client.session.destroyed; i += 1) {
      const stream = client.request()
      stream.on('error', () => {})
      stream.close(constants.NGHTTP2_CANCEL)
      if (i % 100 === 99) await new Promise(resolve => setImmediate(resolve))
    }
    return [{ socket: client.session }]
  }),
]
