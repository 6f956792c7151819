// permessage-deflate with others, both ways: what is agreed, and that everything comes back.

import assert from 'node:assert/strict'

import clients from '../clients/index.mjs'
import { ChromiumClient } from '../lib/chromium.mjs'
import { prose } from '../lib/deflate.mjs'
import { family } from '../lib/drafts.mjs'
import { echoBinary, echoText, goodbye, greeting, scenarios } from '../lib/scenarios.mjs'
import { serveTls } from '../lib/tls.mjs'
import servers from '../servers/index.mjs'

/** What a client offers: window bits for both directions, and whether windows are kept. */
const offers = [
  { name: 'default' },
  ...[9, 10, 11, 12, 13, 14, 15].map(bits => ({ name: `${bits}-bits`, bits })),
  { name: 'no-takeover', forget: true },
  { name: '9-bits-no-takeover', bits: 9, forget: true },
]

const header = ({ bits, forget }) => [
  'permessage-deflate',
  ...(forget ? ['server_no_context_takeover', 'client_no_context_takeover'] : []),
  ...(bits ? [`server_max_window_bits=${bits}`, `client_max_window_bits=${bits}`] : ['client_max_window_bits']),
].join('; ')

function agreed({ bits, forget }, extensions, whose) {
  assert.match(extensions, /^permessage-deflate/, `extensions that ${whose}`)
  assert.equal(/server_no_context_takeover/.test(extensions), Boolean(forget), extensions)
  if (!bits) return
  // A server may answer with a smaller window.
  const window = Number(/server_max_window_bits="?(\d+)/.exec(extensions)?.[1])
  assert.ok(window >= 8 && window <= bits, `${bits} bits were offered; extensions that ${whose}: ${extensions}`)
}

const serve = ['--extensions', 'permessage-deflate']
const chosen = ['ws-13', 'websockets', 'wsproto']

const fromClients = clients.filter(({ name }) => chosen.includes(name)).flatMap(kind => [
  ...offers.map(offer => ({
    name: `deflate/serve/${kind.name}/${offer.name}`,
    drafts: kind.drafts,
    needs: kind.needs,
    async run(stage) {
      const server = await stage.serve(...serve)
      const peer = stage.client(kind, { deflate: { bits: offer.bits ?? null, forget: Boolean(offer.forget) } })
      const { extensions } = await peer.open(server.url)
      agreed(offer, extensions, `${kind.name} saw`)
      for (const text of ['', 'x', greeting, prose(300), prose(70_000), prose(300), greeting, '']) await echoText(peer, text)
      await echoBinary(peer, Uint8Array.from({ length: 5000 }, (_, i) => (i * i) >> 5))
      await goodbye(peer)
    },
  })),
  ...['text', 'binary', 'empty', 'sizes', 'burst', 'fragments', 'ping-between-fragments', 'ping', 'close-code', 'drop']
    .filter(scenario => !scenarios[scenario].when || scenarios[scenario].when(kind.can))
    .map(scenario => ({
      name: `deflate/serve/${kind.name}/${scenario}`,
      drafts: kind.drafts,
      needs: kind.needs,
      async run(stage) {
        const server = await stage.serve(...serve)
        const peer = stage.client(kind, { deflate: { bits: null, forget: false } })
        await scenarios[scenario].run(peer, server.url)
        await peer.open(server.url)
        await echoText(peer, prose(1000))
        await goodbye(peer)
      },
    })),
])

const toServers = servers.filter(({ name }) => ['ws', 'websockets'].includes(name)).flatMap(kind => offers.map(offer => ({
  name: `deflate/connect/${kind.name}/${offer.name}`,
  drafts: family[13],
  needs: kind.needs,
  limit: 30_000,
  async run(stage) {
    const server = await stage.server(kind)
    const texts = ['', 'hello', greeting, prose(300), prose(60_000), prose(300)]
    const { status, events, log } = await stage.connect(server.url, '--extensions', header(offer), '--timeout', '10',
      ...texts.flatMap(text => ['--send', text]), '--binary', '00ff8001c3', '--close', '1000')
    const tale = [...events.map(event => JSON.stringify(event).slice(0, 200)), ...log].join(' | ')
    assert.equal(status, 0, `exit status; connect said: ${tale}`)
    const seen = await server.connection()
    const open = seen.find(({ event }) => event === 'open')
    agreed(offer, open.extensions, `${kind.name} agreed to`)
    assert.deepEqual(seen.filter(({ event }) => event === 'text').map(({ text }) => text), texts, 'texts that the server saw')
    const messages = events.filter(({ event }) => event === 'message')
    assert.deepEqual(messages.filter(({ type }) => type === 'text').map(({ text }) => text), texts, `texts that came back: ${tale}`)
    assert.deepEqual(messages.filter(({ type }) => type === 'binary').map(({ data }) => data), ['00ff8001c3'])
  },
})))

const inBrowser = ['ws', 'wss'].map(transport => ({
  name: `deflate/browser/${transport}-script`,
  drafts: family[13],
  needs: transport === 'wss' ? ['chromium', 'openssl'] : ['chromium'],
  limit: 60_000,
  async run(stage) {
    const server = transport === 'wss' ? await serveTls(stage, ...serve) : await stage.serve(...serve)
    const page = transport === 'wss' ? `https://${server.address}/` : `http://${server.address}/`
    const peer = await ChromiumClient.in(await stage.browser(), page)
    const { extensions } = await peer.open(server.url)
    assert.match(extensions, /^permessage-deflate/, 'extensions that the browser saw')
    for (const text of ['', greeting, prose(300), prose(300_000), greeting]) await echoText(peer, text)
    await echoBinary(peer, Uint8Array.from({ length: 1 << 20 }, (_, i) => (i * 31) >> 3))
    await goodbye(peer)
  },
}))

export default [...fromClients, ...toServers, ...inBrowser]
