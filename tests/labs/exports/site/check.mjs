// Checks the site in a folder, and its playground against a program: `node check.mjs FOLDER PROGRAM CAPTURES SCRATCH`. Packages are in the folder that SITE_TOOLS names.

import assert from 'node:assert/strict'

import { inBrowser } from './browser.mjs'
import { links } from './links.mjs'
import { read } from './pages.mjs'
import { playground } from './playground.mjs'
import { validate } from './valid.mjs'

const [, , folder, program, captures, scratch] = process.argv
const pages = read(folder)
assert.ok(pages.size > 600, `${pages.size} pages`)
const started = Date.now()
const seconds = () => `${((Date.now() - started) / 1000).toFixed(0)} s`
console.log(`site: ${links(folder, pages)} links in ${pages.size} pages lead somewhere (${seconds()})`)
console.log(`site: ${await validate(pages)} pages are valid HTML (${seconds()})`)
console.log(`site: ${await inBrowser(folder, pages)} (${seconds()})`)
console.log(`site: ${await playground(folder, program, captures, scratch)} (${seconds()})`)
