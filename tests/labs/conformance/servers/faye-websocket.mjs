// npm `faye-websocket`, on `websocket-driver`.
import { createServer } from 'node:http'

import { load, port, version } from '../lib/node.mjs'

const Socket = load('faye-websocket')
version('faye-websocket')
const server = createServer((_, response) => response.writeHead(404).end())
server.on('upgrade', (request, stream, body) => {
  if (!Socket.isWebSocket(request)) return stream.end('HTTP/1.1 400 Bad Request\r\n\r\n')
  const socket = new Socket(request, stream, body)
  socket.on('message', ({ data }) => socket.send(data))
})
server.listen(port, '127.0.0.1')
