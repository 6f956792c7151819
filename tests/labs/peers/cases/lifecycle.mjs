// How `wsdraft serve` starts and ends, and that it keeps many clients apart.

import assert from 'node:assert/strict'
import { once } from 'node:events'

import { family } from '../lib/drafts.mjs'
import { Raw } from '../lib/raw.mjs'
import { load } from '../lib/require.mjs'
import { leaves } from '../lib/stage.mjs'

const endsOn = signal => ({
  name: `lifecycle/${signal.toLowerCase()}`,
  drafts: family[13],
  needs: [],
  async run(stage) {
    const server = await stage.serve()
    const raw = await Raw.to(stage, server.port)
    await raw.upgrade()
    await raw.echo('hello')
    await leaves(server, signal)
    await raw.end()
  },
})

const page = {
  name: 'lifecycle/page',
  drafts: [],
  needs: [],
  async run(stage) {
    const server = await stage.serve()
    const answer = await fetch(`http://${server.address}/`)
    assert.equal(answer.status, 200)
    assert.match(answer.headers.get('content-type') ?? '', /^text\/html\b/)
    assert.match(await answer.text(), /<html/i)
  },
}

const many = {
  name: 'lifecycle/two-hundred-clients',
  drafts: family[13],
  needs: ['ws'],
  async run(stage) {
    const server = await stage.serve()
    const WebSocket = load('ws')
    const sockets = Array.from({ length: 200 }, () => new WebSocket(server.url))
    sockets.forEach(socket => socket.on('error', () => {}))
    stage.atEnd(() => sockets.forEach(socket => socket.terminate()))
    await Promise.all(sockets.map(socket => once(socket, 'open')))
    for (let round = 0; round < 3; round += 1) {
      const replies = sockets.map(socket => once(socket, 'message'))
      sockets.forEach((socket, i) => socket.send(`${round} of ${i}`))
      for (const [i, [reply]] of (await Promise.all(replies)).entries()) assert.equal(String(reply), `${round} of ${i}`)
    }
    const closed = sockets.map(socket => once(socket, 'close'))
    sockets.forEach(socket => socket.close(1000))
    for (const [code] of await Promise.all(closed)) assert.equal(code, 1000)
  },
}

export default [page, endsOn('SIGTERM'), endsOn('SIGINT'), many]
