// The servers of others: what they speak, and by what name they call it.

import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

import { python, websocketpp } from '../lib/needs.mjs'
import { Child } from '../lib/process.mjs'

const here = dirname(fileURLToPath(import.meta.url))

function server(name, [command, file, ...args], need, speaks) {
  return { name, needs: [need], speaks, start: () => new Child(command, file ? [`${here}/${file}`, ...args] : args, { name }) }
}

// `speaks` maps a family of drafts (lib/drafts.mjs) to the version that the server tells of.
export default [
  server('ws', [process.execPath, 'ws.mjs'], 'ws', { 8: 8, 13: 13 }),
  server('websocket', [process.execPath, 'websocket.mjs'], 'websocket', { 8: 8, 13: 13 }),
  server('websocket-driver', [process.execPath, 'websocket-driver.mjs'], 'websocket-driver', {
    'hixie-75': 'hixie-75', 'hixie-76': 'hixie-76', 13: 'hybi-13',
  }),
  server('ws-old', [process.execPath, 'ws-old.mjs'], 'ws-old', { 'hixie-76': 76, 8: 8, 13: 13 }),
  server('websockets', [python, 'websockets_server.py'], 'websockets', { 13: 13 }),
  server('em-websocket', ['ruby', 'em-websocket.rb'], 'ruby-em-websocket', {
    'hixie-75': 75, 'hixie-76': 76, 'hybi-02': 2, 'hybi-03': 2, 'hybi-05': 5, 'hybi-06': 6, 'hybi-07': 7, 8: 8, 13: 13,
  }),
  server('websocketpp', [websocketpp('server')], 'websocketpp', { 'hixie-76': 0, 'hybi-07': 7, 8: 8, 13: 13 }),
  // 01 has no header field to be known by, so the server is told.
  server('em-websocket-as-01', ['ruby', 'em-websocket.rb', '01'], 'ruby-em-websocket', { 'hybi-01': 1 }),
]
