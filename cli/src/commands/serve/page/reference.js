// The close codes, the drafts and the rules, to look up.
(function () {
  var bench = window.bench
  var element = bench.element
  var show = bench.show
  var make = bench.make
  var rules = []
  /** How many rules are shown until one asks for all. */
  var FIRST_RULES = 20
  var all = false
  var drafts = []

  function badge(text, kind) { return make('span', { className: 'badge ' + kind }, [text]) }

  /** A list of terms: a text or an element for each. */
  function terms(pairs) {
    var list = make('dl', { className: 'terms' })
    for (var i = 0; i < pairs.length; i += 1) {
      if (!pairs[i]) continue
      list.appendChild(make('dt', {}, [pairs[i][0]]))
      var values = [].concat(pairs[i][1])
      for (var k = 0; k < values.length; k += 1) list.appendChild(make('dd', {}, [values[k]]))
    }
    return list
  }

  function listOf(name, texts) {
    var list = make(name, {})
    for (var i = 0; i < texts.length; i += 1) list.appendChild(make('li', {}, [].concat(texts[i])))
    return list
  }

  /** What to run next. */
  function steps(all) {
    var items = []
    for (var i = 0; i < all.length; i += 1) items.push([make('code', {}, [all[i].run]), ' tells ' + all[i].tells + '.'])
    return listOf('ul', items)
  }

  function drawCode(code) {
    var about = code.about
    var head = [make('strong', {}, [String(code.code)]), ' ', make('strong', {}, [code.name]), ' ']
    if (!code.on_wire) head.push(badge('never on the wire', 'off'), ' ')
    if (code.scripts) head.push(badge('scripts may send it', 'on'), ' ')
    if (code.by) head.push(badge('only from ' + code.by, 'off'), ' ')
    if (code.meaning) head.push(make('span', { className: 'meaning' }, [code.meaning + '.']))
    element('code-list').appendChild(make('details', { id: 'code-' + code.code }, [
      make('summary', {}, head),
      terms([
        about ? ['It says', about.text] : null,
        about && about.reporter ? ['Reported by', about.reporter] : null,
        about && about.causes.length > 0 ? ['Usual causes', listOf('ol', about.causes)] : null,
        about && about.steps.length > 0 ? ['Run next', steps(about.steps)] : null,
        code.since ? ['Since', code.since] : null,
        ['Evidence', code.cited]
      ])
    ]))
  }

  function drawCodes(facts) {
    show('codes-note', 'As ' + facts.current + ' and the registry have them, with the usual causes, the most likely first.')
    for (var i = 0; i < facts.codes.length; i += 1) drawCode(facts.codes[i])
    for (i = 0; i < facts.ranges.length; i += 1) {
      var range = facts.ranges[i]
      element('range-list').appendChild(make('dt', {}, [range.from + '–' + range.to]))
      element('range-list').appendChild(make('dd', {}, [range.usage, range.scripts ? ' Scripts may send them.' : '']))
    }
  }

  function drawDrafts(facts) {
    drafts = facts.drafts
    var spoken = 0
    for (var i = 0; i < drafts.length; i += 1) {
      var draft = drafts[i]
      if (draft.spoken) spoken += 1
      if (!draft.complete) {
        element('older-list').appendChild(make('li', { id: 'draft-' + draft.short }, [draft.short + (draft.issued ? ', ' + draft.issued : '') + ': ' + draft.name]))
        continue
      }
      var filter = make('button', { type: 'button', className: 'small' }, ['Rules of ' + draft.short])
      filter.onclick = rulesOf(draft.short)
      element('draft-list').appendChild(make('details', { id: 'draft-' + draft.short }, [
        make('summary', {}, [
          make('strong', {}, [draft.short]), ' ',
          make('span', { className: 'meaning' }, [
            (draft.issued ? draft.issued : 'never issued') + (draft.wire_version === null ? '' : ', version ' + draft.wire_version)
          ]), ' ',
          draft.spoken ? badge('spoken here', 'on') : badge('not spoken here', 'off')
        ]),
        terms([
          ['Name', draft.name],
          ['Status', draft.status],
          draft.expires ? ['Expired', draft.expires] : null,
          draft.changes.length > 0 ? ['Changes', listOf('ul', draft.changes)] : null
        ]),
        make('p', { className: 'buttons' }, [filter])
      ]))
      element('rule-draft').appendChild(make('option', { value: draft.short }, [draft.short]))
    }
    show('drafts-note', 'This server speaks ' + spoken + ' of them. The browser decides which one a connection speaks: each browser knows one.')
  }

  function rulesOf(name) {
    return function () {
      element('rule-draft').value = name
      element('rule-filter').value = ''
      filterRules()
      location.hash = '#rules'
      element('rule-draft').focus()
    }
  }

  function drawRule(rule) {
    var since = rule.drafts.length > 0 ? rule.since + (rule.until ? ' until ' + rule.until : '') : rule.since + ' (an extension)'
    rule.node = make('details', { id: 'rule-' + rule.rule }, [
      make('summary', {}, [make('code', {}, [rule.rule]), ' ', badge(rule.level, 'level'), ' ', make('span', { className: 'meaning' }, [rule.summary])]),
      terms([
        rule.by ? ['Kept by', rule.by] : null,
        ['If broken', rule.broken],
        ['Shown by', rule.shown],
        ['Since', since],
        ['As stated in', rule.stated_in],
        ['Evidence', rule.cited],
        ['Link', make('a', { href: '#rule-' + rule.rule }, ['#rule-' + rule.rule])]
      ])
    ])
    rule.searched = (rule.rule + ' ' + rule.level + ' ' + rule.summary + ' ' + rule.broken + ' ' + rule.cited.join(' ')).toLowerCase()
    element('rule-list').appendChild(rule.node)
  }

  function placeOf(name) {
    for (var i = 0; i < drafts.length; i += 1) if (drafts[i].short === name) return i
    return -1
  }

  function filterRules() {
    var words = element('rule-filter').value.toLowerCase().split(/\s+/)
    var draft = element('rule-draft').value
    var place = placeOf(draft)
    var shown = 0
    for (var i = 0; i < rules.length; i += 1) {
      var fits = draft === '' || rules[i].drafts.indexOf(place) >= 0
      for (var k = 0; k < words.length; k += 1) if (rules[i].searched.indexOf(words[k]) < 0) fits = false
      if (fits) shown += 1
      rules[i].node.style.display = fits && (all || shown <= FIRST_RULES) ? '' : 'none'
    }
    var more = element('all-rules')
    more.style.display = all || shown <= FIRST_RULES ? 'none' : ''
    more.textContent = 'Show all ' + shown
    show('rules-note', bench.count(shown, 'rule') + (draft ? ' of ' + draft : ' of all drafts and extensions, each as it was stated last') + (shown < rules.length && words.join('') ? ' that fit' : '') + '.')
  }

  /** Opens what the address names. */
  function goTo() {
    var target = document.getElementById(decodeURIComponent(location.hash.slice(1)))
    if (!target) return
    if (target.style.display === 'none') { all = true; element('rule-filter').value = ''; element('rule-draft').value = ''; filterRules() }
    if (target.parentNode.parentNode.tagName === 'DETAILS') target.parentNode.parentNode.open = true
    if (target.tagName === 'DETAILS') {
      target.open = true
      target.firstChild.focus()
    }
    target.scrollIntoView()
  }

  element('all-rules').onclick = function () { all = true; filterRules(); rules[FIRST_RULES].node.firstChild.focus() }
  element('all-rules').style.display = 'none'
  var typing = null
  element('rule-filter').oninput = function () { clearTimeout(typing); typing = setTimeout(filterRules, 100) }
  element('rule-filter').onkeydown = function (event) { if (event.key === 'Escape') { this.value = ''; filterRules() } }
  element('rule-draft').onchange = filterRules
  window.onhashchange = goTo

  bench.drawReference = function (facts) {
    drawCodes(facts)
    drawDrafts(facts)
    bench.load('page/rules.json', function (loaded) {
      rules = loaded
      for (var i = 0; i < rules.length; i += 1) drawRule(rules[i])
      filterRules()
      if (location.hash) goTo()
    }, function () { show('rules-note', 'The rules could not be loaded from this server.') })
  }
})();
