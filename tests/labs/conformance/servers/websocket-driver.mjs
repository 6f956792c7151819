// npm `websocket-driver` over a TCP socket, with the old drafts.
import { createServer } from 'node:net'

import { load, port, version } from '../lib/node.mjs'

const { server: driverOf } = load('websocket-driver')
version('websocket-driver')
createServer(stream => {
  const driver = driverOf({ allowDrafts: true })
  driver.on('connect', () => driver.start())
  driver.on('message', ({ data }) => {
    if (typeof data === 'string') driver.text(data)
    else driver.binary(data)
  })
  driver.on('error', () => {})
  driver.on('close', () => stream.end())
  stream.on('error', () => {})
  stream.pipe(driver.io).pipe(stream)
}).listen(port, '127.0.0.1')
