// The playground in a real browser, from a file and without a network: it prints what the command prints.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { deflateSync } from 'node:zlib'

import { load } from './pages.mjs'

const { chromium } = load('playwright-core')
const MOST = 1.5 * 2 ** 20

const REQUEST = 'GET /chat HTTP/1.1\r\nHost: a.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n'
const RESPONSE = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xO0=\r\n\r\n'
/** Frames in hex, who sent them, and options of inspect. */
const FRAMES = [
  ['8105', 'client'],
  ['818537fa213d7f9f4d5158', 'client'],
  ['81 05 48:65:6c:6c:6f', 'server'],
  ['89807f000001\n8882000000000003', 'client'],
  ['810548656c6c6f 890161 880203ed', 'server'],
  ['f100 c10a', 'server'],
  ['8204 01020304', 'server', '--draft', 'hybi-07'],
  ['0048656c6c6fff', 'client', '--draft', 'hixie-76'],
  ['c107f248cdc9c90700', 'server', '--extensions', 'permessage-deflate'],
  ['8280', 'client', '--extensions', 'mux-05'],
  ['8280', 'client', '--masking-key', '00'],
  ['00000000: 8105 6865 6c6c 6f                        ..hello', 'server'],
  ['00000000  81 05 68 65 6c 6c 6f                              |..hello|\n00000007', 'server'],
  ['0x81, 0x05, 0x68, 0x65, 0x6c, 0x6c, 0x6f', 'server'],
]
const WORDS = ['1006', 'opcode 8', 'control-frame-length', 'Sec-WebSocket-Key', 'permessage-deflate', '426', 'rfc6455', 'invalid frame header', 'quota', 'nothing of the kind', 'mask', '3000-3999']

export async function playground(folder, program, captures, scratch) {
  const executablePath = spawnSync('sh', ['-c', 'command -v chromium || command -v chromium-browser'], { encoding: 'utf8' }).stdout.trim()
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  const size = readFileSync(join(folder, 'playground-module.js')).length
  assert.ok(size < MOST, `the module has ${size} bytes`)
  try {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
    await context.setOffline(true)
    const page = await context.newPage()
    const troubles = []
    page.on('request', request => { if (!/^(file|data|blob):/.test(request.url())) troubles.push(request.url()) })
    page.on('pageerror', error => troubles.push(error.message))
    page.on('console', message => { if (message.type() === 'error') troubles.push(message.text()) })
    await page.goto(`${pathToFileURL(folder)}/playground.html`)
    await page.click('#playground summary')
    const here = new Here(page, program, captures, scratch)
    await records(here)
    await pasted(here)
    await wrong(here)
    await long(here)
    await chosen(here)
    assert.deepEqual(troubles, [], 'requests that leave the folder, and errors')
    await broken(context, folder)
    return `the playground prints what the command prints, ${here.count} times; its module takes ${(size / 1024).toFixed(0)} KiB as text`
  } finally {
    await browser.close()
  }
}

/** The page, and the command beside it. */
class Here {
  count = 0

  constructor(page, program, captures, scratch) {
    Object.assign(this, { page, program, captures, scratch })
  }

  command(args, { input = '', cwd = this.captures } = {}) {
    const { stdout, stderr } = spawnSync(this.program, args, { cwd, input, encoding: 'utf8', maxBuffer: 1 << 28, env: { ...process.env, COLUMNS: '100' } })
    return { out: stdout, err: stderr.trimEnd() }
  }

  /** Sets the controls. */
  async set(controls) {
    for (const id of ['draft', 'from']) await this.page.selectOption(`#${id}`, controls[id] ?? '')
    for (const id of ['extensions', 'masking-key', 'response']) await this.page.fill(`#${id}`, controls[id] ?? '')
    await this.page.selectOption('#tool', controls.tool ?? 'all')
    await this.page.setChecked('#json', controls.json ?? false)
  }

  /** Does something that starts the tools; gives what they print. */
  async shown(act) {
    await this.page.evaluate(() => { document.getElementById('state').textContent = '' })
    await act()
    await this.page.waitForFunction(() => /^(Done|That|No|Nothing|Cancelled|The page|\S+ has)/.test(document.getElementById('state').textContent), null, { timeout: 60_000 })
    return this.page.evaluate(() => [...document.querySelectorAll('#output .run')].map(run => ({
      line: run.querySelector('h2').textContent,
      out: run.querySelector('pre')?.textContent ?? '',
      err: run.querySelector('.said')?.textContent ?? '',
      status: run.querySelector('.status').textContent,
    })))
  }

  file(file) { return this.shown(() => this.page.setInputFiles('#file', file)) }

  again() { return this.shown(() => this.page.click('#run')) }

  async text(text) {
    await this.page.fill('#input', text)
    return this.again()
  }

  /** One tool has run, and prints what the command does. */
  same(runs, args, options) {
    assert.equal(runs.length, 1, JSON.stringify(runs))
    const [{ out, err }] = runs
    assert.deepEqual({ out, err }, this.command(args, options), args.join(' '))
    this.count += 1
  }
}

