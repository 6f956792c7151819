// `wsdraft connect` against servers of others, once in every draft that they and we speak.

import assert from 'node:assert/strict'

import { family } from '../lib/drafts.mjs'
import { greeting } from '../lib/scenarios.mjs'
import servers from '../servers/index.mjs'

const hex = text => Buffer.from(text).toString('hex')
const isHixie = draft => draft.startsWith('hixie') || draft === 'hybi-00'
/** Whether a close frame carries a code, and so the event too. */
const hasCloseCode = draft => !isHixie(draft) && !['hybi-01', 'hybi-02', 'hybi-03', 'hybi-04', 'hybi-05'].includes(draft)

const only = (events, kind) => events.filter(({ event }) => event === kind)
/** What breaks a MUST; a broken SHOULD is a note. */
const violations = events => only(events, 'violation')
  .filter(({ level }) => /must/i.test(level ?? 'must'))
  .map(({ rule, detail }) => `${rule}: ${detail}`)

/** Runs `connect` and checks what holds in every draft; gives what both ends saw. */
async function converse(stage, kind, draft, version, ...args) {
  const server = await stage.server(kind)
  const { status, events, log } = await stage.connect(server.url, '--draft', draft, '--timeout', '10', ...args)
  const tale = [...events.map(event => JSON.stringify(event).slice(0, 200)), ...log].join(' | ')

  const seen = await server.connection().catch(() => [])
  assert.deepEqual(only(seen, 'error'), [], `errors that ${kind.name} reports; connect said: ${tale}`)
  const [open] = only(seen, 'open')
  assert.ok(open, `${kind.name} saw no handshake; connect said: ${tale}`)
  assert.equal(open.version, version, 'the version that the server saw')
  assert.ok(open.path.endsWith('/echo?from=wsdraft'), `the resource that the server saw: ${open.path}`)

  // In 05 the body of a close frame names who sent it; em-websocket sends ours back.
  const wrongAnswer = kind.name === 'em-websocket' && draft === 'hybi-05'
  if (!wrongAnswer) {
    assert.equal(status, 0, `exit status; connect said: ${tale}`)
    assert.deepEqual(violations(events), [])
    // hixie-75 ends by ending TCP.
    if (draft !== 'hixie-75') assert.equal(only(events, 'close').length, 1, `close events of: ${tale}`)
  }
  if (hasCloseCode(draft)) {
    assert.equal(only(events, 'close')[0].code, 1000, 'the code of the close event')
    assert.equal(seen.at(-1).code, 1000, 'the close code that the server saw')
  }
  return { events, seen, tale }
}

const texts = ({ events, seen, tale }, expected) => {
  const messages = only(events, 'message').filter(({ type }) => type === 'text').map(({ text }) => text)
  assert.deepEqual(only(seen, 'text').map(({ text }) => text), expected, `texts that the server saw; connect said: ${tale}`)
  assert.deepEqual(messages, expected, `texts that came back, of: ${tale}`)
}

const sizes = [125, 126, 65535, 65536].map(length => 'abcdefg'.repeat(length / 7 + 1).slice(0, length))

const conversations = {
  async text(stage, kind, draft, version) {
    const expected = ['hello', greeting]
    texts(await converse(stage, kind, draft, version, '--send', expected[0], '--send', expected[1], '--close', '1000'), expected)
  },

  async sizes(stage, kind, draft, version) {
    texts(await converse(stage, kind, draft, version, ...sizes.flatMap(text => ['--send', text]), '--close', '1000'), sizes)
  },

  async empty(stage, kind, draft, version) {
    texts(await converse(stage, kind, draft, version, '--send', '', '--send', 'after empty', '--close', '1000'), ['', 'after empty'])
  },

  async 'binary-and-ping'(stage, kind, draft, version) {
    const bytes = '00ff8001c3'
    const talk = await converse(stage, kind, draft, version,
      '--send', 'hello', '--binary', bytes, '--ping', 'are you there', '--close', '1000')
    texts(talk, ['hello'])
    assert.deepEqual(only(talk.seen, 'binary').map(event => event.hex), [bytes], 'binary messages that the server saw')
    assert.deepEqual(only(talk.events, 'message').filter(({ type }) => type === 'binary').map(({ data }) => data), [bytes])
    assert.deepEqual(only(talk.events, 'pong').map(({ data }) => data), [hex('are you there')], `pongs of: ${talk.tale}`)
  },
}

export default servers.flatMap(kind => Object.entries(kind.speaks).flatMap(([wire, version]) => family[wire].flatMap(draft => (
  Object.entries(conversations)
    .filter(([name]) => name !== 'binary-and-ping' || !isHixie(draft))
    .map(([name, run]) => ({
      name: `connect/${kind.name}/${draft}/${name}`,
      drafts: [draft],
      needs: kind.needs,
      limit: 30_000,
      run: stage => run(stage, kind, draft, version),
    }))))))
