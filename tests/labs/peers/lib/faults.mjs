// A proxy in front of a server that splits, delays, cuts short and resets what passes; it changes no byte.

import { createServer, connect } from 'node:net'
import { once } from 'node:events'

/**
 * Starts a proxy to `port`. `up` and `down` say what happens to either direction:
 * `piece` bytes go on at a time, `delay` ms after the one before; after `stop` bytes nothing goes on
 * (`then: 'stall'`) or is even read (`'hold'`), the connection ends (`'end'`) or is reset (`'reset'`).
 */
export async function proxy(stage, port, { up = {}, down = {} } = {}) {
  const sockets = new Set()
  const server = createServer({ noDelay: true, allowHalfOpen: true }, near => {
    const far = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true })
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
      socket.on('error', () => { near.destroy(); far.destroy() })
    }
    pass(near, far, up)
    pass(far, near, down)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  stage.atEnd(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return { port: server.address().port, url: `ws://127.0.0.1:${server.address().port}/` }
}

/** Hands on what comes, one piece after another. */
async function pass(from, to, { piece = Infinity, delay = 0, stop = Infinity, then = 'stall' }) {
  let passed = 0
  try {
    for await (const data of from) {
      for (let at = 0; at < data.length;) {
        const length = Math.min(piece, data.length - at, stop - passed)
        if (length <= 0) return await end(from, to, then)
        if (delay) await new Promise(resolve => setTimeout(resolve, delay))
        if (!to.write(data.subarray(at, at + length))) await once(to, 'drain')
        at += length
        passed += length
      }
    }
    to.end()
  } catch {
    from.destroy()
    to.destroy()
  }
}

function end(from, to, then) {
  if (then === 'stall') return from.resume()
  if (then === 'hold') return new Promise(() => {})
  for (const socket of [from, to]) {
    if (then === 'reset') socket.resetAndDestroy()
    else socket.destroy()
  }
}
