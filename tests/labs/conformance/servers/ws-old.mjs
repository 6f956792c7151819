// npm `ws` 1.1, which speaks hixie-76 and versions 8 and 13.
import { createHash } from 'node:crypto'

import { load, port, version } from '../lib/node.mjs'

// Before Node 6 a string was hashed byte by byte, which its answer in hixie-76 relies on.
const { prototype } = createHash('md5').constructor
const { update } = prototype
prototype.update = function (data, encoding) {
  return update.call(this, data, typeof data === 'string' ? encoding ?? 'latin1' : encoding)
}

const { Server } = load('ws-old')
version('ws-old')
new Server({ host: '127.0.0.1', port }).on('connection', socket => {
  socket.on('error', () => {})
  socket.on('message', (data, { binary } = {}) => socket.send(data, { binary: Boolean(binary) }))
})
