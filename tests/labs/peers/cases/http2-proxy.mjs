// Intermediaries between clients over HTTP/2 and the example `http2-server`, which says over which version it is asked.

import assert from 'node:assert/strict'

import clients from '../clients/index.mjs'
import { Http2Client, over } from '../lib/http2.mjs'
import { intermediaries, intermediary } from '../lib/intermediary.mjs'
import { echoBinary, echoText, goodbye, greeting, scenarios } from '../lib/scenarios.mjs'
import { certify } from '../lib/tls.mjs'

/** What the server is asked over, and what it says of that. */
const backs = { 'to-h2': ['2', '2.0'], 'to-h1': ['1.1', '1.1'] }

const cases = {
  async 'one-mebibyte'({ peer, url }) {
    await peer.open(url)
    await echoText(peer, 'ä1'.repeat(349_525))
    await echoBinary(peer, Uint8Array.from({ length: 1 << 20 }, (_, i) => (i * 31) >> 3))
    await goodbye(peer)
  },

  async 'side-by-side'({ newPeer, url }) {
    const peers = Array.from({ length: 10 }, newPeer)
    await Promise.all(peers.map(peer => peer.open(url)))
    for (let round = 0; round < 3; round += 1) await Promise.all(peers.map((peer, i) => echoText(peer, `${round} of ${i}`)))
    await Promise.all(peers.map(goodbye))
  },

  async compression({ peer, url }) {
    const { extensions } = await peer.open(url, { deflate: true })
    assert.match(extensions, /^permessage-deflate/)
    await echoText(peer, greeting.repeat(50))
    await goodbye(peer)
  },

  async refused({ client }) {
    const { status, fields, stream } = await client.ask({ 'sec-websocket-version': '12' })
    assert.ok(status >= 400 && status < 500, `status ${status}`)
    assert.match(fields['sec-websocket-version'], /^13\b/)
    stream.close()
  },
}
for (const name of ['text', 'fragments', 'ping', 'close-code', 'close-bare', 'drop']) {
  cases[name] = ({ peer, url }) => scenarios[name].run(peer, url)
}

async function start(stage, proxy, version) {
  const certified = certify(stage)
  return intermediary(stage, proxy, certified, await stage.serveHttp2(certified), version)
}

export default Object.keys(intermediaries).flatMap(proxy => Object.entries(backs).flatMap(([way, [version, seen]]) => {
  const row = (name, needs, run) => ({ name: `http2/proxy/${proxy}/${way}/${name}`, drafts: ['rfc6455'], needs: ['http2', 'openssl', proxy, ...needs], limit: 30_000, run })
  return [
    ...Object.entries(cases).map(([name, run]) => row(`node-${name}`, ['ws'], async stage => {
      const front = await start(stage, proxy, version)
      const client = await Http2Client.to(stage, front)
      const newPeer = () => {
        const peer = client.peer()
        const open = peer.open.bind(peer)
        peer.open = (url, more) => open(url, { ...more, greeting: over(seen) })
        return peer
      }
      await run({ client, newPeer, peer: newPeer(), url: front.url })
      assert.equal((await client.get()).status, 200)
    })),

    row('http2-client', [], async stage => {
      const { url, certificate } = await start(stage, proxy, version)
      const { status, lines, log } = await stage.connectHttp2(url, certificate, 'hello', greeting, 'third')
      assert.equal(status, 0, `exit status; http2-client said: ${log}`)
      assert.deepEqual(lines, [over(seen), 'hello', greeting, 'closed with Some(1000)'])
    }),

    // The upgrade of a client over HTTP/1.1.
    row('from-h1', ['ws'], async stage => {
      const front = await start(stage, proxy, version)
      const peer = stage.client(clients.find(({ name }) => name === 'ws-13'))
      await peer.open(front.url)
      assert.equal((await peer.next('text')).text, over(seen))
      await echoText(peer, greeting)
      await goodbye(peer)
    }),
  ]
}))
