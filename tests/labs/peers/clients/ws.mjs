// A client made with npm `ws`.

import { agreed } from '../lib/agreed.mjs'
import { load } from '../lib/require.mjs'
import { bytes, hex, obey, tell } from './lines.mjs'

const WebSocket = load('ws')
let socket

/** What to offer, in the library's words; `deflate` is { bits, forget }. */
const perMessageDeflate = deflate => (deflate ? {
  threshold: 0,
  serverNoContextTakeover: deflate.forget,
  clientNoContextTakeover: deflate.forget,
  ...(deflate.bits ? { serverMaxWindowBits: deflate.bits, clientMaxWindowBits: deflate.bits } : {}),
} : true)

obey({
  open({ url, version, protocols = [], deflate }) {
    socket = new WebSocket(url, protocols, {
      perMessageDeflate: perMessageDeflate(deflate),
      protocolVersion: version,
      origin: 'http://peer.example',
      rejectUnauthorized: false,
    })
    let rude = null
    socket.on('open', () => tell('open', { protocol: socket.protocol, extensions: agreed(socket) }))
    socket.on('message', (data, isBinary) => (isBinary ? tell('binary', { hex: hex(data) }) : tell('text', { text: String(data) })))
    socket.on('pong', data => tell('pong', { hex: hex(data) }))
    socket.on('error', error => { rude = error.message })
    socket.on('close', (code, reason) => tell('closed', { code, reason: String(reason), clean: code !== 1006 && rude === null, error: rude }))
  },
  text: ({ text }) => socket.send(text),
  binary: command => socket.send(bytes(command.hex)),
  ping: command => socket.ping(bytes(command.hex)),
  pong: command => socket.pong(bytes(command.hex)),
  fragments({ type, parts, ping }) {
    parts.forEach((part, i) => {
      if (ping && i === 1) socket.ping(bytes(ping))
      socket.send(bytes(part), { binary: type === 'binary', fin: i === parts.length - 1 })
    })
  },
  close: ({ code, reason }) => (code === undefined ? socket.close() : socket.close(code, reason)),
  drop: () => socket.terminate(),
})
