// Turns the output of a whole run into the matrix of tests/results/conformance.md: draft × peer × role.
//
//   tests/labs/peers/run >LOG; node tests/labs/peers/matrix.mjs LOG [tests/results/conformance.md]
//
// With a page, what stands there between the markers is replaced; otherwise the matrix is printed.

import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

import { family } from './lib/drafts.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const [log, page] = process.argv.slice(2)

const columns = {
  75: ['hixie-75'], '76, 00': ['hixie-76', 'hybi-00'], '01': ['hybi-01'], '02': ['hybi-02'], '03': ['hybi-03'], '04': ['hybi-04'],
  '05': ['hybi-05'], '06': ['hybi-06'], '07': ['hybi-07'], '08–12': family[8], '13–17, RFC': family[13],
}

/** Why a peer has no cell in a draft: the first reason whose names match. */
const reasons = [
  [/./, ['hybi-04'], 'a', 'No registry offers a peer for this draft.'],
  [/^gem/, ['hybi-05', 'hybi-06'], 'b', 'The gem masks 04 to 06 in the layout of the RFC, which is wrong; no other client speaks them.'],
]
const otherwise = ['–', 'It does not speak the draft, or not in this role.']

/** The peer and the role that a case is about, if it is about one. */
function subject(name) {
  const parts = name.replace(/^(deflate|http2)\//, '').split('/')
  const of = {
    serve: () => ['client', parts[1].replace(/-(\d+|hixie-\d+|hybi-\d+)$/, '')],
    'serve-only': () => ['client', 'ws'],
    connect: () => ['server', parts[1].replace(/-as-\d+$/, '')],
    browser: () => ['client', 'chromium'],
    bridge: () => null,
  }[parts[0]]
  const [role, peer] = of?.() ?? []
  return peer && peer !== 'tls' && parts[1] !== 'every-draft-at-once' ? `${peer} as ${role}` : null
}

const listed = execFileSync(process.execPath, [`${here}/lib/runner.mjs`, '--list'], { encoding: 'utf8', env: process.env })
const draftsOf = new Map(listed.trim().split('\n').map(line => line.split('\t')).map(([name, drafts]) => [name, drafts.split(',')]))

const counts = {}
for (const line of readFileSync(log, 'utf8').split('\n')) {
  const match = /^(ok|FAIL|skip:) (\S+?):?(?: |$)/.exec(line)
  const who = match && subject(match[2])
  if (!who) continue
  // A case that names its draft is about that one alone.
  const named = match[2].split('/').filter(part => Object.values(columns).flat().includes(part))
  for (const draft of named.length ? named : draftsOf.get(match[2]) ?? []) {
    const cell = ((counts[who] ??= {})[draft] ??= { ok: 0, FAIL: 0, 'skip:': 0 })
    cell[match[1]] += 1
  }
}

const used = new Set()
function cell(who, drafts) {
  const found = drafts.map(draft => counts[who][draft]).filter(Boolean)
  if (found.length === 0) {
    const [, , mark] = reasons.find(([peers, of]) => peers.test(who) && drafts.some(draft => of.includes(draft))) ?? [0, 0, otherwise[0]]
    used.add(mark)
    return mark
  }
  const sum = kind => Math.max(...found.map(each => each[kind]))
  return [sum('ok'), sum('FAIL') && `**${sum('FAIL')} failed**`, sum('skip:') && `${sum('skip:')} skipped`].filter(Boolean).join(', ')
}

const rows = Object.keys(counts).sort().map(who => `| ${who} | ${Object.values(columns).map(drafts => cell(who, drafts)).join(' | ')} |`)
const notes = [...reasons.map(([, , mark, text]) => [mark, text]), otherwise].filter(([mark]) => used.has(mark))
const text = [
  `| peer | ${Object.keys(columns).join(' | ')} |`,
  `|---|${Object.keys(columns).map(() => '---:').join('|')}|`,
  ...rows,
  '',
  ...notes.map(([mark, why]) => `- ${mark}: ${why}`),
].join('\n')

if (page) {
  const [begin, end] = ['<!-- peers: begin -->', '<!-- peers: end -->']
  const before = readFileSync(page, 'utf8')
  const [head, tail] = [before.indexOf(begin), before.indexOf(end)]
  if (head < 0 || tail < head) throw new Error(`${page} has no place for the matrix`)
  writeFileSync(page, `${before.slice(0, head + begin.length)}\n${text}\n${before.slice(tail)}`)
} else {
  console.log(text)
}
