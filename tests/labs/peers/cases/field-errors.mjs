// What clients in the field get wrong: served where the draft allows it, and otherwise by a relaxation that
// names the rule. Without it, the refusal names that rule.

import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'

import { family } from '../lib/drafts.mjs'
import { Raw, crlf, frame, request } from '../lib/raw.mjs'

const guid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
const accept = key => createHash('sha1').update(key + guid).digest('base64')

/** A request that is served, and an echo after it. */
const served = (name, key, bytes, { serve = [], drafts = family[13] } = {}) => ({
  name: `field-errors/${name}/served`,
  drafts,
  needs: [],
  async run(stage) {
    const server = await stage.serve(...serve)
    const raw = await Raw.to(stage, server.port)
    raw.send(bytes)
    const { status, fields } = await raw.head()
    assert.equal(status, 101)
    assert.equal(fields['sec-websocket-accept'], accept(key))
    await raw.echo('served')
  },
})

/** A request that is refused with the id of the rule that would have to be relaxed. */
const refused = (name, rule, bytes, { drafts = family[13] } = {}) => ({
  name: `field-errors/${name}/refused`,
  drafts,
  needs: [],
  async run(stage) {
    const server = await stage.serve()
    const raw = await Raw.to(stage, server.port)
    raw.send(bytes)
    const said = String(await raw.end())
    assert.match(said, /^HTTP\/1\.1 400 /)
    assert.ok(said.includes(rule), `the refusal names ${rule}: ${said}`)
  },
})

const key = randomBytes(16).toString('base64')
const short = randomBytes(15).toString('base64')
const good = { 'Sec-WebSocket-Key': key }
const v8 = { 'Sec-WebSocket-Key': short, 'Sec-WebSocket-Version': '8', 'Sec-WebSocket-Origin': 'http://peer.example' }
const lower = request(good).replaceAll(/^[A-Z][\w-]*(?=:)/gm, name => name.toLowerCase())

export default [
  served('lower-case-names', key, lower),
  served('lower-case-upgrade', key, request({ ...good, Connection: 'keep-alive, upgrade', Upgrade: 'WEBSOCKET' })),
  refused('origin-without-a-scheme', 'origin-valid', request({ ...good, Origin: 'peer.example' })),
  served('origin-without-a-scheme', key, request({ ...good, Origin: 'peer.example' }), { serve: ['--allow', 'origin-valid'] }),
  served('http-names-a-proxy-adds', key, request({ ...good, Via: '1.1 cache', 'X-Forwarded-For': '192.0.2.1', 'Proxy-Connection': 'keep-alive' })),

  // RFC 6455 §9.1 asks for at least one extension, and for no such field where there is none.
  refused('empty-extensions', 'extensions-valid', request({ ...good, 'Sec-WebSocket-Extensions': '' })),
  served('empty-extensions', key, request({ ...good, 'Sec-WebSocket-Extensions': '' }), { serve: ['--allow', 'extensions-valid'] }),

  // npm `ws` 0.4 to 1.1.
  refused('key-of-15-bytes', 'key-valid', request(v8), { drafts: family[8] }),
  served('key-of-15-bytes', short, request(v8), { drafts: family[8], serve: ['--allow', 'key-valid'] }),

  // An old client writes 125 bytes in the 16-bit form.
  {
    name: 'field-errors/long-form-of-125/served',
    drafts: family[13],
    needs: [],
    async run(stage) {
      const server = await stage.serve('--allow', 'length-minimal')
      const raw = await Raw.to(stage, server.port)
      await raw.upgrade()
      raw.send(frame(1, 'x'.repeat(125), { width: 2 }))
      assert.equal(String((await raw.frame()).payload), 'x'.repeat(125))
    },
  },

  // hixie-76 with its eight bytes announced, as some clients and proxies do.
  {
    name: 'field-errors/content-length-of-the-key/served',
    drafts: family['hixie-76'],
    needs: [],
    async run(stage) {
      const server = await stage.serve()
      const raw = await Raw.to(stage, server.port)
      raw.send(`${crlf(
        'GET /echo HTTP/1.1', 'Host: peer.example', 'Upgrade: WebSocket', 'Connection: Upgrade', 'Origin: http://peer.example',
        'Sec-WebSocket-Key1: 4 @1  46546xW%0l 1 5', 'Sec-WebSocket-Key2: 12998 5 Y3 1  .P00', 'Content-Length: 8')}^n:ds[4U`)
      assert.equal((await raw.head()).status, 101)
      assert.equal(String(await raw.bytes(16)), "8jKS'y:G*Co,Wxa-")
      raw.send(Buffer.from('\0served\xff', 'latin1'))
      assert.equal((await raw.through(0xff)).toString('latin1'), '\0served\xff')
    },
  },
]
