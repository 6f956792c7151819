// Whether each link leads to a page and a place that is there, and nothing is loaded from elsewhere.

import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

/** Where links may lead that leave the site. */
const ELSEWHERE = /^https:\/\/www\.rfc-editor\.org\/(rfc\/rfc\d+(#section-[\d.]+)?|errata\/eid\d+)$/

export function links(folder, pages) {
  const ids = new Map([...pages].map(([page, text]) => [page, places(page, text)]))
  let count = 0
  for (const [page, text] of pages) {
    for (const [, element, name, value] of text.matchAll(/<(\w+)[^>]*? (href|src|action)="([^"]*)"/g)) {
      count += 1
      if (value === 'data:,') continue
      if (/^[a-z]+:/.test(value)) {
        assert.ok(element === 'a' && name === 'href' && ELSEWHERE.test(value), `${page}: ${element} ${value}`)
        continue
      }
      const [path, place] = value.split('#')
      const to = path === '' ? page : normalize(join(dirname(page), path)).replaceAll('\\', '/')
      assert.ok(ids.has(to) || existsSync(join(folder, to)), `${page}: ${value} leads nowhere`)
      if (place !== undefined) assert.ok(ids.get(to)?.has(place), `${page}: ${value} leads to no place`)
    }
  }
  const reached = new Set(['index.html'])
  const waiting = ['index.html']
  while (waiting.length) {
    const page = waiting.pop()
    for (const [, value] of pages.get(page).matchAll(/<a[^>]*? href="([^"#]+)/g)) {
      const to = normalize(join(dirname(page), value)).replaceAll('\\', '/')
      if (pages.has(to) && !reached.has(to)) { reached.add(to); waiting.push(to) }
    }
  }
  assert.deepEqual([...pages.keys()].filter(page => !reached.has(page)), [], 'pages that no link leads to')
  for (const file of ['style.css', 'search.js', 'playground.css', 'playground.js', 'playground-worker.js']) {
    assert.doesNotMatch(readFileSync(join(folder, file), 'utf8'), /https?:|@import|url\(/, file)
  }
  for (const [, address] of readFileSync(join(folder, 'search-index.js'), 'utf8').matchAll(/^\["[^"]*","(?:[^"\\]|\\.)*","(?:[^"\\]|\\.)*","([^"]*)"/gm)) {
    const [path, place] = address.split('#')
    assert.ok(ids.has(path) && (place === undefined || ids.get(path).has(place)), `search: ${address}`)
  }
  return count
}

function places(page, text) {
  const ids = [...text.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id)
  assert.equal(new Set(ids).size, ids.length, `${page}: an id stands twice`)
  return new Set(ids)
}
