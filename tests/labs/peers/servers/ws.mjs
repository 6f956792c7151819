// An echo server made with npm `ws`.

import { agreed } from '../lib/agreed.mjs'
import { load } from '../lib/require.mjs'

const { WebSocketServer } = load('ws')
const tell = event => process.stdout.write(`${JSON.stringify(event)}\n`)

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: { threshold: 0 } }, () => tell({ port: server.address().port }))
server.on('connection', (socket, request) => {
  tell({ event: 'open', version: Number(request.headers['sec-websocket-version']), path: request.url, protocol: socket.protocol, extensions: agreed(socket) })
  socket.on('message', (data, isBinary) => {
    tell(isBinary ? { event: 'binary', hex: data.toString('hex') } : { event: 'text', text: String(data) })
    socket.send(data, { binary: isBinary })
  })
  socket.on('ping', data => tell({ event: 'ping', hex: data.toString('hex') }))
  socket.on('error', error => tell({ event: 'error', message: error.message }))
  socket.on('close', (code, reason) => tell({ event: 'closed', code, reason: String(reason) }))
})
