// A client made with npm `websocket`.

import { load } from '../lib/require.mjs'
import { bytes, hex, obey, tell } from './lines.mjs'

const { client: Client } = load('websocket')
let connection

obey({
  open({ url, version, protocols = [], fragmentSize }) {
    const client = new Client({ webSocketVersion: version, fragmentationThreshold: fragmentSize ?? 0x4000 })
    client.on('connectFailed', error => tell('error', { message: error.message }))
    client.on('connect', opened => {
      connection = opened
      connection.on('message', message => (message.type === 'utf8'
        ? tell('text', { text: message.utf8Data })
        : tell('binary', { hex: hex(message.binaryData) })))
      connection.on('pong', data => tell('pong', { hex: hex(data) }))
      connection.on('error', () => {})
      connection.on('close', (code, reason) => tell('closed', { code, reason, clean: code !== 1006 }))
      tell('open', { protocol: connection.protocol ?? '' })
    })
    client.connect(url, protocols, 'http://peer.example')
  },
  text: ({ text }) => connection.sendUTF(text),
  binary: command => connection.sendBytes(bytes(command.hex)),
  ping: command => connection.ping(bytes(command.hex)),
  close: ({ code, reason }) => connection.close(code, reason),
  drop: () => connection.socket.destroy(),
})
