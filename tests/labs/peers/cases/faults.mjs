// A bad network in front of `wsdraft serve`, and peers that use up what they can: the server's memory
// stays within bounds, others are served, and nothing stays behind.

import assert from 'node:assert/strict'

import clients from '../clients/index.mjs'
import { family } from '../lib/drafts.mjs'
import { proxy } from '../lib/faults.mjs'
import { MiB, descriptors, floodStream, staysWithin, until } from '../lib/greedy.mjs'
import { Raw, frame, request } from '../lib/raw.mjs'
import { echoBinary, echoText, goodbye, greeting, scenarios } from '../lib/scenarios.mjs'

const limit = 60_000

/** A client that is served all the time. */
async function isServed(stage, server) {
  const raw = await Raw.to(stage, server.port)
  await raw.upgrade()
  await raw.echo(greeting)
  raw.socket.destroy()
}

// ---- A bad network ----

const networks = {
  split: { up: { piece: 8 }, down: { piece: 8 } },
  delay: { up: { delay: 5 }, down: { delay: 5 } },
  'split-and-delay': { up: { piece: 70, delay: 1 }, down: { piece: 50, delay: 1 } },
}
const through = ['ws-13', 'gem-hixie-76', 'gem-hybi-03', 'gem-hybi-07']

const whole = Object.entries(networks).flatMap(([network, faults]) => clients.filter(({ name }) => through.includes(name)).flatMap(kind => (
  ['text', 'fragments']
    .filter(scenario => !scenarios[scenario].when || scenarios[scenario].when(kind.can))
    .map(scenario => ({
      name: `faults/${network}/${kind.name}/${scenario}`,
      drafts: kind.drafts,
      needs: kind.needs,
      limit,
      async run(stage) {
        const server = await stage.serve(...kind.serve)
        const { url } = await proxy(stage, server.port, faults)
        await scenarios[scenario].run(stage.client(kind), url)
      },
    })))))

/** The connection is torn after so many bytes of a direction: within the handshake, a head, a payload. */
const torn = ['end', 'reset', 'stall'].flatMap(then => ['up', 'down'].map(direction => ({
  name: `faults/torn/${direction}-${then}`,
  drafts: family[13],
  needs: [],
  limit,
  async run(stage) {
    const server = await stage.serve()
    const before = descriptors(server)
    const head = request().length
    const message = frame(1, 'x'.repeat(300))
    for (const stop of [1, 40, head - 1, head, head + 1, head + 3, head + 9, head + 200]) {
      const { port } = await proxy(stage, server.port, { [direction]: { stop, then } })
      const raw = await Raw.to(stage, port)
      raw.send(request())
      raw.send(message)
      if (then !== 'stall') await raw.end()
      raw.socket.destroy()
    }
    await isServed(stage, server)
    await until('descriptors are left', () => descriptors(server) <= before)
  },
})))

// ---- Peers that use up what they can ----

const greedy = (name, most, attack) => ({
  name: `faults/greedy/${name}`,
  drafts: family[13],
  needs: [],
  limit,
  async run(stage) {
    const server = await stage.serve()
    await staysWithin(most, { stage, server, attack, isServed: () => isServed(stage, server) })
  },
})

const flood = (raw, bytes, times) => floodStream(raw.socket, bytes, times, () => raw.ended)

const attacks = [
  greedy('a-thousand-half-open', 24 * MiB, async (stage, server) => {
    const raws = []
    for (let i = 0; i < 1000; i += 1) {
      const raw = await Raw.to(stage, server.port)
      raw.send('GET / HTTP/1.1\r\nHost: peer.example\r\nX-Filler: ')
      raws.push(raw)
    }
    await isServed(stage, server)
    return raws
  }),
  greedy('three-hundred-messages-announced', 16 * MiB, async (stage, server) => {
    const raws = []
    for (let i = 0; i < 300; i += 1) {
      const raw = await Raw.to(stage, server.port)
      await raw.upgrade()
      raw.send(frame(2, 'x', { length: 1 << 24 }))
      raws.push(raw)
    }
    await isServed(stage, server)
    return raws
  }),
  greedy('empty-fragments', 4 * MiB, async (stage, server) => {
    const raw = await Raw.to(stage, server.port)
    await raw.upgrade()
    raw.send(frame(1, '', { fin: false }))
    const many = Buffer.concat(Array.from({ length: 1000 }, () => frame(0, '', { fin: false })))
    await flood(raw, many, 200)
    return [raw]
  }),
  greedy('a-header-of-20-mb', 4 * MiB, async (stage, server) => {
    const raw = await Raw.to(stage, server.port)
    raw.send('GET / HTTP/1.1\r\nX-Filler: ')
    await flood(raw, Buffer.alloc(1 << 16, 'x'), 320)
    return [raw]
  }),
  greedy('pings-whose-answers-nobody-reads', 8 * MiB, async (stage, server) => {
    const raw = await Raw.to(stage, server.port)
    await raw.upgrade()
    raw.socket.pause()
    const many = Buffer.concat(Array.from({ length: 500 }, () => frame(9, 'p'.repeat(125))))
    await flood(raw, many, 1000)
    return [raw]
  }),
  greedy('echoes-that-nobody-reads', 8 * MiB, async (stage, server) => {
    const raw = await Raw.to(stage, server.port)
    await raw.upgrade()
    raw.socket.pause()
    const many = Buffer.concat(Array.from({ length: 20 }, () => frame(2, 'x'.repeat(10_000))))
    await flood(raw, many, 500)
    return [raw]
  }),
  greedy('a-message-of-a-byte-at-a-time', 4 * MiB, async (stage, server) => {
    const raw = await Raw.to(stage, server.port)
    await raw.upgrade()
    for (const byte of frame(2, 'x'.repeat(400))) {
      raw.send(Buffer.of(byte))
      await new Promise(resolve => setImmediate(resolve))
    }
    assert.equal((await raw.frame()).payload.length, 400)
    return [raw]
  }),
]

/** A large message while the network delivers it in small pieces, beside a client on a good one. */
const beside = {
  name: 'faults/one-slow-one-fast',
  drafts: family[13],
  needs: ['ws'],
  limit,
  async run(stage) {
    const server = await stage.serve()
    const { url } = await proxy(stage, server.port, { up: { piece: 4096, delay: 2 }, down: { piece: 4096, delay: 2 } })
    const kind = clients.find(({ name }) => name === 'ws-13')
    const [slow, fast] = [stage.client(kind), stage.client(kind)]
    await slow.open(url)
    await fast.open(server.url)
    const bytes = Uint8Array.from({ length: 1 << 19 }, (_, i) => (i * 31) >> 3)
    const large = echoBinary(slow, bytes)
    for (let i = 0; i < 50; i += 1) await echoText(fast, `fast ${i}`)
    await large
    await Promise.all([goodbye(slow), goodbye(fast)])
  },
}

export default [...whole, ...torn, ...attacks, beside]
