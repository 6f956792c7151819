// Intermediaries in front of our server, which take HTTP/2 and HTTP/1.1 and pass on one of them.

import { readFileSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'

/** name → { need, arguments of the program, for a front on `port` and a back that speaks `version` }. */
export const intermediaries = {
  haproxy: {
    command: 'haproxy',
    arguments({ folder, certificate, key }, port, server, version) {
      const [both, config] = [join(folder, 'both.pem'), join(folder, 'haproxy.cfg')]
      writeFileSync(both, readFileSync(certificate, 'utf8') + readFileSync(key, 'utf8'))
      const back = { 2: 'alpn h2 ws h2', 1.1: 'alpn http/1.1 ws h1' }[version]
      writeFileSync(config, `
defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
  timeout tunnel 60s
listen websockets
  bind 127.0.0.1:${port} ssl crt ${both} alpn h2,http/1.1
  server one 127.0.0.1:${server.port} ssl ca-file ${certificate} verifyhost localhost sni str(localhost) ${back}
`)
      return ['-f', config, '-db']
    },
  },
  nghttpx: {
    command: 'nghttpx',
    arguments({ certificate, key }, port, server, version) {
      const protocol = { 2: 'h2', 1.1: 'http/1.1' }[version]
      return [
        '--conf=/dev/null', '--workers=1', '--no-ocsp', `--cacert=${certificate}`, `--frontend=127.0.0.1,${port}`,
        `--backend=127.0.0.1,${server.port};;tls;sni=localhost;proto=${protocol}`, key, certificate,
      ]
    },
  },
}

/** Starts one in front of `server`, with its certificate. */
export async function intermediary(stage, name, certified, server, version) {
  const { command, arguments: args } = intermediaries[name]
  const port = await freePort()
  const child = stage.program(command, args(certified, port, server, version), { name })
  // Before the server: nghttpx leaves streams half open to it, which it would wait for.
  stage.atEnd(() => child.stop())
  await answers(port, child)
  return { ...server, port, url: `wss://localhost:${port}/` }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

async function answers(port, child) {
  for (;;) {
    const socket = connect({ port, host: '127.0.0.1' })
    const connected = await new Promise(resolve => socket.once('connect', () => resolve(true)).once('error', () => resolve(false)))
    socket.destroy()
    if (connected) return
    if (!child.running) throw new Error(`${child.name} ended (${child.status})`)
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}
