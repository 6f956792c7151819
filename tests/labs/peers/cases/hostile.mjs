// Bytes that no client should send. After each the server still serves a client that it had and a new one.

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'

import { family } from '../lib/drafts.mjs'
import { Raw, closeBody, crlf, frame, request } from '../lib/raw.mjs'

/** A case with a bystander, who must not notice, and a newcomer, who must be served. */
function hostile(name, attack, { serve = [], drafts = family[13] } = {}) {
  return {
    name: `hostile/${name}`,
    drafts: drafts === family[13] ? drafts : [drafts].flat(),
    needs: [],
    async run(stage) {
      const server = await stage.serve(...serve)
      const meet = () => Raw.to(stage, server.port)
      // The well-behaved clients are of version 13 where that is spoken.
      const civil = family[13].some(draft => stage.listed.has(draft))
      const bystander = civil && await meet()
      if (civil) await bystander.upgrade()
      await attack(await meet(), meet)
      if (!civil) return
      await bystander.echo('bystander')
      const newcomer = await meet()
      await newcomer.upgrade()
      await newcomer.echo('newcomer')
    },
  }
}

/** A refused request: one of these statuses, never 101, and then the end of the connection or a kept one. */
const refused = (name, bytes, statuses, check = () => {}) => hostile(`handshake/${name}`, async raw => {
  await raw.sendSlowly(Buffer.from(bytes, 'latin1'), 4096)
  const { status, fields } = await raw.head()
  assert.ok(statuses.includes(status), `status ${status} instead of ${statuses.join(' or ')}`)
  check(fields)
})

/** No answer is owed, but no 101 either, and the connection must end. */
const hungUp = (name, bytes) => hostile(`handshake/${name}`, async raw => {
  raw.send(bytes)
  raw.finish()
  const said = String(await raw.end())
  assert.match(said, /^$|^HTTP\/1\.1 4\d\d /, 'what the server said')
})

const listsVersions = fields => {
  const versions = (fields['sec-websocket-version'] ?? '').split(/\s*,\s*/)
  assert.ok(versions.includes('13'), `Sec-WebSocket-Version of the answer: ${fields['sec-websocket-version']}`)
}

const handshakes = [
  refused('garbage-lines', `${randomBytes(300).toString('latin1').replaceAll(/[\r\n]/g, '?')}\r\n\r\n`, [400]),
  hungUp('garbage-then-end', randomBytes(512)),
  hungUp('tls-hello', Buffer.from('16030100c8010000c40303', 'hex')),
  hungUp('nothing', ''),
  hungUp('half-a-request-then-end', 'GET / HTTP/1.1\r\nHost: peer.example\r\nUpgrade: webso'),
  hungUp('no-blank-line-then-end', request().slice(0, -2)),
  hostile('handshake/half-a-request-then-gone', async raw => {
    raw.send('GET / HTTP/1.1\r\nHost: peer')
    raw.socket.destroy()
  }),
  hostile('handshake/half-a-request-then-reset', async raw => {
    raw.send('GET / HTTP/1.1\r\nHost: peer')
    raw.socket.resetAndDestroy()
  }),
  hostile('handshake/fifty-that-stall', async (_, meet) => {
    for (let i = 0; i < 50; i += 1) (await meet()).send('GET / HTTP/1.1\r\nHost:')
  }),
  refused('header-of-64-kib', request({ 'X-Long': 'x'.repeat(65536) }), [431]),
  refused('header-of-64-kib-without-end', `GET / HTTP/1.1\r\nX-Long: ${'x'.repeat(65536)}`, [431]),
  refused('two-thousand-headers', request({ 'X-Many': Array(2000).fill('of these') }), [431]),
  refused('request-line-of-64-kib', request({}, `GET /${'x'.repeat(65536)} HTTP/1.1`), [400, 414, 431]),
  refused('header-without-colon', request().replace('Upgrade: ', 'Upgrade '), [400]),
  refused('nul-in-a-header', request({ 'X-Nul': 'a\0b' }), [400]),
  refused('post', request({ 'Content-Length': '0' }, 'POST / HTTP/1.1'), [400, 405]),
  refused('http-1.0', request({}, 'GET / HTTP/1.0'), [400, 426, 505]),
  refused('no-host', request({ Host: null }), [400]),
  refused('other-upgrade', request({ Upgrade: 'h2c' }), [400, 426]),
  refused('no-key', request({ 'Sec-WebSocket-Key': null }), [400]),
  refused('key-too-short', request({ 'Sec-WebSocket-Key': 'abc' }), [400]),
  refused('key-of-15-bytes', request({ 'Sec-WebSocket-Key': randomBytes(15).toString('base64') }), [400]),
  refused('key-of-17-bytes', request({ 'Sec-WebSocket-Key': randomBytes(17).toString('base64') }), [400]),
  refused('key-not-base64', request({ 'Sec-WebSocket-Key': '!!!!!!!!!!!!!!!!!!!!!!==' }), [400]),
  refused('two-keys', request({ 'Sec-WebSocket-Key': [randomBytes(16).toString('base64'), randomBytes(16).toString('base64')] }), [400]),
  refused('no-version', request({ 'Sec-WebSocket-Version': null }), [400, 426]),
  refused('version-25', request({ 'Sec-WebSocket-Version': '25' }), [400, 426], listsVersions),
  refused('version-not-a-number', request({ 'Sec-WebSocket-Version': 'x' }), [400, 426]),
]

