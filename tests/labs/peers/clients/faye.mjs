// A client made with npm `faye-websocket`.

import { load } from '../lib/require.mjs'
import { bytes, hex, obey, tell } from './lines.mjs'

const { Client } = load('faye-websocket')
let socket

obey({
  open({ url, protocols = [] }) {
    socket = new Client(url, protocols, { headers: { Origin: 'http://peer.example' } })
    let rude = null
    socket.on('open', () => tell('open', { protocol: socket.protocol }))
    socket.on('message', ({ data }) => (typeof data === 'string' ? tell('text', { text: data }) : tell('binary', { hex: hex(data) })))
    socket.on('error', ({ message }) => { rude = message })
    socket.on('close', ({ code, reason }) => tell('closed', { code, reason, clean: code !== 1006 && rude === null, error: rude }))
  },
  text: ({ text }) => socket.send(text),
  binary: command => socket.send(bytes(command.hex)),
  // Its callback gets no payload, so the one that was sent is told.
  ping: command => socket.ping(bytes(command.hex).toString(), () => tell('pong', { hex: command.hex })),
  close: ({ code, reason }) => socket.close(code, reason),
  drop: () => socket._stream.destroy(),
})
