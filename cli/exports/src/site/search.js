// The search. Without this script the form leads to the list of everything.
'use strict'
;(() => {
  const field = document.getElementById('search')
  const results = document.getElementById('results')
  if (!field || !results) return
  const { root } = results.dataset
  const MOST = 12
  let loading

  /** The index is loaded when somebody searches: a page from a file may load a script, and nothing else. */
  function load() {
    loading ??= new Promise((done, failed) => {
      const script = document.createElement('script')
      script.src = `${root}search-index.js`
      script.onload = () => globalThis.wsdraftIndex ? done(globalThis.wsdraftIndex.map(entry)) : failed()
      script.onerror = failed
      document.head.append(script)
    })
    loading.catch(() => { loading = undefined })
    return loading
  }

  const words = text => text.toLowerCase().split(/[^a-z0-9]+/).filter(Boolean)
  const number = word => /^(0x[0-9a-f]+|\d+)$/.test(word) ? Number(word) : undefined

  /** What people call things of a kind, besides its name. */
  const CALLED = {
    block: 'control', 'close-code': 'error', 'close-range': 'code', failure: 'handshake', header: 'field', message: 'error', opcode: 'frame', status: 'code http', term: 'word',
  }

  function entry([kind, name, says, address, more]) {
    const lower = name.toLowerCase()
    const range = /^(\d+) to (\d+)$/.exec(lower)
    return {
      kind, name, says, address, lower,
      kinds: words(`${kind} ${CALLED[kind] ?? ''}`),
      parts: words(name),
      text: `${says} ${more}`.toLowerCase(),
      values: kind === 'opcode' ? words(more).map(number).filter(value => value !== undefined) : [],
      range: range ? [Number(range[1]), Number(range[2])] : [1, 0],
    }
  }

  /** How well an entry fits a word; 0 if it does not have it. */
  function score(word, one) {
    if (one.lower === word) return 20
    if (one.values.includes(number(word))) return 15
    if (one.parts.includes(word)) return 10
    if (one.parts.some(part => part.startsWith(word))) return 7
    if (/^\d+$/.test(word) && number(word) >= one.range[0] && number(word) <= one.range[1]) return 6
    if (one.lower.includes(word)) return 5
    if (one.kinds.includes(word) || one.kinds.includes(word.replace(/s$/, ''))) return 4
    if (words(one.text).includes(word)) return 3
    return word.length > 2 && one.text.includes(word) ? 1 : 0
  }

  /** What a word that is missing costs. */
  const MISSING = 8

  /**
   * What has all words, or else most of them, the best first, and before it what fits the others much better. A line of
   * a log is found by the text in it.
   */
  function find(all, asked) {
    const wanted = [...new Set(words(asked))]
    const whole = asked.trim().toLowerCase()
    const range = /^\D*(\d+)\s*(?:-|–|to)\s*(\d+)\D*$/.exec(whole)?.slice(1).map(Number)
    let found = []
    for (const one of all) {
      const scores = wanted.map(word => score(word, one)).filter(Boolean)
      const isPart = one.lower.length > 11 && whole.includes(one.lower)
      const isRange = range && one.range[0] <= one.range[1] && range[0] <= one.range[1] && one.range[0] <= range[1]
      // Who names a kind and a thing of it wants no other kind.
      const ofKind = scores.some(some => some >= 7) && wanted.some(word => one.kinds.includes(word)) ? 12 : 0
      const isPhrase = wanted.length > 1 && [' ', '-'].some(between => one.text.includes(wanted.join(between)))
      const bonus = one.lower === whole ? 30 : isPart || isRange ? 200 : one.lower.startsWith(whole) ? 5 : ofKind + (isPhrase ? 15 : 0)
      const had = isPart || isRange ? wanted.length : scores.length
      if (had) found.push({ one, had, sum: scores.reduce((sum, next) => sum + next, bonus - MISSING * (wanted.length - had)) })
    }
    const most = Math.max(...found.map(({ had }) => had))
    const best = Math.max(...found.filter(({ had }) => had === most).map(({ sum }) => sum))
    found = most * 2 >= wanted.length ? found.filter(({ had, sum }) => had === most || sum > best) : []
    found.sort((one, other) => other.sum - one.sum || one.one.name.length - other.one.name.length)
    return { found: found.map(({ one }) => one), isWhole: most === wanted.length }
  }

  function make(name, text, className) {
    const made = document.createElement(name)
    made.textContent = text
    if (className) made.className = className
    return made
  }

  function item(one) {
    const link = document.createElement('a')
    link.href = root + one.address
    link.append(make('strong', one.name), ' ', make('span', one.kind.replace('-', ' '), 'kind'), make('span', one.says, 'quiet'))
    const line = document.createElement('li')
    line.append(link)
    return line
  }

  /** Says that nothing can be searched, and where everything is. */
  function failed() {
    const link = make('a', 'Everything from A to Z')
    link.href = `${root}all.html`
    const told = make('p', 'The index of the search does not load. ')
    told.append(link, ' is there without it.')
    told.setAttribute('role', 'status')
    results.replaceChildren(told)
    results.hidden = false
  }

  async function show() {
    const asked = field.value
    if (!asked.trim()) return hide()
    let all
    try { all = await load() } catch { return failed() }
    if (asked !== field.value) return
    const { found, isWhole } = find(all, asked)
    const list = document.createElement('ul')
    list.append(...found.slice(0, MOST).map(item))
    const count = found.length > MOST ? `${found.length} found; the first ${MOST} are here.` : `${found.length} found.`
    const told = make('p', !found.length ? 'Nothing has these words.' : isWhole ? count : `None has all the words. With most of them: ${count}`)
    told.setAttribute('role', 'status')
    results.replaceChildren(...(found.length ? [list] : []), told)
    results.hidden = false
  }

  function hide() { results.hidden = true }

  /** The arrows move among the field and the links, Escape leaves. */
  function move(event) {
    const places = [field, ...results.querySelectorAll('a')]
    const at = places.indexOf(document.activeElement)
    if (event.key === 'Escape') {
      hide()
      field.focus()
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      if (results.hidden || at < 0) return
      event.preventDefault()
      const step = event.key === 'ArrowDown' ? 1 : -1
      places[Math.max(0, Math.min(places.length - 1, at + step))].focus()
    }
  }

  field.addEventListener('focus', () => load().catch(() => {}), { once: true })
  field.addEventListener('input', show)
  field.form.addEventListener('keydown', move)
  field.form.addEventListener('submit', event => {
    const first = results.querySelector('a')
    if (results.hidden || !first) return
    event.preventDefault()
    first.click()
  })
  document.addEventListener('click', event => { if (!field.form.contains(event.target)) hide() })
  document.addEventListener('keydown', event => {
    const typing = /^(input|textarea|select)$/i.test(document.activeElement?.tagName ?? '')
    if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault()
      field.focus()
    }
  })

  // Whoever comes to the list of everything with a question sees what has its words.
  const given = new URLSearchParams(location.search).get('q')
  const told = document.getElementById('asked')
  if (told && given) {
    field.value = given
    load().then(all => {
      const found = new Set(find(all, given).found.map(one => `${one.kind} ${one.name}`))
      for (const line of document.querySelectorAll('.entries li')) {
        const [name, kind] = [line.querySelector('a'), line.querySelector('.kind')].map(one => one.textContent)
        line.hidden = !found.has(`${kind.replace(' ', '-')} ${name}`)
      }
      for (const section of document.querySelectorAll('main section')) {
        section.hidden = !section.querySelector('li:not([hidden])')
      }
      told.textContent = `${found.size} found for “${given}”.`
    }, () => {
      told.textContent = 'The index of the search does not load: here is everything.'
    }).then(() => { told.hidden = false })
  }
})()
