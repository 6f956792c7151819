// The site in a real browser, from files.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

import { load } from './pages.mjs'

const { chromium } = load('playwright-core')
const AXE = readFileSync(load.resolve('axe-core/axe.min.js'), 'utf8')
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** A page of each kind, and those with the widest and the longest content. */
const KINDS = [
  'index', 'all', 'rules/index', 'rules/control-frame-length', 'rules/host-present', 'rules/accept-matches', 'rules/tls-supported',
  'close-codes/index', 'close-codes/1006', 'close-codes/3000', 'opcodes/index', 'opcodes/ping', 'headers/index',
  'headers/sec-websocket-key', 'extensions/index', 'extensions/permessage-deflate', 'extensions/rfc8441', 'drafts/index',
  'drafts/rfc6455', 'drafts/hixie-76', 'drafts/hybi-05', 'drafts/hixie-10', 'drafts/timeline', 'diff/index',
  'diff/hixie-75-to-rfc6455', 'diff/hybi-03-to-hybi-04', 'messages/index', 'messages/invalid-frame-header',
  'messages/ws-err-unsupported-data-payload-length', 'statuses/426', 'limits/index', 'failures/index', 'endings/index',
  'terms/heartbeat', 'registries/index', 'extensions/mux-07', 'blocks/index', 'blocks/addchannelrequest', 'drop-codes/index',
  'drop-codes/3005', 'rules/quota-kept', 'rules/reserved-bits-clear', 'playground',
]

export async function inBrowser(folder, pages) {
  const executablePath = spawnSync('sh', ['-c', 'command -v chromium || command -v chromium-browser'], { encoding: 'utf8' }).stdout.trim()
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  const at = page => `${pathToFileURL(folder)}/${page}`
  const seen = { troubles: [] }
  try {
    await looks(browser, at, seen)
    await widths(browser, at, pages, seen)
    await search(browser, at, seen)
    await withoutIndex(browser, at)
    await withoutScripts(browser, at, seen)
  } finally {
    await browser.close()
  }
  assert.deepEqual(seen.troubles, [], 'requests that leave the folder, and errors')
  return `${KINDS.length} kinds of pages in chromium, dark and light, on a phone and a desk, without a finding of axe; all fit 320 px; the search works with and without scripts`
}

/** A page of the browser; what it asks of others and its errors are noted. */
async function open(browser, options, seen) {
  const page = await (await browser.newContext(options)).newPage()
  page.on('request', request => { if (!/^(file|data):/.test(request.url())) seen.troubles.push(request.url()) })
  page.on('pageerror', error => seen.troubles.push(error.message))
  page.on('console', message => { if (message.type() === 'error') seen.troubles.push(message.text()) })
  return page
}

async function looks(browser, at, seen) {
  const all = []
  // The colours are the same at each width, and the widths in each scheme.
  for (const [width, colorScheme] of [[390, 'dark'], [1280, 'light']]) {
    const page = await open(browser, { viewport: { width, height: 800 }, colorScheme }, seen)
    for (const kind of KINDS) {
      await page.goto(at(`${kind}.html`))
      await page.evaluate(() => document.querySelectorAll('details').forEach(one => { one.open = true }))
      await page.evaluate(AXE)
      const { violations } = await page.evaluate(tags => window.axe.run({ runOnly: tags, preload: false }), TAGS)
      all.push(...violations.map(({ id, nodes }) => `${kind}, ${width} px, ${colorScheme}: ${id}: ${nodes[0].html.slice(0, 160)}`))
    }
    await page.context().close()
  }
  assert.deepEqual(all.slice(0, 20), [], 'what axe finds')
}

/** Nothing is wider than the narrowest screen. */
async function widths(browser, at, pages, seen) {
  const page = await open(browser, { viewport: { width: 320, height: 800 } }, seen)
  for (const name of [...pages.keys()].filter(name => !name.startsWith('diff/') || /index|hybi-03-to/.test(name))) {
    await page.goto(at(name))
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320, name)
  }
  await page.context().close()
}

