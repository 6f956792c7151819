// An echo server made with npm `ws` 1.1.

import { createHash } from 'node:crypto'

import { load } from '../lib/require.mjs'

// Before Node 6 a string was hashed byte by byte, which its answer in hixie-76 relies on.
const { prototype } = createHash('md5').constructor
const { update } = prototype
prototype.update = function (data, encoding) {
  return update.call(this, data, typeof data === 'string' ? encoding ?? 'latin1' : encoding)
}

const { Server } = load('ws-old')
const tell = event => process.stdout.write(`${JSON.stringify(event)}\n`)

const server = new Server({ host: '127.0.0.1', port: 0, perMessageDeflate: false }, () => tell({ port: server._server.address().port }))
server.on('connection', socket => {
  const { headers, url } = socket.upgradeReq
  tell({ event: 'open', version: Number(headers['sec-websocket-version'] ?? 76), path: url })
  socket.on('message', (data, { binary } = {}) => {
    tell(binary ? { event: 'binary', hex: data.toString('hex') } : { event: 'text', text: String(data) })
    socket.send(data, { binary: Boolean(binary) })
  })
  socket.on('ping', data => tell({ event: 'ping', hex: data.toString('hex') }))
  socket.on('error', error => tell({ event: 'error', message: error.message }))
  socket.on('close', (code, reason) => tell({ event: 'closed', code, reason: String(reason) }))
})
