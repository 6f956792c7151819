// A TCP connection to our server that can say anything, in the bytes of RFC 6455 or any others.

import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'

const guid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
export const crlf = (...lines) => [...lines, '', ''].join('\r\n')

/** The request of a client of version 13; `change` replaces fields, or drops them with null. */
export function request(change = {}, line = 'GET / HTTP/1.1') {
  const fields = {
    Host: 'peer.example',
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
    'Sec-WebSocket-Version': '13',
    ...change,
  }
  const rows = Object.entries(fields).filter(([, value]) => value !== null)
  return crlf(line, ...rows.flatMap(([name, value]) => [value].flat().map(one => `${name}: ${one}`)))
}

/** A client frame of version 13, masked unless told otherwise. `length` may lie, `width` may be longer than needed. */
export function frame(opcode, payload = '', { fin = true, rsv = 0, masked = true, length, width } = {}) {
  const body = Buffer.from(payload)
  const size = BigInt(length ?? body.length)
  width ??= size < 126n ? 0 : size < 65536n ? 2 : 8
  const head = Buffer.alloc(2 + width)
  head[0] = (fin ? 0x80 : 0) | (rsv << 4) | opcode
  head[1] = (masked ? 0x80 : 0) | (width === 0 ? Number(size) : width === 2 ? 126 : 127)
  if (width === 2) head.writeUInt16BE(Number(size), 2)
  if (width === 8) head.writeBigUInt64BE(size, 2)
  if (!masked) return Buffer.concat([head, body])
  const key = randomBytes(4)
  return Buffer.concat([head, key, body.map((byte, i) => byte ^ key[i % 4])])
}

export const closeBody = (code, reason = '') => Buffer.concat([Buffer.from([code >> 8, code & 0xff]), Buffer.from(reason)])

export class Raw {
  #buffer = Buffer.alloc(0)
  #ended = false
  #news = () => {}

  static async to(stage, port) {
    const raw = Raw.over(stage, connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true }))
    await once(raw.socket, 'connect')
    return raw
  }

  /** Over a connection that is open. */
  static over(stage, socket) {
    const raw = new Raw()
    raw.socket = socket
    stage.atEnd(() => raw.socket.destroy())
    raw.socket.on('data', data => { raw.#buffer = Buffer.concat([raw.#buffer, data]); raw.#news() })
    // A reset is an end as well: a server may close with unread bytes left.
    for (const event of ['end', 'close', 'error']) raw.socket.on(event, () => { raw.#ended = true; raw.#news() })
    return raw
  }

  get heard() { return this.#buffer.length > 0 }
  get ended() { return this.#ended }

  send(bytes) { this.socket.write(bytes) }

  /** Ends our side of the connection; the server can still answer. */
  finish() { this.socket.end() }

  /** Sends in pieces, and stops at the first answer. */
  async sendSlowly(bytes, piece) {
    for (let at = 0; at < bytes.length && !this.heard && !this.ended; at += piece) {
      this.send(bytes.subarray(at, at + piece))
      await new Promise(resolve => setTimeout(resolve, 1))
    }
  }

  /** Waits until `take` gives something of the bytes that came. It returns [value, bytes used], or null for more. */
  async #until(what, take, milliseconds = 5_000) {
    const late = AbortSignal.timeout(milliseconds)
    for (;;) {
      const taken = take(this.#buffer)
      if (taken) {
        this.#buffer = this.#buffer.subarray(taken[1])
        return taken[0]
      }
      const rest = this.#buffer.toString('latin1', 0, 100)
      if (this.#ended) throw new Error(`the connection ended before ${what}; what came: ${JSON.stringify(rest)}`)
      if (late.aborted) throw new Error(`no ${what} in ${milliseconds} ms; what came: ${JSON.stringify(rest)}`)
      await new Promise(resolve => {
        this.#news = resolve
        late.addEventListener('abort', resolve, { once: true })
      })
    }
  }

  bytes(count) {
    return this.#until(`${count} bytes`, buffer => (buffer.length < count ? null : [buffer.subarray(0, count), count]))
  }

  /** Bytes up to and with `last`. */
  through(last) {
    return this.#until(`byte ${last}`, buffer => {
      const at = buffer.indexOf(last)
      return at < 0 ? null : [buffer.subarray(0, at + 1), at + 1]
    })
  }

  /** The head of an answer: its status, reason and fields, by lower-case name. */
  head() {
    return this.#until('head of an answer', buffer => {
      const end = buffer.indexOf('\r\n\r\n')
      if (end < 0) return null
      const [first, ...rows] = buffer.toString('latin1', 0, end).split('\r\n')
      const fields = {}
      for (const row of rows) {
        const [name, ...value] = row.split(':')
        const key = name.toLowerCase()
        fields[key] = key in fields ? `${fields[key]}, ${value.join(':').trim()}` : value.join(':').trim()
      }
      const [, status, reason] = /^HTTP\/1\.1 (\d{3}) (.*)$/.exec(first) ?? assert.fail(`status line ${JSON.stringify(first)}`)
      return [{ status: Number(status), reason, fields, rows }, end + 4]
    })
  }

  /** A server frame of version 13, which must not be masked. */
  frame() {
    return this.#until('frame', buffer => {
      if (buffer.length < 2) return null
      assert.equal(buffer[1] & 0x80, 0, 'mask bit of a server frame')
      let length = buffer[1] & 0x7f
      let start = 2
      if (length >= 126) {
        const wide = length === 127
        start = wide ? 10 : 4
        if (buffer.length < start) return null
        length = wide ? Number(buffer.readBigUInt64BE(2)) : buffer.readUInt16BE(2)
      }
      if (buffer.length < start + length) return null
      const payload = buffer.subarray(start, start + length)
      return [{ fin: buffer[0] >> 7, rsv: (buffer[0] >> 4) & 7, opcode: buffer[0] & 15, payload }, start + length]
    })
  }

  /** Waits for the server to end the connection. Gives what it still said. */
  async end(milliseconds = 5_000) {
    const late = AbortSignal.timeout(milliseconds)
    while (!this.#ended) {
      if (late.aborted) throw new Error(`the server did not end the connection in ${milliseconds} ms`)
      await new Promise(resolve => {
        this.#news = resolve
        late.addEventListener('abort', resolve, { once: true })
      })
    }
    return this.#buffer
  }

  /** Shakes hands as a client of version 13. */
  async upgrade() {
    const key = randomBytes(16).toString('base64')
    this.send(request({ 'Sec-WebSocket-Key': key }))
    const { status, fields } = await this.head()
    assert.equal(status, 101)
    assert.equal(fields['sec-websocket-accept'], createHash('sha1').update(key + guid).digest('base64'))
  }

  /** Sends a text of version 13 and expects it back. */
  async echo(text) {
    this.send(frame(1, text))
    const back = await this.frame()
    assert.deepEqual({ opcode: back.opcode, text: String(back.payload) }, { opcode: 1, text })
  }

  /** Expects a close frame with this code, answers it, and expects the end of the connection. */
  async closedWith(code) {
    const { opcode, payload } = await this.frame()
    assert.equal(opcode, 8, 'opcode of the answer')
    assert.ok(payload.length >= 2, `the close frame has no code`)
    assert.equal(payload.readUInt16BE(0), code, `close code, with reason ${JSON.stringify(String(payload.subarray(2)))}`)
    this.send(frame(8, payload.subarray(0, 2)))
    await this.end()
  }
}
