// npm `websocket` (websocket-node). Its limit for a frame is 64 KiB by default.
import { createServer } from 'node:http'

import { load, port, version } from '../lib/node.mjs'

const { server: Server } = load('websocket')
version('websocket')
const httpServer = createServer((_, response) => response.writeHead(404).end()).listen(port, '127.0.0.1')
const limit = 16 << 20
const options = { httpServer, autoAcceptConnections: true, maxReceivedFrameSize: limit, maxReceivedMessageSize: limit }
new Server(options).on('connect', connection => {
  connection.on('message', message => {
    if (message.type === 'utf8') connection.sendUTF(message.utf8Data)
    else connection.sendBytes(message.binaryData)
  })
})