/** Frames that fail the connection with this code. */
const failing = (name, code, ...frames) => hostile(`frame/${name}`, async raw => {
  await raw.upgrade()
  await raw.echo('before')
  raw.send(Buffer.concat(frames))
  await raw.closedWith(code)
})

const badText = (name, ...bytes) => failing(`text-${name}`, 1007, frame(1, Buffer.from(bytes)))

const frames = [
  failing('unmasked', 1002, frame(1, 'naked', { masked: false })),
  failing('rsv1', 1002, frame(1, 'x', { rsv: 4 })),
  failing('rsv2', 1002, frame(1, 'x', { rsv: 2 })),
  failing('rsv3', 1002, frame(1, 'x', { rsv: 1 })),
  ...[3, 7, 11, 15].map(opcode => failing(`opcode-${opcode}`, 1002, frame(opcode, 'x'))),
  badText('bad-utf-8', 0x61, 0xc3, 0x28),
  badText('overlong', 0xc0, 0xaf),
  badText('surrogate', 0xed, 0xa0, 0x80),
  badText('above-unicode', 0xf4, 0x90, 0x80, 0x80),
  badText('cut-short', 0xf0, 0x9f, 0xa6),
  failing('text-bad-across-fragments', 1007, frame(1, Buffer.of(0xf0, 0x9f), { fin: false }), frame(0, Buffer.of(0x28))),
  failing('text-bad-in-an-unfinished-message', 1007, frame(1, Buffer.of(0x61, 0xff), { fin: false })),
  failing('ping-too-long', 1002, frame(9, 'x'.repeat(126))),
  failing('ping-in-fragments', 1002, frame(9, 'x', { fin: false })),
  failing('continuation-of-nothing', 1002, frame(0, 'x')),
  failing('text-inside-text', 1002, frame(1, 'x', { fin: false }), frame(1, 'y')),
  failing('length-not-shortest-16', 1002, frame(1, 'x', { width: 2 })),
  failing('length-not-shortest-64', 1002, frame(1, 'x', { width: 8 })),
  failing('length-with-top-bit', 1002, frame(1, 'x', { width: 8, length: 1n << 63n })),
  failing('length-huge', 1009, frame(2, 'x', { width: 8, length: 1n << 62n })),
  failing('close-of-one-byte', 1002, frame(8, 'x')),
  ...[0, 999, 1005, 1006, 1015, 5000].map(code => failing(`close-code-${code}`, 1002, frame(8, closeBody(code)))),
  failing('close-reason-bad-utf-8', 1007, frame(8, closeBody(1000, Buffer.of(0xff)))),
  hostile('frame/message-over-the-limit', async raw => {
    await raw.upgrade()
    await raw.echo('x'.repeat(1000))
    raw.send(frame(1, 'x'.repeat(1001)))
    await raw.closedWith(1009)
  }, { serve: ['--max-message', '1000'] }),
  hostile('frame/fragments-over-the-limit', async raw => {
    await raw.upgrade()
    raw.send(Buffer.concat([frame(1, 'x'.repeat(600), { fin: false }), frame(0, 'x'.repeat(401))]))
    await raw.closedWith(1009)
  }, { serve: ['--max-message', '1000'] }),
  hostile('frame/half-a-frame-then-gone', async raw => {
    await raw.upgrade()
    raw.send(frame(1, 'never finished').subarray(0, 9))
    raw.socket.destroy()
  }),
  hostile('frame/half-a-message-then-reset', async raw => {
    await raw.upgrade()
    raw.send(frame(1, 'never finished', { fin: false }))
    raw.socket.resetAndDestroy()
  }),
  hostile('frame/data-after-close', async raw => {
    await raw.upgrade()
    raw.send(Buffer.concat([frame(8, closeBody(1000)), frame(1, 'too late')]))
    const { opcode, payload } = await raw.frame()
    assert.deepEqual([opcode, payload.readUInt16BE(0)], [8, 1000])
    assert.equal((await raw.end()).length, 0, 'bytes after the close frame')
  }),
  hostile('frame/one-byte-at-a-time', async raw => {
    await raw.upgrade()
    for (const byte of Buffer.concat([frame(1, 'gr', { fin: false }), frame(9, 'p'), frame(0, 'üße')])) {
      raw.send(Buffer.of(byte))
      await new Promise(resolve => setTimeout(resolve, 2))
    }
    const pong = await raw.frame()
    assert.deepEqual([pong.opcode, String(pong.payload)], [10, 'p'])
    let text = Buffer.alloc(0)
    for (let fin = 0; !fin;) {
      const part = await raw.frame()
      text = Buffer.concat([text, part.payload])
      fin = part.fin
    }
    assert.equal(String(text), 'grüße')
  }),
]

