// Chromium over HTTP/2. It opens a WebSocket on a connection of HTTP/2 that it already has to the origin, if the
// server has announced that; so the page comes first. The server's greeting tells which version a socket came over.

import assert from 'node:assert/strict'

import { ChromiumClient } from '../lib/chromium.mjs'
import { prose } from '../lib/deflate.mjs'
import { descriptors } from '../lib/greedy.mjs'
import { over } from '../lib/http2.mjs'
import { echoBinary, echoText, goodbye, greeting, scenarios } from '../lib/scenarios.mjs'
import { certify } from '../lib/tls.mjs'

/** A tab that reads the greeting before a case sees anything. */
async function tab(context, server) {
  const peer = await ChromiumClient.in(context, server.page)
  const open = peer.open.bind(peer)
  peer.open = async (...args) => {
    const opened = await open(...args)
    assert.equal((await peer.next('text')).text, over('2.0'), 'the version that the server sees')
    return opened
  }
  return peer
}

const cases = {
  async 'one-mebibyte'({ peer, server }) {
    await peer.open(server.url)
    await echoText(peer, 'ä1'.repeat(349_525))
    await echoBinary(peer, Uint8Array.from({ length: 1 << 20 }, (_, i) => (i * 31) >> 3))
    await goodbye(peer)
  },

  async compression({ peer, server }) {
    const { extensions } = await peer.open(server.url)
    assert.match(extensions, /^permessage-deflate/, 'extensions that the browser saw')
    for (const text of ['', greeting, prose(300), prose(300_000), greeting]) await echoText(peer, text)
    await goodbye(peer)
  },

  async 'no-subprotocol'({ peer, server }) {
    const { protocol } = await peer.open(server.url)
    assert.equal(protocol, '')
    await goodbye(peer)
  },

  // An unknown subprotocol is not chosen, and then a browser must not open the socket (RFC 6455 §4.1).
  async 'unknown-subprotocol'({ peer, server }) {
    await peer.page.evaluate(args => peer.open(...args), [server.url, ['chat.v1']])
    assert.equal((await peer.next('closed')).code, 1006)
  },

  async 'two-tabs'({ peer, server, context }) {
    const other = await tab(context, server)
    const before = descriptors(server)
    await peer.open(server.url)
    await other.open(server.url)
    assert.ok(descriptors(server) <= before, 'a socket came on a connection of its own')
    for (let i = 0; i < 10; i += 1) await Promise.all([echoText(peer, `one ${i}`), echoText(other, `two ${i}`)])
    await Promise.all([goodbye(peer), goodbye(other)])
  },

  async 'reload-in-mid-message'({ peer, server }) {
    await peer.open(server.url)
    await echoText(peer, 'before')
    await peer.reloadWhileSending(32 << 20)
  },

  async 'fetch-beside'({ peer, server }) {
    await peer.open(server.url)
    for (let i = 0; i < 5; i += 1) {
      const [page] = await Promise.all([peer.page.evaluate(async () => (await fetch('/')).text()), echoText(peer, `beside ${i}`)])
      assert.equal(page, 'This page came over HTTP/2.0.\n')
    }
    await goodbye(peer)
  },
}

for (const name of ['text', 'binary', 'empty', 'sizes', 'burst', 'close-code', 'close-bare', 'drop']) {
  cases[name] = ({ peer, server }) => scenarios[name].run(peer, server.url)
}

async function inTab(stage, run) {
  const server = await stage.serveHttp2(certify(stage))
  const context = await stage.browser()
  const peer = await tab(context, server)
  await run({ peer, server, context })
  await peer.open(server.url)
  await echoText(peer, 'next one')
  await goodbye(peer)
}

export default Object.entries(cases).map(([name, run]) => ({
  name: `http2/browser/${name}`,
  drafts: ['rfc6455'],
  needs: ['http2', 'chromium', 'openssl'],
  limit: 60_000,
  run: stage => inTab(stage, run),
}))
