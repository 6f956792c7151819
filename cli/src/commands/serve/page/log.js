// What happened: kept within bounds, filtered, exported.
(function () {
  var bench = window.bench
  var element = bench.element

  /** Most entries, bytes of all their messages, and bytes of one message that are kept. */
  var MOST = 1000
  var HELD = 32 << 20
  var ONE = 1 << 20

  var entries = []
  var held = 0
  var dropped = 0
  // Entries without an element that are to get one, and elements whose entries are gone.
  var fresh = []
  var gone = []
  var drawing = null
  var paused = false
  var totals = { sent: { messages: 0, bytes: 0 }, received: { messages: 0, bytes: 0 } }

  /** Adds an entry: its direction ("sent", "received", "event"), its kind, and its text, bytes or fields. */
  function add(entry) {
    entry.time = new Date()
    entry.kept = 0
    if (entry.kind === 'text' || entry.kind === 'binary') keep(entry)
    entries.push(entry)
    held += entry.kept
    while (entries.length > MOST || (held > HELD && entries.length > 1)) drop()
    fresh.push(entry)
    // While nothing is drawn, what nobody will see does not gather.
    if (fresh.length > MOST) fresh.shift()
    // What one sends is there at once; what comes may come a thousand times a second.
    if (entry.direction === 'sent') drawNow()
    else draw()
  }

  /** Keeps no more of a message than there is room for. */
  function keep(entry) {
    var way = totals[entry.direction]
    way.messages += 1
    way.bytes += entry.size
    if (entry.kind === 'text') {
      entry.cut = entry.text.length > ONE
      if (entry.cut) entry.text = entry.text.slice(0, ONE)
      entry.kept = entry.text.length
    } else {
      entry.cut = entry.bytes.length > ONE
      // A copy: a view would hold all of it.
      if (entry.cut) entry.bytes = new Uint8Array(entry.bytes.buffer.slice(0, ONE))
      entry.kept = entry.bytes.length
    }
  }

  function drop() {
    var oldest = entries.shift()
    held -= oldest.kept
    dropped += 1
    oldest.dropped = true
    if (oldest.node) gone.push(oldest.node)
  }

  function draw() { if (drawing === null) drawing = setTimeout(drawNow, 50) }

  function drawNow() {
    clearTimeout(drawing)
    drawing = null
    if (paused) return tell()
    var list = element('log')
    // Who reads further up is left there, until they send something.
    var follows = list.scrollHeight - list.scrollTop - list.clientHeight < 40
    for (var i = 0; i < gone.length; i += 1) if (gone[i].parentNode === list) list.removeChild(gone[i])
    gone = []
    var added = document.createDocumentFragment()
    for (i = 0; i < fresh.length; i += 1) {
      if (fresh[i].direction === 'sent') follows = true
      if (!fresh[i].dropped && passes(fresh[i])) {
        fresh[i].node = bench.entryNode(fresh[i])
        added.appendChild(fresh[i].node)
      }
    }
    fresh = []
    list.appendChild(added)
    if (follows) list.scrollTop = list.scrollHeight
    tell()
  }

  /** Draws everything anew, as after a change of the filter. */
  function redraw() {
    bench.empty(element('log'))
    for (var i = 0; i < entries.length; i += 1) entries[i].node = null
    fresh = entries.slice()
    gone = []
    var was = paused
    paused = false
    drawNow()
    paused = was
    tell()
    element('log').scrollTop = element('log').scrollHeight
  }

  function tell() {
    var way = function (name, way) { return name + ' ' + bench.grouped(way.messages) + ' (' + bench.count(way.bytes, 'byte') + ')' }
    bench.show('totals', way('sent', totals.sent) + ', ' + way('received', totals.received))
    var shown = element('log').children ? element('log').children.length : entries.length
    var note = ['Exports hold what the filter shows.']
    if (paused) note.unshift('Paused: ' + fresh.length + ' more wait.')
    else if (shown < entries.length) note.unshift('The filter shows ' + shown + ' of ' + entries.length + ' entries.')
    if (dropped > 0) note.unshift('The log dropped the oldest ' + bench.count(dropped, 'entry').replace('entrys', 'entries') + ': it keeps the newest ' + bench.grouped(MOST) + ' within ' + (HELD >> 20) + ' MiB.')
    bench.show('log-note', note.join(' '))
  }

  /** What a filter searches in. */
  function searched(entry) {
    if (entry.kind === 'text') return entry.text
    if (entry.kind !== 'binary') return entry.kind + ' ' + entry.text
    var start = entry.bytes.subarray(0, 1 << 14)
    return bench.dump(start, 16, start.length) + ' ' + bench.hexOfBytes(start)
  }

  function passes(entry) {
    var direction = element('direction').value
    var wanted = element('filter').value.toLowerCase()
    if (direction && direction !== entry.direction) return false
    return !wanted || searched(entry).toLowerCase().indexOf(wanted) >= 0
  }

  function pause(now) {
    paused = now
    element('pause').setAttribute('aria-pressed', String(paused))
    bench.show('pause', paused ? 'Resume' : 'Pause')
    bench.say(paused ? 'The log is paused. It goes on in the background.' : 'The log goes on.')
    if (!paused) redraw()
  }

  function clear() {
    entries = []
    held = 0
    dropped = 0
    totals = { sent: { messages: 0, bytes: 0 }, received: { messages: 0, bytes: 0 } }
    redraw()
    bench.say('The log is empty.')
  }

  /** An entry as a JSON object, with the names that `wsdraft connect --json` uses. */
  function line(entry) {
    var is = entry.kind === 'text' || entry.kind === 'binary'
    var fields = { event: is ? 'message' : entry.kind, time: entry.time.toISOString() }
    if (entry.direction !== 'event') fields.direction = entry.direction
    if (is) { fields.type = entry.kind; fields.size = entry.size }
    if (entry.kind === 'binary') fields.data = bench.hexOfBytes(entry.bytes)
    else fields[is ? 'text' : 'message'] = entry.text
    if (entry.cut) fields.cut = true
    for (var name in entry.fields) fields[name] = entry.fields[name]
    return JSON.stringify(fields)
  }

  /** An entry as text. */
  function plain(entry) {
    var head = entry.time.toISOString() + ' ' + (entry.direction === 'event' ? '' : entry.direction + ' ') + entry.kind
    if (entry.kind === 'text') return head + ', ' + bench.count(entry.size, 'byte') + (entry.cut ? ', cut' : '') + ': ' + entry.text
    if (entry.kind !== 'binary') return head + ': ' + entry.text
    return head + ', ' + bench.count(entry.size, 'byte') + (entry.cut ? ', cut' : '') + ':\n' + bench.dump(entry.bytes, 16, entry.bytes.length)
  }

  function download(form, ending, type) {
    var lines = []
    for (var i = 0; i < entries.length; i += 1) if (passes(entries[i])) lines.push(form(entries[i]) + '\n')
    var address = URL.createObjectURL(new Blob(lines, { type: type }))
    var name = 'wsdraft-' + new Date().toISOString().slice(0, 19).replace(/:/g, '-') + ending
    var link = bench.make('a', { href: address, download: name })
    document.body.appendChild(link)
    link.click()
    document.body.removeChild(link)
    setTimeout(function () { URL.revokeObjectURL(address) }, 10000)
    bench.say('Exported ' + bench.count(lines.length, 'line') + '.')
  }

  var typing = null
  function filterSoon() {
    clearTimeout(typing)
    typing = setTimeout(redraw, 150)
  }

  element('filter').oninput = filterSoon
  element('filter').onkeydown = function (event) {
    if (event.key !== 'Escape' || !this.value) return
    this.value = ''
    redraw()
  }
  element('direction').onchange = redraw
  element('pretty').onchange = redraw
  element('pause').onclick = function () { pause(!paused) }
  element('clear').onclick = clear
  if (window.Blob && window.URL && URL.createObjectURL) {
    element('export-lines').onclick = function () { download(line, '.jsonl', 'application/jsonl') }
    element('export-text').onclick = function () { download(plain, '.txt', 'text/plain;charset=utf-8') }
  } else {
    element('export-lines').disabled = element('export-text').disabled = true
  }

  bench.log = add
  /** What happened that is no message. */
  bench.event = function (kind, text, fields) { add({ direction: 'event', kind: kind, text: text, fields: fields }) }
})();
