// Clients for Node: `node.mjs NAME URL`.
import { load, version } from '../lib/node.mjs'
import { drive } from './browserlike.mjs'

const [, , name, url] = process.argv
const server = url.replace(/\/$/, '')
const of = {
  ws: () => load('ws').WebSocket,
  undici: () => load('undici').WebSocket,
  'faye-websocket': () => load('faye-websocket').Client,
  websocket: () => load('websocket').w3cwebsocket,
}
process.on('uncaughtException', error => console.error(error))
version(name)
await drive(of[name](), server, name)
process.exit(0)
