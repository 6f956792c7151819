// Certificates made for a case, and our server over TLS.

import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

/** A certificate for this machine, which signs itself. */
export function certify(stage) {
  const folder = stage.folder()
  const [certificate, key] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')]
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=localhost',
    '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-addext', 'basicConstraints=critical,CA:FALSE', '-keyout', key, '-out', certificate], { stdio: 'ignore' })
  return { folder, certificate, key }
}

export async function serveTls(stage, ...args) {
  const { folder, certificate, key } = certify(stage)
  const server = await stage.serve('--tls-cert', certificate, '--tls-key', key, ...args)
  return { ...server, folder, url: `wss://${server.address}/` }
}
