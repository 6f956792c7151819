// npm `ws`.
import { load, port, version } from '../lib/node.mjs'

const { WebSocketServer } = load('ws')
version('ws')
new WebSocketServer({ host: '127.0.0.1', port }).on('connection', socket => {
  socket.on('error', () => {})
  socket.on('message', (data, binary) => socket.send(data, { binary }))
})
