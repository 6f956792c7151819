// Peers of others through `wsdraft bridge`: old clients to servers of today, and clients of today to old servers.

import assert from 'node:assert/strict'

import clients from '../clients/index.mjs'
import { echoBinary, echoText, goodbye, greeting } from '../lib/scenarios.mjs'
import { family } from '../lib/drafts.mjs'
import servers from '../servers/index.mjs'

const modern = ['ws', 'websockets']
const long = 'abcdefg'.repeat(9_000)
const bytes = Uint8Array.of(0, 0xff, 0x80, 1, 0xc3)

const only = (events, kind) => events.filter(({ event }) => event === kind)
const hex = data => Buffer.from(data).toString('hex')

/** Says what both ends can, and closes; checks what the server saw. */
async function converse(peer, server, bridge, { binary, ping }) {
  await peer.open(`${bridge.url}echo?from=wsdraft`)
  const texts = ['hello', '', greeting, long]
  for (const text of texts) await echoText(peer, text)
  if (binary) await echoBinary(peer, bytes)
  if (ping) {
    peer.ping('are you there')
    assert.equal(String((await peer.next('pong')).bytes), 'are you there')
  }
  await goodbye(peer)
  const seen = await server.connection()
  assert.deepEqual(only(seen, 'error'), [], 'errors that the server reports')
  // wsproto's example asks without the query.
  assert.match(only(seen, 'open')[0].path, /\/echo(\?from=wsdraft)?$/, 'the resource that the server saw')
  assert.deepEqual(only(seen, 'text').map(({ text }) => text), texts, 'texts that the server saw')
  assert.deepEqual(only(seen, 'binary').map(event => event.hex), binary ? [hex(bytes)] : [], 'bytes that the server saw')
  return seen
}

const oldClients = clients.flatMap(kind => modern.map(name => ({
  name: `bridge/${kind.name}/to-${name}`,
  drafts: kind.drafts,
  needs: [...kind.needs, name],
  limit: 30_000,
  async run(stage) {
    const server = await stage.server(servers.find(one => one.name === name))
    const bridge = await stage.bridge(server.url.replace(/\/echo.*/, ''), ...kind.serve)
    const peer = stage.client(kind)
    const seen = await converse(peer, server, bridge, kind.can)
    assert.equal(seen.at(-1).code, 1000, 'the code of a client that closes, whether its draft has one or not')
    if (kind.can.closeCode) {
      await peer.open(bridge.url)
      peer.close(3000, 'füß 🦶')
      await peer.next('closed')
      const { code, reason } = (await server.connection()).at(-1)
      assert.deepEqual({ code, reason }, { code: 3000, reason: 'füß 🦶' })
    }
    await peer.open(bridge.url)
    await echoText(peer, 'hello')
    peer.drop()
    await peer.next('closed')
    // Where closing is ending TCP, nothing tells the two apart.
    const expected = kind.drafts.includes('hixie-75') ? 1000 : 1001
    assert.equal((await server.connection()).at(-1).code, expected, 'the code for a client that is gone')
  },
})))

const isHixie = draft => draft.startsWith('hixie') || draft === 'hybi-00'

const oldServers = servers.flatMap(kind => Object.entries(kind.speaks).flatMap(([wire]) => ['ws-13', 'websockets'].map(name => {
  const [draft] = family[wire]
  const client = clients.find(one => one.name === name)
  return {
    name: `bridge/${name}/to-${kind.name}-${wire}`,
    drafts: [draft],
    needs: [...kind.needs, ...client.needs],
    limit: 30_000,
    async run(stage) {
      const server = await stage.server(kind)
      const bridge = await stage.bridge(server.url.replace(/\/echo.*/, ''), '--upstream-draft', draft)
      const peer = stage.client(client)
      // Whether a draft has them, and not whether the server tells of them.
      const old = !isHixie(draft)
      await converse(peer, server, bridge, { binary: old, ping: true })
    },
  }
})))

const refused = {
  name: 'bridge/refusals/ws',
  drafts: [],
  needs: ['ws'],
  async run(stage) {
    const bridge = await stage.bridge('ws://127.0.0.1:9')
    const said = await stage.connect(bridge.url, '--send', 'hello')
    assert.equal(said.events[0]?.status, 502, said.log.join(' | '))
  },
}

export default [...oldClients, ...oldServers, refused]