/** Each capture, as text and as JSON. */
async function records(here) {
  const files = readdirSync(here.captures).filter(file => /\.(pcap|har)$/.test(file))
  assert.ok(files.length > 40, `${files.length} captures`)
  for (const file of files) {
    await here.set({ tool: 'lint' })
    here.same(await here.file(join(here.captures, file)), ['lint', file])
    await here.set({ tool: 'lint', json: true })
    here.same(await here.again(), ['lint', '--json', file])
  }
  await here.set({ tool: 'inspect', from: 'server' })
  here.same(await here.file(join(here.captures, files[0])), ['inspect', '--from', 'server', files[0]])
  await here.set({ tool: 'all' })
  const dropped = await here.shown(() => here.page.evaluate(bytes => {
    const data = new DataTransfer()
    data.items.add(new File([Uint8Array.from(bytes)], 'dropped.pcap'))
    document.getElementById('input').dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }))
  }, [...readFileSync(join(here.captures, 'ws-utf8.pcap'))]))
  assert.equal(dropped[0].line, 'wsdraft lint dropped.pcap')
  const two = await here.shown(() => here.page.evaluate(() => {
    const data = new DataTransfer()
    for (const name of ['one.bin', 'two.bin']) data.items.add(new File([Uint8Array.of(0x89)], name))
    document.getElementById('input').dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }))
  }))
  assert.match(two[0].line, / one\.bin$/)
  assert.match(await here.page.textContent('#taken'), /^The input is the file one\.bin \(1 byte\)\. The page takes one file at a time: two\.bin is left out\./)
  await here.file(join(here.captures, 'ws-utf8.pcap'))
  const href = await here.page.getAttribute('#output pre a', 'href')
  assert.match(href, /^(rules|drafts)\/[\w-]+\.html$/)
}

async function pasted(here) {
  for (const json of [false, true]) {
    const flag = json ? ['--json'] : []
    for (const [hex, from, ...options] of FRAMES) {
      const named = Object.fromEntries(options.map((one, at) => [one.replace('--', ''), options[at + 1]]).filter((_, at) => at % 2 === 0))
      await here.set({ ...named, tool: 'inspect', from, json })
      here.same(await here.text(hex), ['inspect', ...flag, '--from', from, '--hex', hex, ...options])
    }
    await here.set({ tool: 'lint', json })
    const hex = `> ${Buffer.from(REQUEST).toString('hex')}\n< ${Buffer.from(RESPONSE).toString('hex')}\n< 8105`
    here.same(await here.text(hex), ['lint', ...flag, '-'], { input: hex })
    // A text area has LF for every end of a line, and the page makes CR LF of it in heads.
    const lf = REQUEST.replaceAll('\r\n', '\n')
    const request = { input: REQUEST }
    await here.set({ tool: 'detect', json })
    here.same(await here.text(lf), ['detect', ...flag, '-'], request)
    await here.set({ tool: 'handshake', json })
    here.same(await here.text(lf), ['handshake', ...flag, '-'], request)
    here.same(await here.text(lf.replace('13', '12')), ['handshake', ...flag, '-'], { input: REQUEST.replace('13', '12') })
    const response = join(here.scratch, 'response')
    writeFileSync(response, RESPONSE)
    await here.set({ tool: 'handshake', response: RESPONSE.replaceAll('\r\n', '\n'), json })
    here.same(await here.text(lf), ['handshake', ...flag, '--response', response, '-'], request)
    for (const word of WORDS) {
      await here.set({ tool: 'explain', json })
      here.same(await here.text(word), ['explain', ...flag, '--', word])
    }
    await here.set({ tool: 'explain', draft: 'hybi-10', json })
    here.same(await here.text('1006'), ['explain', ...flag, '--draft', 'hybi-10', '1006'])
  }
}

/** What no tool can read gives the same error, and the page goes on. */
async function wrong(here) {
  const random = Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * at * 31 + at * 7) % 251 ^ 0x80))
  const inputs = { 'random.bin': random, empty: Buffer.alloc(0), zeros: Buffer.alloc(10 << 20), 'head.txt': Buffer.from(REQUEST.slice(0, 60)) }
  for (const [name, bytes] of Object.entries(inputs)) {
    const file = join(here.scratch, name)
    writeFileSync(file, bytes)
    for (const tool of ['lint', 'detect', 'handshake', 'inspect']) {
      const from = tool === 'inspect' ? 'client' : undefined
      await here.set({ tool, from })
      const runs = await here.file(file)
      const args = [tool, ...from ? ['--from', from] : [], name]
      if (/longer than a page/.test(runs[0].status)) {
        const whole = here.command(args, { cwd: here.scratch }).out
        assert.ok(runs[0].out.length > 1 << 20 && whole.startsWith(runs[0].out), args.join(' '))
      } else {
        here.same(runs, args, { cwd: here.scratch })
      }
      await here.page.setInputFiles('#file', [])
    }
  }
  const large = join(here.scratch, 'large.pcap')
  writeFileSync(large, Buffer.alloc(33 << 20))
  assert.deepEqual(await here.file(large), [])
  assert.match(await here.page.textContent('#state'), /^large\.pcap has 33 MiB\. The page takes 32 MiB at most/)
}

