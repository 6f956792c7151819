// A reverse proxy that hands a server on under a prefix of its paths, as deployments do.

import { createServer, request } from 'node:http'
import { connect } from 'node:net'

/** The address of the page behind it. */
export async function behindPrefix(stage, { address, port }, prefix) {
  const inner = path => (path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : '/nothing-here')
  const proxy = createServer((asked, answer) => {
    request({ port, path: inner(asked.url), headers: { host: address } }, response => {
      answer.writeHead(response.statusCode, response.headers)
      response.pipe(answer)
    }).end()
  })
  proxy.on('upgrade', (asked, socket, head) => {
    const server = connect(port)
    const fields = Object.entries({ ...asked.headers, host: address }).map(([name, value]) => `${name}: ${value}\r\n`)
    server.write(`GET ${inner(asked.url)} HTTP/1.1\r\n${fields.join('')}\r\n`)
    server.write(head)
    server.pipe(socket).pipe(server)
    for (const end of [server, socket]) end.on('error', () => { server.destroy(); socket.destroy() })
  })
  await new Promise(resolve => proxy.listen(0, '127.0.0.1', resolve))
  stage.atEnd(() => { proxy.closeAllConnections(); proxy.close() })
  return `http://127.0.0.1:${proxy.address().port}${prefix}/`
}
