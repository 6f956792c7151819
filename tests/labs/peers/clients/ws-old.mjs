// A client made with npm `ws` 1.1.

import { load } from '../lib/require.mjs'
import { bytes, hex, obey, tell } from './lines.mjs'

const WebSocket = load('ws-old')
let socket

obey({
  open({ url, version, protocols = [] }) {
    socket = new WebSocket(url, protocols.join(', '), { perMessageDeflate: false, protocolVersion: version, origin: 'http://peer.example' })
    let rude = null
    socket.on('open', () => tell('open', { protocol: socket.protocol }))
    socket.on('message', (data, { binary }) => (binary ? tell('binary', { hex: hex(data) }) : tell('text', { text: String(data) })))
    socket.on('pong', data => tell('pong', { hex: hex(data ?? '') }))
    socket.on('error', error => { rude = error.message })
    socket.on('close', (code, reason) => tell('closed', { code, reason: String(reason), clean: code !== 1006 && rude === null, error: rude }))
  },
  text: ({ text }) => socket.send(text),
  binary: command => socket.send(bytes(command.hex), { binary: true }),
  ping: command => socket.ping(bytes(command.hex)),
  pong: command => socket.pong(bytes(command.hex)),
  close: ({ code, reason }) => socket.close(code, reason),
  drop: () => socket.terminate(),
})
