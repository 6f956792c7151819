// The pages of the site, and the packages that check them.

import { readFileSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

export const load = createRequire(join(process.env.SITE_TOOLS, 'package.json'))

/** All pages by their address below the folder. */
export function read(folder) {
  const files = readdirSync(folder, { recursive: true }).map(file => file.replaceAll('\\', '/'))
  const pages = files.filter(file => file.endsWith('.html')).sort()
  return new Map(pages.map(page => [page, readFileSync(join(folder, page), 'utf8')]))
}

/** The pages that are looked at one by one: of the pairs of drafts only the steps, since the others are made alike. */
export function without_most_pairs(pages) {
  const index = pages.get('diff/index.html')
  const steps = index.slice(0, index.indexOf('id="pairs"'))
  return [...pages].filter(([page]) => !page.startsWith('diff/') || page === 'diff/index.html' || steps.includes(`"${page.slice(5)}"`))
}
