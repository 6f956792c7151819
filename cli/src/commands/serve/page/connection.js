// The connection: opened, told about, closed, opened again.
(function () {
  var bench = window.bench
  var element = bench.element
  var show = bench.show
  var Socket = window.WebSocket || window.MozWebSocket

  /** Clients that all lost a server at once do not return at once, and wait longer each time (RFC 6455 §7.2.3). */
  var FIRST_DELAY = 5000
  var LONGEST_DELAY = 60000
  /** How long an end may take before a new connection does not wait for it. */
  var PATIENCE = 2000

  var socket = null
  // Of the connection: whether it opened, when, whether the user ended it, and the draft that the server told.
  var opened = 0
  var wanted = true
  var draft = null
  // Whether the first message tells the draft.
  var telling = false
  var failures = 0
  var waiting = null

  /** An address as the browser resolves it against this page's. */
  function resolved(address) {
    var link = document.createElement('a')
    link.href = address
    return link.href
  }

  /** The URL of a path beside this page: it may be behind a prefix of a proxy. */
  function here(path) { return resolved(path).replace(/^http/, 'ws').replace(/#.*/, '') }

  /** The URL that a user means. */
  function meant(text) {
    text = text.replace(/^\s+|\s+$/g, '')
    if (text === '') return here('telling')
    if (/^https?:/i.test(text)) return text.replace(/^http/i, 'ws')
    if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return text
    // A host: it has a port, a dot, or is an address.
    if (/^(localhost|\[[0-9a-f:.]+\]|[^\/?#:]+\.[^\/?#:]+|[^\/?#:]+(?=:\d))(:\d+)?([\/?]|$)/i.test(text)) return 'ws://' + text
    return here(text)
  }

  function protocols() {
    var names = element('protocols').value.split(',')
    var offered = []
    for (var i = 0; i < names.length; i += 1) {
      var name = names[i].replace(/^\s+|\s+$/g, '')
      if (name !== '') offered.push(name)
    }
    return offered
  }

  function status(word, note) {
    show('status', word)
    element('status').className = word
    show('status-note', note || '')
    show('connect', word === 'open' || word === 'closing' ? 'Reconnect' : 'Connect')
    element('disconnect').disabled = word === 'closed' && waiting === null
    if (bench.onState) bench.onState(word === 'open', draft)
  }

  function tellDraft(name) {
    draft = name
    show('draft', name === null ? 'not told' : name)
    show('draft-note', '')
    if (bench.onDraft) bench.onDraft(name)
  }

  function failed(text) {
    bench.event('error', text)
    bench.say(text)
  }

  /** Why a browser did not even try. */
  function refusal(url, offered, error) {
    var insecure = location.protocol === 'https:' && /^ws:/i.test(url)
    if (insecure) return 'A page that came over https may only open wss URLs, so the browser refuses ' + url + '.'
    if (!/^wss?:/i.test(url)) return 'The URL of a WebSocket begins with ws:// or wss://, and this one does not: ' + url
    if (/#/.test(url)) return 'The URL of a WebSocket has no fragment ("#…").'
    if (offered.length > 0 && /protocol/i.test(String(error))) return 'The browser refuses the subprotocols: each must be a token, named once. It says: ' + error.message
    return 'The browser refuses to connect to ' + url + ': ' + (error && error.message || error)
  }

  function connect() {
    stopWaiting()
    if (!Socket) return status('closed', 'This browser has no WebSocket.')
    var url = meant(element('url').value)
    var offered = protocols()
    element('url').value = url
    opened = 0
    wanted = true
    tellDraft(null)
    show('protocol', '–')
    show('extensions', '–')
    var made
    try {
      made = offered.length > 0 ? new Socket(url, offered) : new Socket(url)
    } catch (error) {
      socket = null
      status('closed')
      return failed(refusal(url, offered, error))
    }
    socket = made
    telling = /\/telling(\?.*)?$/.test(url)
    made.binaryType = 'arraybuffer'
    status('connecting', 'to ' + url)
    bench.event('connecting', 'Connecting to ' + url + (offered.length > 0 ? ', offering ' + offered.join(', ') : '') + '.', { url: url, offered: offered })
    made.onopen = function () { if (socket === made) onOpen(made, url) }
    made.onmessage = function (event) { if (socket === made) onMessage(event.data) }
    made.onclose = function (event) { if (socket === made) onClose(event, url) }
  }

  function onOpen(made, url) {
    opened = new Date().getTime()
    show('protocol', made.protocol || 'none')
    show('extensions', made.extensions || 'none')
    // Where the draft is told, the first message is not the user's.
    if (!telling) {
      status('open')
      show('draft-note', 'Only a wsdraft server tells it, at /telling.' + (bench.current ? ' Browsers speak ' + bench.current + ' today.' : ''))
    }
    var agreed = (made.protocol ? ', subprotocol ' + made.protocol : '') + (made.extensions ? ', extensions ' + made.extensions : '')
    bench.event('open', 'Open' + agreed + '.', { url: url, subprotocol: made.protocol || null, extensions: made.extensions || null })
    bench.say('Open.')
  }

  function onMessage(data) {
    if (telling) {
      telling = false
      var isTold = typeof data === 'string' && /^[a-z0-9-]{1,60}$/.test(data)
      if (isTold) tellDraft(data)
      status('open')
      if (isTold) return bench.event('draft', 'The server says that the connection speaks ' + data + '.', { draft: data })
    }
    if (bench.onAnswer && bench.onAnswer(data)) return
    if (typeof data === 'string') return received({ kind: 'text', text: data, size: bench.lengthOfText(data) })
    if (data instanceof ArrayBuffer) return received({ kind: 'binary', bytes: new Uint8Array(data), size: data.byteLength })
    // A browser without binaryType gives a Blob.
    var reader = new FileReader()
    reader.onload = function () { received({ kind: 'binary', bytes: new Uint8Array(reader.result), size: reader.result.byteLength }) }
    reader.readAsArrayBuffer(data)
  }

  function received(entry) {
    entry.direction = 'received'
    bench.log(entry)
    bench.say('Received ' + entry.kind + ', ' + bench.count(entry.size, 'byte') + (entry.kind === 'text' ? ': ' + entry.text.slice(0, 100) : '') + '.')
  }

  function onClose(event, url) {
    var stable = opened > 0 && new Date().getTime() - opened > FIRST_DELAY
    var parts = [event.code, event.reason, event.wasClean ? 'clean' : 'not clean']
    socket = null
    telling = false
    status('closed')
    show('closed', parts.join(' '))
    var text = opened > 0 ? 'Closed: ' : 'The connection never opened: '
    var meaning = bench.meaning ? bench.meaning(event.code) : ''
    var hint = opened > 0 ? '' : ' A browser does not tell scripts why; its console may, and this does: wsdraft connect ' + url
    bench.event('close', text + parts.join(' ') + '.' + (meaning ? ' ' + meaning : '') + hint, { code: event.code, reason: event.reason, clean: event.wasClean })
    if (bench.onClosed) bench.onClosed(event.code)
    bench.say(text + parts.join(' ') + '.')
    if (stable) failures = 0
    if (wanted && element('automatic').checked) wait()
  }

  /** Connects again after a while, which the user can end. */
  function wait() {
    var most = Math.min(FIRST_DELAY * Math.pow(2, failures), LONGEST_DELAY)
    var least = failures === 0 ? 0 : most / 2
    var until = new Date().getTime() + least + Math.random() * (most - least)
    failures += 1
    waiting = setInterval(tick, 250)
    bench.event('waiting', 'Attempt ' + failures + ' to reconnect in ' + Math.ceil((until - new Date().getTime()) / 1000) + ' s.')
    tick()
    function tick() {
      var left = until - new Date().getTime()
      if (left <= 0) return connect()
      status('closed', 'Reconnects in ' + Math.ceil(left / 1000) + ' s; Disconnect or Escape ends that.')
    }
  }

  function stopWaiting() {
    if (waiting === null) return false
    clearInterval(waiting)
    waiting = null
    return true
  }

  /** Ends the connection, with or without a code; what the browser says against it is thrown. */
  function close(code, reason) {
    if (stopWaiting()) { status('closed'); return bench.event('waiting', 'No further attempts.') }
    if (!socket) return
    if (code === undefined) socket.close()
    else socket.close(code, reason)
    wanted = false
    if (socket) status('closing')
  }

  function reconnect() {
    var old = socket
    if (!old) return connect()
    close()
    // It is left behind when it takes too long.
    var late = setTimeout(again, PATIENCE)
    var ended = old.onclose
    old.onclose = function (event) { ended(event); clearTimeout(late); again() }
    function again() {
      old.onclose = null
      socket = null
      connect()
    }
  }

  element('opening').onsubmit = function () { failures = 0; reconnect(); return false }
  element('disconnect').onclick = function () { close() }
  element('automatic').onchange = function () { if (!this.checked && waiting !== null) close() }
  document.onkeydown = function (event) { if (event && event.key === 'Escape' && waiting !== null) close() }

  /** The facts are there now. */
  bench.learnt = function () {
    if (bench.onState) bench.onState(socket !== null && socket.readyState === 1 && !telling, draft)
    bench.onDraft(draft)
  }

  bench.close = close
  bench.failed = failed
  /** The socket, if messages can be sent. */
  bench.openSocket = function () { return socket && socket.readyState === 1 ? socket : null }
  bench.connect = connect
  element('url').value = here('telling')
})();
