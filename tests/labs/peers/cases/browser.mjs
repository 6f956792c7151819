// A real browser: the page that `wsdraft serve` offers, and WebSocket as scripts use it.

import assert from 'node:assert/strict'

import { ChromiumClient } from '../lib/chromium.mjs'
import { family, shortName } from '../lib/drafts.mjs'
import { echoBinary, echoText, goodbye, greeting, scenarios } from '../lib/scenarios.mjs'
import { leaves } from '../lib/stage.mjs'
import { serveTls } from '../lib/tls.mjs'

const limit = 60_000

/** How the server is reached. */
const transports = {
  ws: {
    needs: ['chromium'],
    async serve(stage) {
      const server = await stage.serve()
      return { ...server, page: `http://${server.address}/` }
    },
  },
  wss: {
    needs: ['chromium', 'openssl'],
    async serve(stage) {
      const server = await serveTls(stage)
      return { ...server, page: `https://${server.address}/` }
    },
  },
}

/** The elements of the page: #status, #draft, #log, #text, #send, #binary, #code, #reason, #close, #closed. */
async function openPage(context, address) {
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  const errors = []
  page.on('pageerror', error => errors.push(error.message))
  await page.goto(address)
  await shows(page, '#status', /^open$/)
  return { page, errors }
}

async function shows(page, selector, pattern) {
  const element = page.locator(selector)
  const late = Date.now() + 10_000
  for (;;) {
    const text = ((await element.textContent()) ?? '').trim()
    if (pattern.test(text)) return text
    if (Date.now() > late) assert.fail(`${selector} shows ${JSON.stringify(text.slice(0, 200))}, which is not ${pattern}`)
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

const pageCases = {
  async echo({ context, server, listed }) {
    const { page, errors } = await openPage(context, server.page)
    const draft = await shows(page, '#draft', /\S/)
    const name = draft.toLowerCase()
    assert.ok(listed.has(shortName(name)) && family[13].includes(shortName(name)), `#draft shows ${draft}`)

    await page.fill('#text', 'a text from the page')
    await page.click('#send')
    await shows(page, '#log', /a text from the page/)
    await page.fill('#text', greeting)
    await page.click('#send')
    await shows(page, '#log', new RegExp(greeting, 'u'))

    const before = await page.locator('#log').textContent()
    await page.fill('#text', 'bytes')
    await page.click('#binary')
    // However the page writes bytes: as text or in hex.
    await shows(page, '#log', /bytes|62\s?79\s?74\s?65\s?73/)
    assert.ok((await page.locator('#log').textContent()).length > before.length, '#log grows')

    await page.fill('#code', '1000')
    await page.fill('#reason', 'bye')
    await page.click('#close')
    await shows(page, '#status', /^closed$/)
    await shows(page, '#closed', /^1000 bye clean$/)
    assert.deepEqual(errors, [], 'errors of the page')
  },

  async 'close-private-code'({ context, server }) {
    const { page } = await openPage(context, server.page)
    await page.fill('#code', '4001')
    await page.fill('#reason', 'over and out')
    await page.click('#close')
    await shows(page, '#closed', /^4001 over and out clean$/)
  },

  async 'two-tabs'({ context, server }) {
    const tabs = [await openPage(context, server.page), await openPage(context, server.page)]
    for (const [i, { page }] of tabs.entries()) {
      await page.fill('#text', `only tab ${i}`)
      await page.click('#send')
    }
    for (const [i, { page }] of tabs.entries()) {
      await shows(page, '#log', new RegExp(`only tab ${i}`))
      assert.ok(!(await page.locator('#log').textContent()).includes(`only tab ${1 - i}`), 'a tab shows what the other sent')
    }
    await tabs[0].page.close()
    await tabs[1].page.fill('#text', 'still here')
    await tabs[1].page.click('#send')
    await shows(tabs[1].page, '#log', /still here/)
  },

  async 'server-goes-away'({ context, server }) {
    const { page } = await openPage(context, server.page)
    await leaves(server)
    await shows(page, '#status', /^closed$/)
    await shows(page, '#closed', /^\d{4} /)
  },
}

/** WebSocket itself, in a page of the server's origin. */
const scriptCases = {
  async 'one-mebibyte'({ peer, server }) {
    await peer.open(server.url)
    const text = 'ä1'.repeat((1 << 20) / 3 + 1).slice(0, 699_050)
    await echoText(peer, text)
    await echoBinary(peer, Uint8Array.from({ length: 1 << 20 }, (_, i) => (i * 31) >> 3))
    await goodbye(peer)
  },

  async 'two-tabs'({ peer, server, context }) {
    const other = await ChromiumClient.in(context, server.page)
    await peer.open(server.url)
    await other.open(server.url)
    for (let i = 0; i < 10; i += 1) await Promise.all([echoText(peer, `one ${i}`), echoText(other, `two ${i}`)])
    await Promise.all([goodbye(peer), goodbye(other)])
  },
}

scriptCases['reload-in-mid-message'] = async ({ peer, server }) => {
  await peer.open(server.url)
  await echoText(peer, 'before')
  await peer.reloadWhileSending(32 << 20)
  await peer.open(server.url)
  await echoText(peer, 'after')
  await goodbye(peer)
}

for (const name of ['text', 'binary', 'empty', 'sizes', 'burst', 'close-code', 'close-bare', 'drop', 'protocol']) {
  scriptCases[name] = ({ peer, server }) => scenarios[name].run(peer, server.url)
}

const cases = []
for (const [transport, { needs, serve }] of Object.entries(transports)) {
  for (const [name, run] of Object.entries(pageCases)) {
    cases.push({
      name: `browser/${transport}/page-${name}`,
      drafts: family[13],
      needs,
      limit,
      async run(stage) {
        const server = await serve(stage)
        await run({ server, context: await stage.browser(), listed: stage.listed })
      },
    })
  }
  for (const [name, run] of Object.entries(scriptCases)) {
    cases.push({
      name: `browser/${transport}/script-${name}`,
      drafts: family[13],
      needs,
      limit,
      async run(stage) {
        const server = await serve(stage)
        const context = await stage.browser()
        const peer = await ChromiumClient.in(context, server.page)
        await run({ peer, server, context })
        await peer.open(server.url)
        await echoText(peer, 'next one')
        await goodbye(peer)
      },
    })
  }
}

export default cases
