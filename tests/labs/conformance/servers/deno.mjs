// Deno's own server.
console.log(Deno.version.deno)
Deno.serve({ hostname: '127.0.0.1', port: Number(Deno.args[0]), onListen() {} }, request => {
  if (request.headers.get('upgrade')?.toLowerCase() !== 'websocket') return new Response('no WebSocket request', { status: 400 })
  const { socket, response } = Deno.upgradeWebSocket(request)
  socket.binaryType = 'arraybuffer'
  socket.onmessage = ({ data }) => socket.send(data)
  socket.onerror = () => {}
  return response
})
