// The eight bytes after a hixie-76 request, in all the ways that they can arrive.
// Some intermediaries hold them back until they have seen the head of the answer.

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'

import { family } from '../lib/drafts.mjs'
import { Raw, crlf } from '../lib/raw.mjs'

const pause = () => new Promise(resolve => setTimeout(resolve, 20))

// Keys as printed in the draft. Their numbers: the digits, divided by how many spaces there are.
const keys = ['18x 6]8vM;54 *(5:  {   U1]8  z [  8', '1_ tx7X d  <  nw  334J702) 7]o}` 0']
const number = key => Number(key.replaceAll(/\D/g, '')) / key.replaceAll(/[^ ]/g, '').length
/** Every byte that could be mistaken for something else. */
const key3 = Buffer.from([0x0d, 0x0a, 0x00, 0xff, 0x20, 0x0a, 0x0d, 0x80])

function answer() {
  const sum = Buffer.alloc(8)
  keys.forEach((key, i) => sum.writeUInt32BE(number(key), 4 * i))
  return createHash('md5').update(Buffer.concat([sum, key3])).digest()
}

const head = (more = []) => Buffer.from(crlf(
  'GET /chat?room=1 HTTP/1.1', 'Host: peer.example:8080', 'Connection: Upgrade', `Sec-WebSocket-Key2: ${keys[1]}`,
  'Upgrade: WebSocket', `Sec-WebSocket-Key1: ${keys[0]}`, 'Origin: http://peer.example', ...more))

function arrival(name, send, { request = head(), check = () => {} } = {}) {
  return {
    name: `hixie-76/key3/${name}`,
    drafts: family['hixie-76'],
    needs: [],
    async run(stage) {
      const server = await stage.serve()
      for (const text of ['hello', 'grüße 🦊']) {
        const raw = await Raw.to(stage, server.port)
        const { status, reason, fields, rows } = await send(raw, request)
        assert.deepEqual([status, reason], [101, 'WebSocket Protocol Handshake'])
        assert.deepEqual(rows.slice(0, 2), ['Upgrade: WebSocket', 'Connection: Upgrade'])
        assert.equal(fields['sec-websocket-origin'], 'http://peer.example')
        assert.equal(fields['sec-websocket-location'], 'ws://peer.example:8080/chat?room=1')
        check(fields)
        assert.deepEqual(await raw.bytes(16), answer(), 'the sixteen bytes')

        raw.send(Buffer.concat([Buffer.of(0), Buffer.from(text), Buffer.of(0xff)]))
        assert.equal(String((await raw.through(0xff)).subarray(1, -1)), text)
        raw.send(Buffer.of(0xff, 0x00))
        assert.deepEqual(await raw.bytes(2), Buffer.of(0xff, 0x00), 'the answer to the closing frame')
        await raw.end()
      }
    },
  }
}

export default [
  arrival('with-the-head', (raw, request) => {
    raw.send(Buffer.concat([request, key3]))
    return raw.head()
  }),
  arrival('after-the-answered-head', async (raw, request) => {
    raw.send(request)
    const answered = await raw.head()
    raw.send(key3)
    return answered
  }),
  arrival('in-a-packet-of-its-own', async (raw, request) => {
    raw.send(request)
    await pause()
    raw.send(key3)
    return raw.head()
  }),
  arrival('each-byte-in-its-own-packet', async (raw, request) => {
    raw.send(request)
    for (const byte of key3) {
      await pause()
      raw.send(Buffer.of(byte))
    }
    return raw.head()
  }),
  arrival('every-byte-of-all-in-its-own-packet', async (raw, request) => {
    for (const byte of Buffer.concat([request, key3])) {
      raw.send(Buffer.of(byte))
      await new Promise(resolve => setTimeout(resolve, 1))
    }
    return raw.head()
  }),
  arrival('half-with-the-head-half-after', async (raw, request) => {
    raw.send(Buffer.concat([request, key3.subarray(0, 4)]))
    const answered = await raw.head()
    raw.send(key3.subarray(4))
    return answered
  }),
  arrival('announced-by-content-length', (raw, request) => {
    raw.send(Buffer.concat([request, key3]))
    return raw.head()
  }, { request: head(['Content-Length: 8']) }),
  arrival('with-a-subprotocol', (raw, request) => {
    raw.send(Buffer.concat([request, key3]))
    return raw.head()
  }, {
    request: head(['Sec-WebSocket-Protocol: sample']),
    check: fields => assert.equal(fields['sec-websocket-protocol'], 'sample'),
  }),
]
