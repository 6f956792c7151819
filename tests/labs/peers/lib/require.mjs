// npm packages are installed outside the source tree; this loads them from there.

import { createRequire } from 'node:module'
import { join } from 'node:path'

export const load = name => required()(name)
/** The path of a package's file. */
load.resolve = name => required().resolve(name)

function required() { return createRequire(join(process.env.PEERS_HOME, 'package.json')) }
