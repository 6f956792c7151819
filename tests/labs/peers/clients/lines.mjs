// What the clients in JavaScript share: commands in, events out, one JSON object a line.

import { createInterface } from 'node:readline'

export const hex = bytes => Buffer.from(bytes).toString('hex')
export const bytes = text => Buffer.from(text, 'hex')

export function tell(event, more = {}) {
  process.stdout.write(`${JSON.stringify({ event, ...more })}\n`)
}

export function obey(commands) {
  createInterface({ input: process.stdin }).on('line', line => {
    const command = JSON.parse(line)
    commands[command.do](command)
  }).on('close', () => process.exit(0))
}
