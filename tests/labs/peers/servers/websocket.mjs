// An echo server made with npm `websocket`.

import { createServer } from 'node:http'

import { load } from '../lib/require.mjs'

const { server: WebSocketServer } = load('websocket')
const tell = event => process.stdout.write(`${JSON.stringify(event)}\n`)

const httpServer = createServer()
httpServer.listen(0, '127.0.0.1', () => tell({ port: httpServer.address().port }))
new WebSocketServer({ httpServer }).on('request', request => {
  const connection = request.accept(request.requestedProtocols[0])
  tell({ event: 'open', version: request.webSocketVersion, path: request.resource, protocol: connection.protocol })
  connection.on('message', message => {
    if (message.type === 'utf8') {
      tell({ event: 'text', text: message.utf8Data })
      connection.sendUTF(message.utf8Data)
    } else {
      tell({ event: 'binary', hex: message.binaryData.toString('hex') })
      connection.sendBytes(message.binaryData)
    }
  })
  connection.on('ping', (cancel, data) => tell({ event: 'ping', hex: data.toString('hex') }))
  connection.on('error', error => tell({ event: 'error', message: error.message }))
  connection.on('close', (code, reason) => tell({ event: 'closed', code, reason }))
})
