// An echo server made with npm `websocket-driver`, which does no input or output of its own.

import { createServer } from 'node:net'

import { load } from '../lib/require.mjs'

const { server: driverOf } = load('websocket-driver')
const tell = event => process.stdout.write(`${JSON.stringify(event)}\n`)

const server = createServer(socket => {
  const driver = driverOf({ allowDrafts: true })
  driver.on('connect', () => driver.start())
  driver.on('open', () => tell({ event: 'open', version: driver.version, path: driver.url }))
  driver.on('message', ({ data }) => {
    if (typeof data === 'string') {
      tell({ event: 'text', text: data })
      driver.text(data)
    } else {
      tell({ event: 'binary', hex: Buffer.from(data).toString('hex') })
      driver.binary(data)
    }
  })
  driver.on('ping', ({ data }) => tell({ event: 'ping', hex: Buffer.from(data).toString('hex') }))
  driver.on('error', error => tell({ event: 'error', message: error.message }))

  // The driver leaves TCP to us; hixie-75 has no other way to close.
  let closing = { code: null, reason: null }
  driver.on('close', ({ code, reason }) => {
    closing = { code, reason }
    socket.end()
  })
  socket.on('error', () => {})
  socket.on('close', () => tell({ event: 'closed', ...closing }))
  socket.pipe(driver.io).pipe(socket)
})
server.listen(0, '127.0.0.1', () => tell({ port: server.address().port }))
