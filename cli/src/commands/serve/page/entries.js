// An entry of the log as people see it.
(function () {
  var bench = window.bench
  var make = bench.make

  /** How many characters and bytes of a message are shown until one asks for all. */
  var CHARACTERS = 2000
  var BYTES = 256
  /** JSON up to this length is formatted for all entries at once. */
  var JSON_AT_ONCE = 1 << 16

  var WORDS = { sent: '→ sent', received: '← received' }

  function button(label, action) {
    var made = make('button', { type: 'button', className: 'small' }, [label])
    made.onclick = action
    return made
  }

  function copied(entry) {
    return entry.kind === 'binary' ? bench.hexOfBytes(entry.bytes) : entry.text
  }

  /** Shows of an entry what is asked for, and the buttons that ask. */
  function fill(entry, buttons, body) {
    bench.empty(body)
    bench.empty(buttons)
    function add(label, change) {
      buttons.appendChild(button(label, function () { change(); fill(entry, buttons, body); focusFirst(buttons) }))
    }
    function toggleAll() { entry.all = !entry.all }
    var content
    if (entry.kind === 'binary') {
      content = bench.dump(entry.bytes, narrow() ? 8 : 16, entry.all ? entry.bytes.length : BYTES)
      if (entry.bytes.length > BYTES) add(entry.all ? 'Show less' : 'Show all ' + bench.count(entry.bytes.length, 'byte'), toggleAll)
    } else {
      var pretty = entry.pretty ? bench.prettyJson(entry.text) : null
      content = pretty === null ? entry.text : pretty
      if (content.length > CHARACTERS) {
        add(entry.all ? 'Show less' : 'Show all ' + bench.count(content.length, 'character'), toggleAll)
        if (!entry.all) content = content.slice(0, CHARACTERS) + '…'
      }
      if (bench.isLikeJson(entry.text)) {
        add(entry.pretty ? (pretty === null ? 'No valid JSON' : 'As it came') : 'Pretty', function () { entry.pretty = !entry.pretty })
      }
    }
    if (navigator.clipboard) buttons.appendChild(copyButton(entry))
    if (entry.size > 0) body.appendChild(make('pre', {}, [content]))
    if (entry.cut) body.appendChild(make('p', { className: 'note' }, ['The log keeps only the start of so long a message.']))
  }

  function copyButton(entry) {
    return button('Copy', function () {
      var said = this
      navigator.clipboard.writeText(copied(entry)).then(
        function () { said.textContent = 'Copied'; bench.say('Copied.') },
        function () { said.textContent = 'Not allowed' }
      )
    })
  }

  function narrow() { return bench.element('log').clientWidth < 640 }

  function focusFirst(node) {
    var buttons = node.getElementsByTagName('button')
    if (buttons.length > 0) buttons[0].focus()
  }

  function stamp(entry) { return make('time', { datetime: entry.time.toISOString() }, [bench.clock(entry.time)]) }

  /** The element of an entry. */
  bench.entryNode = function (entry) {
    var name = entry.direction + ' ' + entry.kind
    if (entry.direction === 'event') {
      return make('li', { className: name }, [stamp(entry), ' • ', make('span', { className: 'told' }, [entry.text])])
    }
    entry.pretty = bench.element('pretty').checked && entry.kind === 'text' && entry.text.length <= JSON_AT_ONCE && bench.isLikeJson(entry.text)
    var buttons = make('span', { className: 'buttons' })
    var body = make('div', { className: 'body' })
    fill(entry, buttons, body)
    return make('li', { className: name }, [
      make('div', { className: 'head' }, [
        make('span', {}, [stamp(entry), ' ', make('strong', {}, [WORDS[entry.direction]]), ' ', entry.kind + ' · ' + bench.count(entry.size, 'byte')]),
        buttons
      ]),
      body
    ])
  }
})();
