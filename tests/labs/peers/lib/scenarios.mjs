// What every client does with our echo server. `peer` is a PeerClient or a ChromiumClient.

import assert from 'node:assert/strict'

export const greeting = 'grüße, wörld: žluťoučký кот 猫 𝄞 🦊'
const everyByte = Uint8Array.from({ length: 256 }, (_, i) => i)
const letters = length => Array.from({ length }, (_, i) => 'abcdefghijklmnopqrstuvwxyz'[(i * 7 + (i >> 8)) % 26]).join('')

/** Sends a text and expects it back. */
export async function echoText(peer, text) {
  peer.text(text)
  const { text: back } = await peer.next('text')
  assert.ok(back === text, `a text of ${text.length} units came back as ${back.length}: ${JSON.stringify(back.slice(0, 80))}`)
}

export async function echoBinary(peer, bytes) {
  peer.binary(bytes)
  const { bytes: back } = await peer.next('binary')
  assert.ok(Buffer.compare(back, bytes) === 0, `${bytes.length} bytes came back as ${back.length}: ${back.toString('hex', 0, 40)}`)
}

/** Closes as the draft has it and checks the answer. */
export async function goodbye(peer) {
  if (peer.can.closeCode) return closeWith(peer, 1000, '')
  peer.close()
  const closed = await peer.next('closed')
  assert.equal(closed.clean, true, 'clean')
}

async function closeWith(peer, code, reason) {
  peer.close(code, reason)
  const closed = await peer.next('closed')
  assert.deepEqual({ code: closed.code, reason: closed.reason, clean: closed.clean }, { code, reason, clean: true })
}

/** name → { when: what the client must be able to do, run(peer, url) } */
export const scenarios = {
  text: {
    async run(peer, url) {
      await peer.open(url)
      for (const text of ['hello', greeting, 'tab\tnewline\nnul\0.', greeting.repeat(50)]) await echoText(peer, text)
      await goodbye(peer)
    },
  },

  binary: {
    when: can => can.binary,
    async run(peer, url) {
      await peer.open(url)
      await echoBinary(peer, everyByte)
      await echoText(peer, 'text after binary')
      await echoBinary(peer, Uint8Array.of(0xff, 0x00, 0xff))
      await goodbye(peer)
    },
  },

  empty: {
    async run(peer, url) {
      await peer.open(url)
      await echoText(peer, '')
      if (peer.can.binary) await echoBinary(peer, new Uint8Array())
      await echoText(peer, 'after empty')
      await goodbye(peer)
    },
  },

  sizes: {
    async run(peer, url) {
      await peer.open(url)
      for (const size of [125, 126, 127, 128, 65535, 65536]) {
        await echoText(peer, letters(size))
        if (peer.can.binary) await echoBinary(peer, Buffer.from(letters(size)).map(byte => byte ^ 0x80))
      }
      await goodbye(peer)
    },
  },

  burst: {
    async run(peer, url) {
      await peer.open(url)
      const texts = Array.from({ length: 200 }, (_, i) => `${i} ${letters(i)}`)
      for (const text of texts) peer.text(text)
      for (const text of texts) assert.equal((await peer.next('text')).text, text)
      await goodbye(peer)
    },
  },

  fragments: {
    when: can => can.fragments,
    async run(peer, url) {
      if (peer.can.fragments === 'by size') {
        await peer.open(url, { fragmentSize: 5 })
        await echoText(peer, greeting)
        await echoBinary(peer, everyByte)
        return goodbye(peer)
      }
      await peer.open(url)
      const text = Buffer.from('fox 🦊')
      // In the middle of a code point where the client allows it.
      const cut = peer.can.fragments === 'bytes' ? 6 : 4
      for (const parts of [[text.subarray(0, cut), text.subarray(cut)], [text.subarray(0, 1), '', text.subarray(1, cut), text.subarray(cut)]]) {
        peer.fragments('text', parts)
        assert.equal((await peer.next('text')).text, 'fox 🦊')
      }
      peer.fragments('binary', [everyByte.subarray(0, 9), everyByte.subarray(9, 200), everyByte.subarray(200)])
      assert.deepEqual((await peer.next('binary')).bytes, Buffer.from(everyByte))
      await echoText(peer, 'whole again')
      await goodbye(peer)
    },
  },

  'ping-between-fragments': {
    when: can => can.interleave,
    async run(peer, url) {
      await peer.open(url)
      peer.fragments('text', ['one ', 'two ', 'three'], 'in between')
      assert.equal(String((await peer.next('pong')).bytes), 'in between')
      assert.equal((await peer.next('text')).text, 'one two three')
      await goodbye(peer)
    },
  },

  ping: {
    when: can => can.ping,
    async run(peer, url) {
      await peer.open(url)
      for (const payload of ['are you there', 'x'.repeat(125)]) {
        peer.ping(payload)
        assert.equal(String((await peer.next('pong')).bytes), payload)
      }
      peer.ping('')
      assert.equal((await peer.next('pong')).bytes.length, 0)
      await echoText(peer, 'after ping')
      await goodbye(peer)
    },
  },

  'unasked-pong': {
    when: can => can.pong && can.closeCode,
    async run(peer, url) {
      await peer.open(url)
      peer.pong('nobody asked')
      await echoText(peer, 'after pong')
      await goodbye(peer)
    },
  },

  'close-code': {
    when: can => can.closeCode,
    async run(peer, url) {
      for (const [code, reason] of [[1000, 'bye'], [1000, ''], [3000, 'füß 🦶'], [4999, 'r'.repeat(123)]]) {
        await peer.open(url)
        await echoText(peer, 'hello')
        await closeWith(peer, code, reason)
      }
    },
  },

  'close-bare': {
    when: can => can.closeBare,
    async run(peer, url) {
      await peer.open(url)
      peer.close()
      const closed = await peer.next('closed')
      assert.deepEqual({ code: closed.code, clean: closed.clean }, { code: 1005, clean: true })
    },
  },

  // In 03 the answer carries the body of the close frame.
  'close-body': {
    when: can => can.closeBody,
    async run(peer, url) {
      await peer.open(url)
      peer.close(undefined, 'body to match')
      const closed = await peer.next('closed')
      assert.deepEqual({ reason: closed.reason, clean: closed.clean }, { reason: 'body to match', clean: true })
    },
  },

  drop: {
    async run(peer, url) {
      await peer.open(url)
      await echoText(peer, 'hello')
      peer.drop()
      await peer.next('closed')
    },
  },

  protocol: {
    when: can => can.protocols,
    async run(peer, url) {
      const { protocol } = await peer.open(url, { protocols: ['chat.v1', 'chat.v2'] })
      assert.equal(protocol, 'chat.v1', 'the subprotocol chosen of chat.v1 and chat.v2')
      await echoText(peer, 'hello')
      await goodbye(peer)
    },
  },
}
