// Bun's own server.
console.log(Bun.version)
Bun.serve({
  hostname: '127.0.0.1',
  port: Number(process.argv[2]),
  fetch: (request, server) => (server.upgrade(request) ? undefined : new Response('no WebSocket request', { status: 400 })),
  websocket: { message: (socket, message) => void socket.send(message) },
})
