// Runs the cases one after another, each with a time limit, and prints a line for each.

import { inspect } from 'node:util'

import { missing } from './needs.mjs'
import { listedDrafts } from './drafts.mjs'
import { Stage, closeBrowser } from './stage.mjs'

const groups = ['lifecycle', 'serve-clients', 'browser', 'page', 'hostile', 'hixie76-key3', 'connect-servers', 'connect-tls', 'compression', 'field-errors', 'faults', 'http2-serve', 'http2-greedy', 'http2-browser', 'http2-connect', 'http2-proxy', 'bridge']

const flags = process.argv.slice(2)
const only = flags.includes('--only') ? new RegExp(flags[flags.indexOf('--only') + 1]) : /./
const noSkip = flags.includes('--no-skip')

// Until the end is reached, the run has failed.
process.exitCode = 1
const count = { ok: 0, FAIL: 0, skip: 0 }

// What a library throws outside of any promise fails the case that runs, or the run where none does.
const failRun = error => {
  count.FAIL += 1
  console.log(`FAIL between cases: ${inspect(error)}`)
}
let fail = failRun
for (const event of ['uncaughtException', 'unhandledRejection']) process.on(event, error => fail(error))

const cases = []
for (const group of groups) cases.push(...(await import(`../cases/${group}.mjs`)).default)
const chosen = cases.filter(({ name }) => only.test(name))

if (flags.includes('--list')) {
  for (const { name, drafts, needs } of chosen) console.log([name, drafts.join(','), needs.join(',')].join('\t'))
  process.exit(0)
}

const listed = listedDrafts(process.env.WSDRAFT_BIN)
const applicable = chosen.filter(({ drafts }) => drafts.length === 0 || drafts.some(draft => listed.has(draft)))

async function attempt({ run, limit = 20_000 }) {
  const stage = new Stage(listed)
  let timer
  const tooLong = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`took longer than ${limit / 1000} s`)), limit)
    fail = reject
  })
  let error = null
  try {
    await Promise.race([run(stage), tooLong])
  } catch (thrown) {
    error = thrown
  }
  clearTimeout(timer)
  // What the programs under test did after the last check counts too.
  const late = await stage.end()
  fail = failRun
  return { error: error ?? late, log: stage.log() }
}

function inOneLine(error) {
  const [first] = String(error?.message ?? error).split('\n')
  if (error?.code !== 'ERR_ASSERTION' || error.actual === undefined) return first
  const [actual, expected] = [error.actual, error.expected].map(value => inspect(value, { breakLength: Infinity, maxStringLength: 80 }))
  return `${first.replace(/^Expected values to be .*:$/, 'as seen')}: ${actual}, not ${expected}`
}

for (const each of applicable) {
  const reason = missing(each.needs)
  if (reason) {
    count.skip += 1
    console.log(`skip: ${each.name}: ${reason}`)
    continue
  }
  const started = performance.now()
  const { error, log } = await attempt(each)
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  const verdict = error ? 'FAIL' : 'ok'
  count[verdict] += 1
  console.log(error ? `FAIL ${each.name}: ${inOneLine(error)}` : `ok ${each.name} (${seconds} s)`)
  if (error) {
    const details = [...String(error?.stack).split('\n').filter(line => /^\s+at (?!.*node:)/.test(line)), ...log]
    for (const line of details) console.log(`     ${line}`)
  }
}
await closeBrowser()

if (applicable.length === 0) console.log('no case applies')
console.log(`${count.ok} passed, ${count.FAIL} failed, ${count.skip} skipped`)
process.exit(count.FAIL > 0 || count.ok === 0 || (noSkip && count.skip > 0) ? 1 : 0)
