// Drives a WebSocket with the interface of browsers through all cases: it echoes until the connection ends.

export async function drive(WebSocket, server, agent, options) {
  const open = path => {
    const socket = new WebSocket(`${server}${path}`, ...(options ?? []))
    socket.binaryType = 'arraybuffer'
    return socket
  }
  const ended = socket => new Promise(resolve => {
    socket.onerror = () => setTimeout(resolve, 1000)
    socket.onclose = resolve
  })
  const counting = open('/getCaseCount')
  let count = 0
  counting.onmessage = ({ data }) => (count = Number(data))
  await ended(counting)
  for (let number = 1; number <= count; number++) {
    const socket = open(`/runCase?case=${number}&agent=${agent}`)
    socket.onmessage = ({ data }) => {
      try {
        socket.send(data)
      } catch {
        // It is closing already.
      }
    }
    await ended(socket)
  }
  await ended(open(`/updateReports?agent=${agent}`))
}
