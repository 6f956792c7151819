// What a server's process holds while a peer uses up what it can.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'

export const MiB = 1 << 20

const resident = server => Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${server.child.process.pid}/status`, 'utf8'))[1]) * 1024
export const descriptors = server => readdirSync(`/proc/${server.child.process.pid}/fd`).length

export async function until(what, holds, milliseconds = 15_000) {
  const late = Date.now() + milliseconds
  while (!holds()) {
    if (Date.now() > late) assert.fail(`${what} after ${milliseconds} ms`)
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

/**
 * Runs an attack. The server may grow by so many bytes, serves others all the time, and keeps no descriptor.
 * The attack gives what it has opened, to be closed afterwards: things with a `socket`.
 */
export async function staysWithin(most, { stage, server, attack, isServed }) {
  await isServed()
  const [before, open] = [resident(server), descriptors(server)]
  let peak = 0
  const look = () => { peak = Math.max(peak, resident(server) - before) }
  const watch = setInterval(look, 20)
  stage.atEnd(() => clearInterval(watch))
  const opened = await attack(stage, server)
  look()
  clearInterval(watch)
  await isServed()
  assert.ok(peak <= most, `the server grew by ${peak} bytes, more than ${most}`)
  for (const { socket } of opened) socket.destroy()
  await until('descriptors are left', () => descriptors(server) <= open)
}

/** Writes for so long as something is taken, and for two seconds at most. */
export async function floodStream(stream, bytes, times, hasEnded = () => false) {
  const late = Date.now() + 2_000
  for (let i = 0; i < times && !hasEnded() && Date.now() < late; i += 1) {
    if (stream.write(bytes)) continue
    await Promise.race([
      new Promise(resolve => stream.once('drain', resolve)),
      new Promise(resolve => setTimeout(resolve, 200)),
    ])
  }
}
