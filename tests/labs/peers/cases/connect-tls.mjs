// `wsdraft connect` over TLS, against our own server: what it trusts, and what it says where it does not.

import assert from 'node:assert/strict'
import { join } from 'node:path'

import { family } from '../lib/drafts.mjs'
import { serveTls } from '../lib/tls.mjs'

const trusting = (name, status, args, check = () => {}) => ({
  name: `connect/tls/${name}`,
  drafts: family[13],
  needs: ['openssl'],
  limit: 30_000,
  async run(stage) {
    const server = await serveTls(stage)
    const certificate = join(server.folder, 'certificate.pem')
    const said = await stage.connect(server.url, '--send', 'secret', '--timeout', '10', ...args(certificate))
    assert.equal(said.status, status, `exit status; connect said: ${said.log.join(' | ')}`)
    check(said)
  },
})

const echoed = ({ events }) => assert.deepEqual(events.map(({ event, text }) => text ?? event), ['secret', 'close'])

export default [
  trusting('named-authority', 0, certificate => ['--ca', certificate], echoed),
  trusting('insecure', 0, () => ['--insecure'], echoed),
  trusting('unknown-authority', 2, () => [], ({ log }) => assert.match(log.join(' '), /certificate/)),
]
