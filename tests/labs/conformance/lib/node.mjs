// What the servers and clients for Node share.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const modules = join(process.env.PEERS_HOME, 'node_modules')

// Loads a package from the folder of the installed ones.
export const load = createRequire(join(modules, 'peers.cjs'))

// Prints the version of a package, which every peer does first.
export function version(name) {
  console.log(JSON.parse(readFileSync(join(modules, name, 'package.json'))).version)
}

// The port to serve.
export const port = Number(process.argv[2])
