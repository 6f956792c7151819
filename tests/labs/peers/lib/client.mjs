// One interface to all clients of clients/: commands as JSON lines to them, events as JSON lines back.

import assert from 'node:assert/strict'

const hex = bytes => Buffer.from(bytes).toString('hex')

export class PeerClient {
  constructor(child, kind, settings) {
    this.child = child
    this.can = kind.can
    this.settings = { ...kind.settings, ...settings }
  }

  async open(url, more = {}) {
    this.#say({ do: 'open', url, ...this.settings, ...more })
    return this.next('open')
  }

  text(text) { this.#say({ do: 'text', text }) }
  binary(bytes) { this.#say({ do: 'binary', hex: hex(bytes) }) }
  ping(text) { this.#say({ do: 'ping', hex: hex(text) }) }
  pong(text) { this.#say({ do: 'pong', hex: hex(text) }) }

  /** One message in several frames; between them a ping where `ping` is given. */
  fragments(type, parts, ping) { this.#say({ do: 'fragments', type, parts: parts.map(hex), ping: ping && hex(ping) }) }

  /** Starts the closing handshake, without a code if none is given. */
  close(code, reason = '') { this.#say({ do: 'close', code, reason }) }

  /** Ends the TCP connection without a word. */
  drop() { this.#say({ do: 'drop' }) }

  /** The next event, which must be of this kind. */
  async next(kind, milliseconds) {
    const line = await this.child.stdout.take(`event "${kind}" of ${this.child.name}`, milliseconds)
    const event = JSON.parse(line)
    assert.equal(event.event, kind, `event of ${this.child.name}, which was ${line.slice(0, 300)}`)
    if (event.hex !== undefined) event.bytes = Buffer.from(event.hex, 'hex')
    return event
  }

  #say(command) { this.child.say(JSON.stringify(command)) }
}
