// What a case may need from the machine. Each probe says null, or the reason to skip.

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const home = process.env.PEERS_HOME ?? ''
export const python = join(home, 'venv', 'bin', 'python')
/** The program made with websocketpp that is this end of a connection: `client` or `server`. */
export const websocketpp = end => join(home, 'websocketpp', end)
/** The path of an example of the crate. */
export const example = name => join(process.env.WSDRAFT_HTTP2_BIN ?? '', name)

const works = (command, ...args) => spawnSync(command, args, { stdio: 'ignore', timeout: 20_000 }).status === 0
const npm = name => (existsSync(join(home, 'node_modules', name, 'package.json')) ? null : `npm package ${name} is not installed`)
const pip = name => (works(python, '-c', `import ${name}`) ? null : `Python package ${name} is not installed`)
const gem = (name, debian) => (works('ruby', '-e', `require "${name}"`) ? null : `Debian package ${debian} is not installed`)

/** The path of chromium, or an empty one. */
export const chromium = () => spawnSync('sh', ['-c', 'command -v chromium || command -v chromium-browser'], { encoding: 'utf8' }).stdout?.trim() ?? ''

const probes = {
  ws: () => npm('ws'),
  'ws-old': () => npm('ws-old'),
  'faye-websocket': () => npm('faye-websocket'),
  websocket: () => npm('websocket'),
  'websocket-driver': () => npm('websocket-driver'),
  websockets: () => pip('websockets'),
  wsproto: () => pip('wsproto'),
  'ruby-websocket': () => gem('websocket', 'ruby-websocket'),
  'ruby-em-websocket': () => gem('em-websocket', 'ruby-em-websocket'),
  websocketpp: () => (existsSync(websocketpp('server')) ? null : 'Debian package libwebsocketpp-dev is not installed, or did not compile'),
  chromium: () => npm('playwright-core') ?? (chromium() ? null : 'chromium is not installed'),
  'axe-core': () => npm('axe-core'),
  hypercorn: () => pip('hypercorn'),
  haproxy: () => (works('haproxy', '-v') ? null : 'Debian package haproxy is not installed'),
  nghttpx: () => (works('nghttpx', '--version') ? null : 'Debian package nghttp2-proxy is not installed'),
  http2: () => (['http2-server', 'http2-client'].every(name => existsSync(example(name))) ? null : 'WSDRAFT_HTTP2_BIN names no folder with the examples for HTTP/2'),
  openssl: () => (works('openssl', 'version') ? null : 'openssl is not installed'),
}

const answers = new Map()

/** The reason why a case with these needs cannot run here, or null. */
export function missing(needs) {
  for (const need of needs) {
    if (!answers.has(need)) answers.set(need, probes[need]())
    if (answers.get(need)) return answers.get(need)
  }
  return null
}
