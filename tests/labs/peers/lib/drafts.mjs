// Which drafts a case applies to, and which of them the program under test speaks now.

import { execFileSync } from 'node:child_process'

const range = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => `hybi-${String(from + i).padStart(2, '0')}`)

/** The drafts that look alike on the wire to a peer. A case that names a family applies if any of it is listed. */
export const family = {
  'hixie-75': ['hixie-75'],
  'hixie-76': ['hixie-76', 'hybi-00'],
  'hybi-00': ['hybi-00'],
  'hybi-01': ['hybi-01'],
  'hybi-02': ['hybi-02'],
  'hybi-03': ['hybi-03'],
  'hybi-05': ['hybi-05'],
  'hybi-06': ['hybi-06'],
  'hybi-07': ['hybi-07'],
  8: range(8, 12),
  13: [...range(13, 17), 'rfc6455'],
}

/** `hybi-17` for whatever long form of it. */
export function shortName(name) {
  const match = /^(?:draft-)?(?:ietf-)?(hybi|hixie)(?:-thewebsocketprotocol)?-(\d\d)$/.exec(name)
  return match ? `${match[1]}-${match[2]}` : name
}

/** The short names of all drafts that `wsdraft list --json` tells of. */
export function listedDrafts(program) {
  const rows = JSON.parse(execFileSync(program, ['list', '--json'], { encoding: 'utf8', timeout: 10_000 }))
  return new Set(rows.flatMap(row => [row.name, row.short]).filter(Boolean).map(shortName))
}
