// npm `nodejs-websocket`. Its binary messages are streams, so what comes after one waits for its end.
import { load, port, version } from '../lib/node.mjs'

const { createServer } = load('nodejs-websocket')
version('nodejs-websocket')
const server = createServer(connection => {
  let earlier = Promise.resolve()
  const inOrder = answer => (earlier = earlier.then(answer).catch(() => {}))
  connection.on('text', text => inOrder(() => connection.sendText(text)))
  connection.on('binary', stream => {
    const parts = []
    stream.on('data', part => parts.push(part))
    const whole = new Promise(end => stream.on('end', end))
    inOrder(() => whole.then(() => connection.sendBinary(Buffer.concat(parts))))
  })
  connection.on('error', () => {})
})
server.on('error', () => {})
server.listen(port, '127.0.0.1')
