// Whether pages are valid HTML.

import assert from 'node:assert/strict'

import { load, without_most_pairs } from './pages.mjs'

const { HtmlValidate } = load('html-validate')

export async function validate(pages) {
  const validator = new HtmlValidate({ root: true, extends: ['html-validate:standard', 'html-validate:a11y'] })
  // It finds what it looks for.
  const broken = await validator.validateString('<!DOCTYPE html><html lang="en"><head><title>a</title></head><body><p><div></div></p></body></html>')
  assert.equal(broken.valid, false, 'the validator')
  const some = without_most_pairs(pages)
  const found = []
  for (const [page, text] of some) {
    const { results } = await validator.validateString(text)
    found.push(...results.flatMap(result => result.messages.map(one => `${page}:${one.line}:${one.column}: ${one.ruleId}: ${one.message}`)))
  }
  assert.deepEqual(found.slice(0, 20), [])
  return some.length
}
