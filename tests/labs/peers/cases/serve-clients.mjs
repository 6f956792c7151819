// Clients of others against `wsdraft serve`, each through every scenario that it is able to do.

import assert from 'node:assert/strict'

import clients from '../clients/index.mjs'
import { family } from '../lib/drafts.mjs'
import { echoText, goodbye, greeting, scenarios } from '../lib/scenarios.mjs'
import { serveTls } from '../lib/tls.mjs'

const everyScenario = clients.flatMap(kind => Object.entries(scenarios)
  .filter(([, { when }]) => !when || when(kind.can))
  .map(([scenario, { run }]) => ({
    name: `serve/${kind.name}/${scenario}`,
    drafts: kind.drafts,
    needs: kind.needs,
    async run(stage) {
      const server = await stage.serve(...kind.serve)
      const peer = stage.client(kind)
      await run(peer, server.url)
      // The server goes on serving.
      await peer.open(server.url)
      await echoText(peer, 'next one')
      await goodbye(peer)
    },
  })))

// A server of one draft only, for each draft that a client can name by its wire version.
const oneDraftOnly = [8, 13].flatMap(version => family[version].map(draft => ({
  name: `serve-only/${draft}/ws-${version}`,
  drafts: [draft],
  needs: ['ws'],
  async run(stage) {
    const server = await stage.serve('--drafts', draft)
    const peer = stage.client(clients.find(({ name }) => name === `ws-${version}`))
    await peer.open(server.url)
    await echoText(peer, greeting)
    await goodbye(peer)
  },
})))

const overTls = ['text', 'sizes', 'close-code'].map(scenario => ({
  name: `serve/ws-13/tls-${scenario}`,
  drafts: family[13],
  needs: ['ws', 'openssl'],
  async run(stage) {
    const server = await serveTls(stage)
    const peer = stage.client(clients.find(({ name }) => name === 'ws-13'))
    await scenarios[scenario].run(peer, server.url)
    await peer.open(server.url)
    await echoText(peer, 'next one')
    await goodbye(peer)
  },
}))

const together = {
  name: 'serve/every-draft-at-once',
  drafts: [],
  needs: ['ws', 'ruby-websocket'],
  async run(stage) {
    const server = await stage.serve()
    const kinds = clients.filter(({ serve, drafts, needs }) => serve.length === 0
      && drafts.some(draft => stage.listed.has(draft)) && ['ws', 'ruby-websocket'].includes(needs[0]))
    assert.ok(kinds.length > 1, 'clients of more than one draft')
    const peers = kinds.map(kind => stage.client(kind))
    for (const peer of peers) await peer.open(server.url)
    for (const text of ['first', 'second', greeting]) await Promise.all(peers.map(peer => echoText(peer, text)))
    await Promise.all(peers.map(goodbye))
  },
}

export default [...everyScenario, ...overTls, ...oneDraftOnly, together]
