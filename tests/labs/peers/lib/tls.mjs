// Our server over TLS, with a certificate made for the case.

import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

export async function serveTls(stage, ...args) {
  const folder = stage.folder()
  const [certificate, key] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')]
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost',
    '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-addext', 'basicConstraints=critical,CA:FALSE', '-keyout', key, '-out', certificate], { stdio: 'ignore' })
  const server = await stage.serve('--tls-cert', certificate, '--tls-key', key, ...args)
  return { ...server, folder, url: `wss://${server.address}/` }
}
