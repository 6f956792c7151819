// The page that `wsdraft serve` gives at `/`, as its users have it: messages, the log, the lists, keys, widths.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'

import { family } from '../lib/drafts.mjs'
import { behindPrefix } from '../lib/prefix.mjs'
import { load } from '../lib/require.mjs'
import { leaves } from '../lib/stage.mjs'
import servers from '../servers/index.mjs'

const PATIENCE = 10_000

/** Opens the page. Whatever it says on the console as an error, or asks another server for, fails the case. */
async function open(stage, address, settings = {}) {
  const context = await stage.browser(settings)
  const page = await context.newPage()
  const faults = []
  page.setDefaultTimeout(PATIENCE)
  page.on('pageerror', error => faults.push(error.message))
  page.on('console', message => { if (message.type() === 'error' && !/WebSocket connection to/.test(message.text())) faults.push(message.text()) })
  page.on('request', request => { if (!request.url().startsWith(new URL(address).origin)) faults.push(`asks for ${request.url()}`) })
  stage.atEnd(async () => assert.deepEqual(faults, [], 'faults of the page'))
  if (settings.before) await page.addInitScript(settings.before)
  await page.goto(address)
  await shows(page, '#status', /^open$/)
  return page
}

async function shows(page, selector, pattern) {
  const late = Date.now() + PATIENCE
  for (;;) {
    const text = ((await page.locator(selector).textContent()) ?? '').trim()
    if (pattern.test(text)) return text
    if (Date.now() > late) assert.fail(`${selector} shows ${JSON.stringify(text.slice(-300))}, which is not ${pattern}`)
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

/** The last entry of the log, when there are so many that match. */
async function entry(page, selector, many = 1) {
  const found = page.locator(`#log ${selector}`)
  const late = Date.now() + PATIENCE
  while ((await found.count()) < many) {
    if (Date.now() > late) assert.fail(`the log has ${await found.count()} of ${selector}, not ${many}: ${await page.locator('#log').textContent()}`)
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  return found.nth(many - 1)
}

async function exported(page, button) {
  const [download] = await Promise.all([page.waitForEvent('download'), page.click(button)])
  return { name: download.suggestedFilename(), text: readFileSync(await download.path(), 'utf8') }
}

const cases = {
  async 'enter-sends'({ page }) {
    await page.fill('#text', 'one')
    await page.press('#text', 'Shift+Enter')
    await page.type('#text', 'two')
    await page.press('#text', 'Enter')
    assert.equal(await (await entry(page, '.received.text pre')).textContent(), 'one\ntwo')
    await page.fill('#text', '')
    await page.press('#text', 'ArrowUp')
    assert.equal(await page.inputValue('#text'), 'one\ntwo')
  },

  async hex({ page }) {
    await page.check('#as-hex')
    await page.fill('#text', '68 65:6c,6c\n0x6f 00 ff')
    await page.press('#text', 'Enter')
    assert.match(await (await entry(page, '.received.binary pre')).textContent(), /^0000 {2}68 65 6c 6c 6f 00 ff .* hello\.\.$/)
    await page.fill('#text', '68c3bc')
    await page.click('#send')
    assert.equal(await (await entry(page, '.received.text pre')).textContent(), 'hü')
    for (const [written, why] of [['6', /A hex digit is missing/], ['6g', /"g", character 2/]]) {
      await page.fill('#text', written)
      await page.press('#text', 'Enter')
      await shows(page, '#log li:last-child', why)
    }
    await page.fill('#text', 'ff')
    await page.click('#send')
    await shows(page, '#log li:last-child', /not valid UTF-8/)
  },

  async json({ page }) {
    await page.fill('#text', '{"n":12345678901234567890,"list":[1,{}],"text":"a,b: {"}')
    await page.press('#text', 'Enter')
    const received = await entry(page, '.received.text')
    await received.getByRole('button', { name: 'Pretty' }).click()
    const pretty = '{\n  "n": 12345678901234567890,\n  "list": [\n    1,\n    {}\n  ],\n  "text": "a,b: {"\n}'
    assert.equal(await received.locator('pre').textContent(), pretty)
    await page.check('#pretty')
    assert.equal(await (await entry(page, '.sent.text pre')).textContent(), pretty)
  },

  async ping({ page }) {
    for (let many = 1; many < 4; many += 1) {
      await page.click('#ping')
      await entry(page, '.pong', many)
    }
    await shows(page, '#ping-time', /^\d+\.\d\d ms$/)
    // The server's answer and the request are no messages, and the rest comes back as it is.
    await page.fill('#text', '\u0006pong 5')
    await page.press('#text', 'Enter')
    assert.equal(await (await entry(page, '.received')).locator('pre').textContent(), '\u0006pong 5')
    assert.equal(await page.locator('#log .sent').count(), 1)
  },

  async close({ page }) {
    await page.fill('#code', '1001')
    await shows(page, '#code-note', /Going Away.*may not send it.* 1000 and 3000 to 4999/)
    await page.click('#close')
    await shows(page, '#log li:last-child', /refuses to close with 1001/)
    await page.fill('#code', '')
    await page.fill('#reason', 'why')
    await page.click('#close')
    await shows(page, '#log li:last-child', /A reason needs a code/)
    await page.fill('#code', '1000')
    await page.fill('#reason', 'ü'.repeat(62))
    await page.click('#close')
    await shows(page, '#log li:last-child', /124 bytes in UTF-8/)
    await page.fill('#reason', 'bye')
    await page.press('#reason', 'Enter')
    await shows(page, '#closed', /^1000 bye clean$/)
    await shows(page, '#closed-note', /^Normal Closure: /)
    await page.fill('#text', 'late')
    await page.press('#text', 'Enter')
    await shows(page, '#log li:last-child', /not open/)
  },

  async reconnect({ page, server }) {
    await page.click('#connect')
    await shows(page, '#closed', /^1005 /)
    await shows(page, '#status', /^open$/)
    await page.click('#disconnect')
    await shows(page, '#status', /^closed$/)
    await page.check('#automatic')
    await page.click('#connect')
    await shows(page, '#status', /^open$/)
    await page.clock.install()
    await leaves(server)
    await shows(page, '#status-note', /^Reconnects in \d s/)
    // It does, and waits longer after each failure.
    await page.clock.runFor(5_500)
    await shows(page, '#log', /Attempt 2 to reconnect in ([5-9]|10) s/)
    await page.press('#text', 'Escape')
    await page.clock.runFor(500)
    await shows(page, '#log li:last-child', /No further attempts/)
  },

  async 'never-opened'({ page }) {
    for (const [url, why] of [
      ['ws://127.0.0.1:1/', /never opened: 1006 .*wsdraft connect ws:\/\/127\.0\.0\.1:1\//],
      ['ftp://example.com/', /begins with ws:\/\/ or wss:\/\//],
      ['ws://localhost/#part', /no fragment|never opened/],
    ]) {
      await page.fill('#url', url)
      await page.press('#url', 'Enter')
      await shows(page, '#log', why)
    }
    // A path alone is this server's.
    await page.fill('#url', '/chat')
    await page.press('#url', 'Enter')
    await shows(page, '#status', /^open$/)
    await shows(page, '#draft', /^not told$/)
    assert.ok(await page.locator('#ping').isDisabled())
  },

  async 'another-server'({ page, stage }) {
    const other = await stage.server(servers.find(({ name }) => name === 'ws'))
    await page.fill('#url', other.url)
    await page.fill('#protocols', 'chat, superchat')
    await page.press('#url', 'Enter')
    await shows(page, '#protocol', /^chat$/)
    await shows(page, '#extensions', /^permessage-deflate/)
    await shows(page, '#draft', /^not told$/)
    await page.fill('#text', 'hello, other')
    await page.press('#text', 'Enter')
    assert.equal(await (await entry(page, '.received.text pre')).textContent(), 'hello, other')
  },

  async log({ page }) {
    await page.fill('#text', 'apple')
    await page.press('#text', 'Enter')
    await page.fill('#text', 'pear')
    await page.click('#binary')
    await entry(page, '.received', 2)
    await page.fill('#filter', 'PEAR')
    await shows(page, '#log-note', /^The filter shows 2 of \d+ entries/)
    await page.selectOption('#direction', 'received')
    await shows(page, '#log-note', /^The filter shows 1 of/)
    const lines = await exported(page, '#export-lines')
    assert.match(lines.name, /^wsdraft-.*\.jsonl$/)
    const { time, ...rest } = JSON.parse(lines.text)
    assert.deepEqual(rest, { event: 'message', direction: 'received', type: 'binary', size: 4, data: '70656172' })
    assert.ok(Math.abs(Date.parse(time) - Date.now()) < 60_000)
    await page.selectOption('#direction', '')
    await page.press('#filter', 'Escape')
    await shows(page, '#log-note', /^Exports/)
    const text = await exported(page, '#export-text')
    assert.match(text.text, /sent text, 5 bytes: apple\n/)
    assert.match(text.text, /received binary, 4 bytes:\n0000 {2}70 65 61 72 .* pear\n/)
    await page.click('#pause')
    await page.fill('#text', 'unseen')
    await page.press('#text', 'Enter')
    await shows(page, '#log-note', /^Paused: 2 more wait/)
    await page.click('#pause')
    await shows(page, '#log', /unseen/)
    await page.click('#clear')
    assert.equal(await page.locator('#log li').count(), 0)
  },

  async bounds({ page }) {
    await page.fill('#text', 'x'.repeat(1_500_000))
    await page.press('#text', 'Enter')
    const long = await entry(page, '.received.text')
    assert.ok((await long.locator('pre').textContent()).length < 3000)
    await long.getByRole('button', { name: 'Show all 1,048,576 characters' }).click()
    assert.equal((await long.locator('pre').textContent()).length, 1 << 20)
    await page.fill('#text', 'short')
    await page.evaluate(() => { for (let i = 0; i < 700; i += 1) document.getElementById('send').click() })
    await shows(page, '#totals', /received 701 /)
    await shows(page, '#log-note', /^The log dropped the oldest 40\d entries/)
    assert.equal(await page.locator('#log li').count(), 1000)
  },

  async lists({ page, stage, server }) {
    await shows(page, '#rules-note', /^\d+ rules/)
    const { drafts } = await (await fetch(new URL('page/facts.json', server.page))).json()
    assert.equal(await page.locator('#draft-list .badge.on').count(), drafts.filter(draft => draft.spoken).length)
    for (const { short } of drafts) {
      assert.ok(stage.listed.has(short), short)
      assert.equal(await page.locator(`#draft-${short}`).count(), 1, short)
    }
    await page.fill('#rule-filter', 'control-frame-length')
    await shows(page, '#rules-note', /^1 rule /)
    // A link opens what it names, filtered or not.
    await page.goto(new URL('#rule-client-frame-masked', server.page).href)
    assert.equal(await page.locator('#rule-client-frame-masked').getAttribute('open'), '')
    assert.match(await page.locator('#rule-client-frame-masked').textContent(), /RFC 6455 §5\.1/)
    await page.locator('#draft-hixie-76 summary').click()
    await page.locator('#draft-hixie-76 button').click()
    await shows(page, '#rules-note', / rules of hixie-76\./)
    await page.locator('#code-1006 summary').click()
    assert.match(await page.locator('#code-1006').textContent(), /never on the wire.*Usual causes.*Run next.*wsdraft /)
  },

  async keyboard({ page }) {
    await page.locator('#url').focus()
    const order = []
    for (let i = 0; i < 24; i += 1) {
      // Links among the facts have none.
      const id = await page.evaluate(() => document.activeElement.id)
      if (id !== '') order.push(id)
      const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle)
      assert.notEqual(outline, 'none', `no visible focus after ${order.at(-1)}`)
      await page.keyboard.press('Tab')
    }
    const expected = ['url', 'protocols', 'connect', 'disconnect', 'automatic', 'as-text', 'text', 'send', 'binary', 'ping', 'code', 'reason', 'close', 'filter', 'direction', 'pretty', 'pause', 'clear', 'export-lines', 'export-text', 'log']
    assert.deepEqual(order.slice(0, expected.length), expected)
  },

  async 'old-browser'({ stage, server }) {
    // What the browsers of the drafts had not.
    const before = () => {
      window.MozWebSocket = window.WebSocket
      for (const name of ['WebSocket', 'fetch', 'Blob', 'Promise', 'Symbol', 'Map', 'Proxy', 'TextEncoder', 'TextDecoder', 'customElements']) delete window[name]
      for (const name of ['clipboard']) Object.defineProperty(Navigator.prototype, name, { value: undefined })
      for (const name of ['append', 'remove', 'closest', 'prepend', 'replaceChildren', 'classList', 'hidden']) {
        delete Element.prototype[name]
        delete HTMLElement.prototype[name]
      }
    }
    const page = await open(stage, server.page, { before })
    await page.fill('#text', 'old')
    await page.press('#text', 'Enter')
    assert.equal(await (await entry(page, '.received.text pre')).textContent(), 'old')
    const script = await (await fetch(new URL('page/script.js', server.page))).text()
    const code = script.replace(/\/\*[\s\S]*?\*\/|'[^'\n]*'|\/\/.*/g, '')
    assert.doesNotMatch(code, /=>|`|\b(let|const|class|async|await|import|export|function\*)\b|\.\.\.[a-z]/, 'newer than ECMAScript 5')
  },

  async 'behind-a-prefix'({ stage, server }) {
    const page = await open(stage, await behindPrefix(stage, server, '/tools/ws'))
    await shows(page, '#draft', /^rfc6455$/)
    await shows(page, '#rules-note', /^\d+ rules/)
    await page.click('#ping')
    await entry(page, '.pong')
  },
}

/** What axe finds, and whether anything is wider than the screen. */
const looks = (width, colorScheme) => async ({ stage, server }) => {
  const page = await open(stage, server.page, { viewport: { width, height: 800 }, colorScheme })
  await page.fill('#text', `{"a":[1]}${'x'.repeat(400)}`)
  await page.press('#text', 'Enter')
  await page.click('#binary')
  await entry(page, '.received', 2)
  await shows(page, '#rules-note', /^\d+ rules/)
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width, 'width of the page')
  await page.evaluate(readFileSync(load.resolve('axe-core/axe.min.js'), 'utf8'))
  const { violations } = await page.evaluate(() => window.axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }))
  assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 100)}`), [], 'what axe finds')
}

function kase(name, needs, run) {
  return {
    name: `page/${name}`,
    drafts: family[13],
    needs: ['chromium', ...needs],
    limit: 60_000,
    async run(stage) {
      const started = await stage.serve()
      const server = { ...started, page: `http://${started.address}/` }
      const page = /^(old-browser|behind-a-prefix|looks-.*)$/.test(name) ? null : await open(stage, server.page)
      await run({ page, stage, server })
    },
  }
}

export default [
  ...Object.entries(cases).map(([name, run]) => kase(name, name === 'another-server' ? ['ws'] : [], run)),
  ...[[320, 'light'], [360, 'dark'], [1280, 'light'], [1280, 'dark']].map(([width, scheme]) => kase(`looks-${width}-${scheme}`, ['axe-core'], looks(width, scheme))),
]
