// What the server's database says of close codes and drafts, where the connection needs it.
(function () {
  var bench = window.bench
  var element = bench.element
  var show = bench.show
  var facts = null

  /** Loads JSON from a path beside this page. */
  bench.load = function (path, done, failed) {
    var request = new XMLHttpRequest()
    request.open('GET', path)
    request.onreadystatechange = function () {
      if (request.readyState !== 4) return
      var value
      try { value = JSON.parse(request.responseText) } catch (error) { return failed() }
      if (request.status === 200) done(value)
      else failed()
    }
    request.send()
  }

  function codeOf(number) {
    for (var i = 0; i < facts.codes.length; i += 1) if (facts.codes[i].code === number) return facts.codes[i]
    return null
  }

  function rangeOf(number) {
    for (var i = 0; i < facts.ranges.length; i += 1) {
      var range = facts.ranges[i]
      if (range.from <= number && number <= range.to) return range
    }
    return null
  }

  function draftOf(name) {
    for (var i = 0; i < facts.drafts.length; i += 1) if (facts.drafts[i].short === name) return facts.drafts[i]
    return null
  }

  /** What a close code means, in a sentence or two. */
  bench.meaning = function (number) {
    if (!facts) return ''
    var code = codeOf(number)
    if (code) return code.name + (code.meaning ? ': ' + code.meaning : '') + '.'
    var range = rangeOf(number)
    return range ? 'No meaning is registered. ' + range.usage : 'No document assigns this number.'
  }

  /** The codes that a script may send, in words. */
  function scriptCodes() {
    var parts = []
    for (var i = 0; i < facts.codes.length; i += 1) {
      if (facts.codes[i].scripts && !isInScriptRange(facts.codes[i].code)) parts.push(String(facts.codes[i].code))
    }
    // Ranges that touch are said as one.
    var ranges = []
    for (i = 0; i < facts.ranges.length; i += 1) {
      var range = facts.ranges[i]
      var last = ranges[ranges.length - 1]
      if (!range.scripts) continue
      if (last && last.to + 1 === range.from) last.to = range.to
      else ranges.push({ from: range.from, to: range.to })
    }
    for (i = 0; i < ranges.length; i += 1) parts.push(ranges[i].from + ' to ' + ranges[i].to)
    return parts.join(' and ')
  }

  function isInScriptRange(number) {
    var range = rangeOf(number)
    return range !== null && range.scripts
  }

  function isForScripts(number) {
    var code = codeOf(number)
    return (code !== null && code.scripts) || isInScriptRange(number)
  }

  /** Why the browser refused to close so. */
  bench.whyNotClosed = function (number, reason, error) {
    if (facts && !isForScripts(number)) {
      return 'The browser refuses to close with ' + number + '. A script may send ' + scriptCodes() + '; ' + number + ' is for the browser and the server. ' + bench.meaning(number)
    }
    var length = bench.lengthOfText(reason)
    return 'The browser refuses to close. The reason has ' + bench.count(length, 'byte') + ' in UTF-8. It says: ' + (error.message || error)
  }

  bench.canPing = function (name) {
    var draft = facts && draftOf(name)
    return draft ? draft.pings : true
  }

  /** Tells of the draft what its name does not. */
  bench.onDraft = function (name) {
    var draft = facts && name !== null ? draftOf(name) : null
    if (!draft) return
    var note = bench.element('draft-note')
    bench.empty(note)
    note.appendChild(document.createTextNode((draft.wire_version === null ? 'without a version number' : 'version ' + draft.wire_version) + (draft.pings ? '' : ', without pings') + ', according to this server. '))
    note.appendChild(bench.make('a', { href: '#draft-' + name }, ['About ' + name]))
  }

  function link(number) { return bench.make('a', { href: '#code-' + number }, ['About ' + number]) }

  bench.onClosed = function (number) {
    var note = element('closed-note')
    bench.empty(note)
    if (!facts || !number) return
    note.appendChild(document.createTextNode(bench.meaning(number) + ' '))
    if (codeOf(number)) note.appendChild(link(number))
  }

  /** Says what the code means that is being written. */
  function tellCode() {
    var written = element('code').value.replace(/\s/g, '')
    if (written === '') return show('code-note', 'Without a code, the close frame is empty.')
    if (!/^\d{1,5}$/.test(written)) return show('code-note', 'A close code is a number.')
    var number = Number(written)
    show('code-note', bench.meaning(number) + (isForScripts(number) ? '' : ' A script may not send it: browsers refuse all but ' + scriptCodes() + '.'))
  }

  function learn(loaded) {
    facts = loaded
    bench.current = facts.current
    bench.facts = facts
    show('version', facts.version)
    var known = element('known-codes')
    for (var i = 0; i < facts.codes.length; i += 1) {
      var code = facts.codes[i]
      if (code.scripts) known.appendChild(bench.make('option', { value: String(code.code) }, [code.name]))
      // The code of a normal closure is the one that a script may send besides whole ranges.
      if (code.scripts && !isInScriptRange(code.code) && element('code').value === '') element('code').value = String(code.code)
    }
    tellCode()
    if (bench.learnt) bench.learnt()
    if (bench.drawReference) bench.drawReference(facts)
  }

  element('code').oninput = tellCode
  bench.load('page/facts.json', learn, function () {
    show('codes-note', 'The close codes could not be loaded from this server.')
    show('drafts-note', 'The drafts could not be loaded from this server.')
  })
})();
