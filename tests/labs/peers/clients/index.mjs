// The clients of others, what they speak and what their interface allows.

import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

import { family } from '../lib/drafts.mjs'
import { python, websocketpp } from '../lib/needs.mjs'
import { Child } from '../lib/process.mjs'

const here = dirname(fileURLToPath(import.meta.url))

function client(name, [command, file], drafts, { needs, settings, can, serve = [] }) {
  return { name, drafts, needs, settings, can, serve, start: () => new Child(command, file ? [`${here}/${file}`] : [], { name }) }
}

/** What a client of 06 and later can do; `fragments` tells how finely it lets us cut. */
const modern = { binary: true, ping: true, pong: true, closeCode: true, closeBare: true, fragments: 'bytes', protocols: true }

const ws = version => client(`ws-${version}`, [process.execPath, 'ws.mjs'], family[version], {
  needs: ['ws'],
  settings: { version },
  can: { ...modern, interleave: true },
})

// Its interface always sends a code, has no pong, and cuts by size only.
const websocket = version => client(`websocket-${version}`, [process.execPath, 'websocket.mjs'], family[version], {
  needs: ['websocket'],
  settings: { version },
  can: { ...modern, pong: false, closeBare: false, fragments: 'by size' },
})

// Version 1.1 sends a key of 15 bytes in version 8, and always a code.
const wsOld = version => client(`ws-old-${version}`, [process.execPath, 'ws-old.mjs'], family[version], {
  needs: ['ws-old'],
  settings: { version },
  can: { ...modern, closeBare: false, fragments: false },
  serve: version === 8 ? ['--allow', 'key-valid'] : [],
})

// The gem has no way to cut a message or to close without a code. It frames 01 and 02 as
// hixie-76, so its frames are made as for 03. Drafts 04 to 06 it masks wrongly; they are left out.
// In 76 to 03 it asks for a subprotocol in the header field of 75, so none can be agreed there.
const gem = (name, drafts, settings, can, serve) => client(`gem-${name}`, ['ruby', 'gem.rb'], drafts, {
  needs: ['ruby-websocket'],
  settings,
  can: { fragments: false, ...can },
  serve,
})

const old = { binary: true, ping: true }

export default [
  ws(13),
  ws(8),
  wsOld(13),
  wsOld(8),
  client('faye', [process.execPath, 'faye.mjs'], family[13], {
    needs: ['faye-websocket'],
    can: { ...modern, pong: false, closeBare: false, fragments: false },
  }),
  websocket(13),
  websocket(8),
  client('websockets', [python, 'websockets_client.py'], family[13], {
    needs: ['websockets'],
    can: { ...modern, closeBare: false, fragments: 'characters' },
  }),
  client('wsproto', [python, 'wsproto_client.py'], family[13], {
    needs: ['wsproto'],
    can: { ...modern, fragments: 'characters', interleave: true },
  }),
  // As a client it speaks no other version. Text in a first frame has to be whole characters.
  client('websocketpp', [websocketpp('client')], family[13], {
    needs: ['websocketpp'],
    can: { ...modern, fragments: 'characters', interleave: true },
  }),
  gem('hixie-75', family['hixie-75'], { version: 75 }, { protocols: true }),
  gem('hixie-76', family['hixie-76'], { version: 76 }, {}),
  gem('hybi-00', family['hybi-00'], { version: 0, frames: 76 }, {}, ['--drafts', 'hybi-00']),
  gem('hybi-01', family['hybi-01'], { version: 1, frames: 3 }, old, ['--drafts', 'hybi-01']),
  gem('hybi-02', family['hybi-02'], { version: 2, frames: 3 }, old, ['--drafts', 'hybi-02']),
  gem('hybi-03', family['hybi-03'], { version: 3 }, { ...old, closeBody: true }),
  gem('hybi-07', family['hybi-07'], { version: 7 }, { ...modern, fragments: false, closeBare: false }),
  gem('hybi-08', family[8], { version: 8 }, { ...modern, fragments: false, closeBare: false }),
  gem('hybi-13', family[13], { version: 13 }, { ...modern, fragments: false, closeBare: false }),
]