async function search(browser, at, seen) {
  const page = await open(browser, {}, seen)
  for (const [asked, found] of [
    ['1006', 'close-codes/1006.html'],
    ['invalid frame header', 'messages/invalid-frame-header.html'],
    ["WebSocket connection to 'ws://a/' failed: Error during WebSocket handshake: Unexpected response code: 400", 'messages/unexpected-response-code.html'],
    ['Sec-WebSocket-Key', 'headers/sec-websocket-key.html'],
    ['hybi-08', 'drafts/hybi-08.html'],
    ['utf8', 'rules/text-utf8.html'],
    ['permessage-deflate', 'extensions/permessage-deflate.html'],
    ['close code 1006', 'close-codes/1006.html'],
    ['code 1006', 'close-codes/1006.html'],
    ['1006 chrome', 'close-codes/1006.html'],
    ['status 426', 'statuses/426.html'],
    ['opcode 8', 'opcodes/close.html'],
    ['0x9', 'opcodes/ping.html'],
    ['rule mask', 'rules/mask-is-random.html'],
    ['header key', 'headers/sec-websocket-key.html'],
    ['3000-4999', 'close-codes/index.html#ranges'],
    ['code 3500', 'close-codes/index.html#ranges'],
    ['3005', 'drop-codes/3005.html'],
    ['quota violation', 'drop-codes/3005.html'],
    ['addchannelrequest', 'blocks/addchannelrequest.html'],
  ]) {
    await page.goto(at('rules/index.html'))
    await page.keyboard.press('/')
    await page.keyboard.type(asked)
    await page.waitForSelector('#results:not([hidden]) a')
    await page.evaluate(AXE)
    const { violations } = await page.evaluate(tags => window.axe.run('header', { runOnly: tags, preload: false }), TAGS)
    assert.deepEqual(violations.map(({ id }) => id), [], `results for ${asked}`)
    await page.keyboard.press('Enter')
    await page.waitForURL(`**/${found}`)
  }
  await page.fill('#search', 'control frame')
  await page.waitForSelector('#results:not([hidden]) a')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  assert.equal(await page.evaluate(() => [...document.querySelectorAll('#results a')].indexOf(document.activeElement)), 1)
  await page.keyboard.press('Escape')
  assert.equal(await page.evaluate(() => document.activeElement.id), 'search')
  assert.equal(await page.isVisible('#results'), false)
  await page.fill('#search', 'zzz')
  await page.waitForSelector('#results :text("Nothing has these")')

  await page.goto(at('all.html?q=mask'))
  await page.waitForSelector('#asked:not([hidden])')
  const shown = await page.locator('.entries li:visible').count()
  assert.ok(shown > 2 && shown < 60, `${shown} entries about masks`)
  await page.context().close()
}

/** Where the index of the search does not load, the page says so, and leads to the list of everything. */
async function withoutIndex(browser, at) {
  const seen = { troubles: [] }
  const page = await open(browser, {}, seen)
  await page.route('**/search-index.js', route => route.abort())
  await page.goto(at('rules/index.html'))
  await page.fill('#search', '1006')
  await page.click('#results:not([hidden]) >> text="Everything from A to Z"')
  await page.waitForURL('**/all.html')
  await page.goto(at('all.html?q=1006'))
  await page.waitForSelector('#asked :text("does not load"), #asked:has-text("does not load")')
  assert.ok(await page.isVisible('.entries a >> text="1006"'))
  assert.deepEqual(seen.troubles.filter(text => !/ERR_FAILED/.test(text)), [], 'without the index')
  await page.context().close()
}

/** Without scripts, the search leads to the list of everything. */
async function withoutScripts(browser, at, seen) {
  const page = await open(browser, { javaScriptEnabled: false }, seen)
  await page.goto(at('rules/index.html'))
  await page.fill('#search', '1006')
  await page.click('.search button')
  assert.match(page.url(), /\/all\.html\?q=1006$/)
  await page.click('.entries a >> text="1006"')
  assert.match(page.url(), /\/close-codes\/1006\.html$/)
  assert.match(await page.textContent('main'), /The usual causes, the most likely first/)
  await page.context().close()
}
