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
      script.onload = () => done(globalThis.wsdraftIndex.map(entry))
      script.onerror = failed
      document.head.append(script)
    })
    return loading
  }

  const words = text => text.toLowerCase().split(/[^a-z0-9]+/).filter(Boolean)

  function entry([kind, name, says, address, more]) {
    const lower = name.toLowerCase()
    return { kind, name, says, address, lower, parts: words(name), text: `${says} ${more}`.toLowerCase() }
  }

  /** How well an entry fits a word; 0 if it does not have it. */
  function score(word, one) {
    if (one.lower === word) return 20
    if (one.parts.includes(word)) return 10
    if (one.parts.some(part => part.startsWith(word))) return 7
    if (one.lower.includes(word)) return 5
    if (words(one.text).includes(word)) return 3
    return word.length > 2 && one.text.includes(word) ? 1 : 0
  }

  /** What has all words, or else most of them, the best first. A line of a log is found by the text in it. */
  function find(all, asked) {
    const wanted = [...new Set(words(asked))]
    const whole = asked.trim().toLowerCase()
    let found = []
    for (const one of all) {
      const scores = wanted.map(word => score(word, one)).filter(Boolean)
      const isPart = one.lower.length > 11 && whole.includes(one.lower)
      const bonus = one.lower === whole ? 30 : isPart ? 200 : one.lower.startsWith(whole) ? 5 : 0
      const had = isPart ? wanted.length : scores.length
      if (had) found.push({ one, had, sum: scores.reduce((sum, next) => sum + next, bonus) })
    }
    const most = Math.max(...found.map(({ had }) => had))
    found = most * 2 > wanted.length ? found.filter(({ had }) => had === most) : []
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

  async function show() {
    const asked = field.value
    if (!asked.trim()) return hide()
    const all = await load()
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

  field.addEventListener('focus', load, { once: true })
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
      told.textContent = `${found.size} fit “${given}”.`
      told.hidden = false
    })
  }
})()