/** Long inputs are shown in a moment, and a word with a colon is no file. */
async function long(here) {
  const length = 1 << 20
  const head = Buffer.from([0x81, 0x7f, 0, 0, 0, 0, 0, 0x10, 0, 0])
  const file = join(here.scratch, 'letters.bin')
  for (const letter of ['a', 'a-']) {
    writeFileSync(file, Buffer.concat([head, Buffer.from(letter.repeat(length / letter.length))]))
    await here.set({ tool: 'inspect', from: 'server' })
    const started = Date.now()
    const [{ out }] = await here.file(file)
    assert.ok(out.length > length, `${out.length} characters`)
    assert.ok(Date.now() - started < 20_000, `${Date.now() - started} ms for ${letter}`)
    await here.page.setInputFiles('#file', [])
  }
  const ping = '8900'
  for (const pings of [1000, 400_000]) {
    const name = join(here.scratch, 'pings.hex')
    const hex = ping.repeat(pings)
    writeFileSync(name, hex)
    await here.set({ tool: 'inspect', from: 'server' })
    const runs = await here.file(name)
    assert.equal(runs[0].line, 'wsdraft inspect --from server --hex "$(cat pings.hex)"')
    if (pings === 1000) here.same(runs, ['inspect', '--from', 'server', '--hex', hex])
    else assert.match(runs[0].status, /longer than a page/)
    await here.page.setInputFiles('#file', [])
  }
  await here.set({})
  assert.deepEqual(await here.text(' \n'), [])
  assert.match(await here.page.textContent('#state'), /^Nothing is written/)
  for (const words of ['1006: abnormal closure', '4000000000: broken pipe']) {
    await here.set({ tool: 'explain' })
    const runs = await here.text(words)
    assert.equal(runs[0].line, `wsdraft explain '${words}'`)
    here.same(runs, ['explain', words])
  }
}

/** What fits is chosen where nobody chooses, and every example shows what it promises. */
async function chosen(here) {
  for (const [text, lines] of [
    ['1006', ['wsdraft explain 1006']],
    ['8900', ['wsdraft explain 8900', 'wsdraft inspect --from server --hex 8900']],
    ['1000', ['wsdraft explain 1000']],
    ['8105 48656c6c6f', ["wsdraft inspect --from server --hex '8105 48656c6c6f'"]],
    ['818537fa213d7f9f4d5158', ['wsdraft inspect --from client --hex 818537fa213d7f9f4d5158']],
    [REQUEST.replaceAll('\r\n', '\n'), ['wsdraft detect -', 'wsdraft handshake -', 'wsdraft lint -']],
    ['invalid frame header', ["wsdraft explain 'invalid frame header'"]],
  ]) {
    await here.set({})
    assert.deepEqual((await here.text(text)).map(({ line }) => line), lines)
  }
  const examples = await here.page.locator('.examples button').all()
  assert.ok(examples.length >= 3, `${examples.length} examples`)
  for (const example of examples) {
    const runs = await here.shown(() => example.click())
    const rule = await example.textContent()
    assert.ok(runs.some(({ out }) => out.includes(rule)), `${rule}: ${JSON.stringify(runs)}`)
  }
}

/** A module that traps is told, and a run that takes long can be cancelled; the page goes on. */
async function broken(context, folder) {
  const code = (...body) => Buffer.from([
    0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 5, 3, 1, 0, 1,
    7, 19, 2, 6, ...Buffer.from('_start'), 0, 0, 6, ...Buffer.from('memory'), 2, 0,
    10, body.length + 4, 1, body.length + 2, 0, ...body, 0x0b,
  ])
  const run = async (module, done) => {
    const page = await context.newPage()
    await page.goto(`${pathToFileURL(folder)}/playground.html`)
    const right = await page.evaluate(text => {
      const before = globalThis.wsdraftModule
      globalThis.wsdraftModule = text
      return before
    }, deflateSync(module).toString('base64'))
    await page.fill('#input', '1006')
    await page.click('#run')
    await done(page, right)
    await page.close()
  }
  await run(code(0), async page => {
    await page.waitForSelector('.run .status')
    assert.match(await page.textContent('.run .status'), /^The tool failed: RuntimeError: unreachable/)
    assert.ok(await page.isEnabled('#run'))
  })
  // loop br 0 end
  await run(code(3, 0x40, 0x0c, 0, 0x0b), async (page, right) => {
    await page.waitForSelector('#cancel:not([hidden])')
    await page.evaluate(text => { globalThis.wsdraftModule = text }, right)
    await page.click('#cancel')
    assert.equal(await page.textContent('#state'), 'Cancelled.')
    await page.click('#run')
    await page.waitForSelector('.run pre :text("close code"), .run pre:has-text("1006")')
  })
}
