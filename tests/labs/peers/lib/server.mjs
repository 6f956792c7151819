// One interface to all servers of servers/: they echo, and tell what they saw as JSON lines.

export class PeerServer {
  constructor(child, port) {
    this.child = child
    this.url = `ws://127.0.0.1:${port}/echo?from=wsdraft`
  }

  /** Everything seen of one connection, from its open to its close. */
  async connection() {
    const seen = []
    for (;;) {
      const event = JSON.parse(await this.child.stdout.take('the peer server to see the connection close', 10_000))
      seen.push(event)
      if (event.event === 'closed') return seen
    }
  }
}