const hixie76 = (key1, key2, more = []) => crlf(
  'GET /echo HTTP/1.1', 'Host: peer.example', 'Upgrade: WebSocket', 'Connection: Upgrade', 'Origin: http://peer.example',
  `Sec-WebSocket-Key1: ${key1}`, `Sec-WebSocket-Key2: ${key2}`, ...more)

const badKeys = (name, key1, key2) => hostile(`hixie-76/${name}`, async raw => {
  raw.send(hixie76(key1, key2) + '12345678')
  raw.finish()
  const said = String(await raw.end())
  assert.match(said, /^$|^HTTP\/1\.1 4\d\d /, 'what the server said')
}, { drafts: family['hixie-76'] })

// Keys 1 to 3 as printed in the draft.
const good = ['4 @1  46546xW%0l 1 5', '12998 5 Y3 1  .P00']

const opened = async raw => {
  raw.send(`${hixie76(...good)}^n:ds[4U`)
  const { status } = await raw.head()
  assert.equal(status, 101)
  assert.equal(String(await raw.bytes(16)), "8jKS'y:G*Co,Wxa-")
}

const hixie = [
  badKeys('no-spaces', '1234', good[1]),
  badKeys('not-divisible', '12 3 5', good[1]),
  badKeys('no-digits', 'a b c', good[1]),
  badKeys('too-large', '4294967296 x', good[1]),
  hostile('hixie-76/five-of-eight-bytes-then-end', async raw => {
    raw.send(`${hixie76(...good)}12345`)
    raw.finish()
    await raw.end()
  }, { drafts: family['hixie-76'] }),
  hostile('hixie-76/bad-utf-8-is-replaced', async raw => {
    await opened(raw)
    raw.send(Buffer.of(0x00, 0x61, 0xc3, 0x28, 0x62, 0xff))
    assert.deepEqual(await raw.through(0xff), Buffer.concat([Buffer.of(0), Buffer.from('a\ufffd(b'), Buffer.of(0xff)]))
  }, { drafts: family['hixie-76'] }),
  hostile('hixie-76/length-without-end', async raw => {
    await opened(raw)
    raw.send(Buffer.alloc(64, 0x80 | 0x7f).fill(0x80, 0, 1))
    raw.finish()
    await raw.end()
  }, { drafts: family['hixie-76'] }),
  hostile('hixie-76/close', async raw => {
    await opened(raw)
    raw.send(Buffer.of(0x00, 0x61, 0xff, 0xff, 0x00))
    assert.equal((await raw.bytes(5)).toString('hex'), '0061ffff00')
    assert.equal((await raw.end()).length, 0)
  }, { drafts: family['hixie-76'] }),
]

export default [...handshakes, ...frames, ...hixie]
