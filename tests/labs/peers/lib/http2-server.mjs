// A server for WebSockets over HTTP/2 made of Node's `http2` and npm `ws`: what the example `http2-client` meets.

import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createSecureServer } from 'node:http2'

import { overStream } from './http2.mjs'

/**
 * Starts the server. `talk` gets the WebSocket, its stream and the fields of the request; `answer` gets the stream and
 * the fields, and answers them itself. `settings` are those that the server announces. `requests` are those that came.
 */
export async function serveNode(stage, { certificate, key }, { talk = echo, answer = accept, settings = { enableConnectProtocol: true }, ...options } = {}) {
  const server = createSecureServer({ cert: readFileSync(certificate), key: readFileSync(key), settings, ...options })
  const requests = []
  const sessions = new Set()
  server.on('session', session => sessions.add(session))
  server.on('sessionError', () => {})
  server.on('stream', (stream, fields) => {
    stream.on('error', () => {})
    requests.push(fields)
    answer(stream, fields, talk)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  stage.atEnd(() => {
    server.close()
    for (const session of sessions) session.destroy()
  })
  return { url: `wss://localhost:${server.address().port}/echo?from=wsdraft`, requests }
}

export function accept(stream, fields, talk, head = { ':status': 200 }) {
  stream.respond(head)
  const socket = overStream(stream, { isServer: true })
  socket.on('error', () => {})
  talk(socket, stream, fields)
}

export function echo(socket) {
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }))
}
