// What the user sends: messages, requests for a ping, a close frame. Connects when all is ready.
(function () {
  var bench = window.bench
  var element = bench.element
  var show = bench.show

  /** What asks this server for a ping, and what its answer begins with: ENQ and ACK of ASCII. */
  var ASK_PING = '\u0005ping'
  var ANSWER = '\u0006pong '

  /** Messages to bring back, and the one that is shown. */
  var sent = []
  var recalled = null
  var MOST_RECALLED = 50

  /** What a browser refuses to do is shown, not lost. */
  function attempt(action) {
    return function () {
      try { action() } catch (error) { bench.failed(error && error.message || String(error)) }
      return false
    }
  }

  function isHex() { return element('as-hex').checked }

  /** Sends what is written, in the notation that it is written in, as a message of this kind. */
  function send(kind) {
    var socket = bench.openSocket()
    if (!socket) throw new Error('Nothing is sent: the connection is not open.')
    var written = element('text').value
    var entry = { direction: 'sent', kind: kind }
    if (kind === 'text') {
      entry.text = isHex() ? bench.textOfBytes(bench.bytesOfHex(written)) : bench.scalar(written)
      entry.size = bench.lengthOfText(entry.text)
      socket.send(entry.text)
    } else {
      entry.bytes = isHex() ? bench.bytesOfHex(written) : bench.bytesOfText(written)
      entry.size = entry.bytes.length
      socket.send(entry.bytes.buffer)
    }
    bench.log(entry)
    if (written !== '' && sent[sent.length - 1] !== written) sent.push(written)
    if (sent.length > MOST_RECALLED) sent.shift()
    recalled = null
    watch(socket)
  }

  /** Tells what the browser still holds of what was sent. */
  var watching = null
  function watch(socket) {
    clearInterval(watching)
    watching = setInterval(tell, 250)
    function tell() {
      var left = socket.readyState === 1 ? socket.bufferedAmount : 0
      if (left > 0) show('status-note', bench.count(left, 'byte') + ' wait to be sent')
      else { clearInterval(watching); if (socket.readyState === 1) show('status-note', '') }
    }
  }

  /** Puts an earlier message into the field: -1 for the one before, 1 for the one after. */
  function recall(step) {
    var at = recalled === null ? sent.length : recalled
    at += step
    if (at < 0 || sent.length === 0) return
    recalled = at >= sent.length ? null : at
    element('text').value = recalled === null ? '' : sent[recalled]
  }

  function onKey(event) {
    event = event || window.event
    var isEnter = event.keyCode === 13 && !event.shiftKey
    // Enter also ends the choice of a character by an input method.
    if (isEnter && !event.isComposing) return attempt(function () { send(isHex() ? 'binary' : 'text') })()
    if (event.keyCode === 38 && (this.value === '' || recalled !== null)) { recall(-1); return false }
    if (event.keyCode === 40 && recalled !== null) { recall(1); return false }
    // What is edited is a message of its own.
    if (event.key && event.key.length === 1) recalled = null
    return true
  }

  function chooseNotation() {
    element('send').className = isHex() ? '' : 'main'
    element('binary').className = isHex() ? 'main' : ''
  }

  var asked = null
  function ping() {
    var socket = bench.openSocket()
    if (!socket) throw new Error('The connection is not open.')
    socket.send(ASK_PING)
    asked = true
    show('ping-time', 'asked')
    bench.event('ping', 'Asked the server for a ping.')
  }

  /** Whether a message is the server's answer to that; shows it then. */
  bench.onAnswer = function (data) {
    if (!asked || typeof data !== 'string' || data.indexOf(ANSWER) !== 0) return false
    asked = null
    var answer = data.slice(ANSWER.length)
    var time = (Number(answer) / 1000).toFixed(2) + ' ms'
    show('ping-time', time)
    bench.event('pong', 'The browser answered the ping; the server measured ' + time + '.', { microseconds: Number(answer) })
    bench.say('Ping: ' + time + '.')
    return true
  }

  /** What can be done now. */
  bench.onState = function (isOpen, draft) {
    element('close').disabled = !isOpen
    element('ping').disabled = !isOpen || draft === null || (bench.canPing !== undefined && !bench.canPing(draft))
    if (!isOpen) { asked = null; show('ping-time', '') }
  }

  function close() {
    var code = element('code').value.replace(/\s/g, '')
    var reason = element('reason').value
    if (!bench.openSocket()) throw new Error('The connection is not open.')
    if (code === '' && reason !== '') throw new Error('A reason needs a code: the close frame has no room for a reason alone.')
    if (code === '') return bench.close()
    if (!/^\d+$/.test(code)) throw new Error('A close code is a number.')
    try {
      bench.close(Number(code), reason)
    } catch (error) {
      throw new Error(bench.whyNotClosed ? bench.whyNotClosed(Number(code), reason, error) : String(error))
    }
  }

  element('send').onclick = attempt(function () { send('text') })
  element('binary').onclick = attempt(function () { send('binary') })
  element('text').onkeydown = onKey
  element('as-text').onclick = element('as-hex').onclick = chooseNotation
  element('ping').onclick = attempt(ping)
  element('closing').onsubmit = attempt(close)

  bench.connect()
})();
