// Chromium: `chromium.mjs chromium URL`.
import { load } from '../lib/node.mjs'
import { drive } from './browserlike.mjs'

const [, , name, url] = process.argv
const browser = await load('playwright-core').chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
console.log(browser.version())
const page = await browser.newPage()
page.setDefaultTimeout(0)
await page.evaluate(`(${drive})(WebSocket, ${JSON.stringify(url.replace(/\/$/, ''))}, ${JSON.stringify(name)})`)
await browser.close()
