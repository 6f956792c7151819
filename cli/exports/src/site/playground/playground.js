// The playground: gives the input to the tools, and shows what they print.
'use strict'
;(() => {
  /** Bytes of input, at most: more takes long in a page, and the command has no such limit. */
  const MOST = 32 << 20
  /** After so many milliseconds a run can be cancelled. */
  const PATIENCE = 1500
  const PASTED = 'standard input'

  const form = document.getElementById('playground')
  const at = id => document.getElementById(id)
  const [input, file, output, state, cancel] = ['input', 'file', 'output', 'state', 'cancel'].map(at)
  const hint = at('taken').textContent
  let dropped = null

  const element = (name, attributes = {}, ...content) => {
    const made = document.createElement(name)
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
    made.append(...content)
    return made
  }

  // What runs the tools. It is started anew after a run was cancelled.
  let port = null
  let waiting = new Map()
  let count = 0
  const start = () => {
    const receive = ({ data }) => {
      waiting.get(data.id)?.(data)
      waiting.delete(data.id)
    }
    try {
      const source = new Blob([`'use strict';(${globalThis.wsdraftWorker})(self)`], { type: 'text/javascript' })
      port = new Worker(URL.createObjectURL(source))
      port.onmessage = receive
      port.onerror = ({ message }) => {
        for (const id of waiting.keys()) receive({ data: { id, code: null, isCut: false, fault: message, out: '', err: '' } })
        stop()
      }
    } catch {
      // Without a worker the page stands still while a tool runs.
      const inside = { postMessage: data => receive({ data }) }
      globalThis.wsdraftWorker(inside)
      port = { postMessage: data => inside.onmessage({ data }), terminate: () => {} }
    }
    port.postMessage({ module: globalThis.wsdraftModule })
  }
  const call = (args, environ, bytes) => new Promise(done => {
    if (!port) start()
    count += 1
    waiting.set(count, done)
    port.postMessage({ id: count, args, environ, input: bytes })
  })
  const stop = () => {
    port?.terminate()
    port = null
    for (const done of waiting.values()) done(null)
    waiting = new Map()
  }

  // Links: names of rules and drafts lead to their pages, as the index of the search has them.
  const pages = new Map()
  const codes = new Map()
  for (const [kind, name, , address] of globalThis.wsdraftIndex ?? []) {
    if (kind === 'close-code') codes.set(name, address)
    else if (['rule', 'draft'].includes(kind) && !pages.has(name)) pages.set(name, address)
  }
  // Bounded, and only at the start of a word: a message of a million letters takes one look at each.
  const NAMES = /(?<=\bclose code )\d{4}\b|(?<![a-z0-9-])(?:[a-z][a-z0-9]{0,30}(?:-[a-z0-9]{1,30}){1,9}|rfc\d{1,6})(?![a-z0-9-])/g
  const linked = text => {
    const pieces = []
    let end = 0
    for (const found of text.matchAll(NAMES)) {
      const address = pages.get(found[0]) ?? codes.get(found[0])
      if (!address) continue
      pieces.push(text.slice(end, found.index), element('a', { href: address }, found[0]))
      end = found.index + found[0].length
    }
    return [...pieces, text.slice(end)]
  }

  /** Text with the colours of a terminal, as elements. */
  const coloured = text => {
    const pieces = text.split(/\x1b\[([\d;]*)m/)
    const made = []
    let classes = ''
    for (const [index, piece] of pieces.entries()) {
      if (index % 2) classes = piece === '0' ? '' : piece.split(';').map(code => `sgr-${code}`).join(' ')
      else if (piece) made.push(...classes ? [element('span', { class: classes }, ...linked(piece))] : linked(piece))
    }
    return made
  }

  /** A word as a shell reads it. */
  const quoted = word => /^[\w.\/,:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
  /** Arguments as the command has them: a file by its name. */
  const shown = ([tool, ...rest]) => [tool, ...rest.map((argument, index) => {
    const name = tool === 'explain' ? undefined : /^\d+:(.*)$/s.exec(argument)?.[1]
    if (argument === '--hex-file') return '--hex'
    if (rest[index - 1] === '--hex-file') return name === PASTED ? '…' : `"$(cat ${quoted(name)})"`
    return quoted(name === PASTED ? '-' : name ?? argument)
  })]

  const show = (args, result) => {
    const words = args.filter((one, index) => one !== '--color' && args[index - 1] !== '--color')
    const line = `wsdraft ${shown(words).join(' ')}`
    const heading = element('h2', {}, element('code', {}, line.length > 2000 ? `${line.slice(0, 2000)} …` : line))
    const section = element('section', { class: 'run', 'aria-label': `wsdraft ${args[0]}` }, heading)
    if (result.out) {
      const pre = element('pre', { tabindex: 0, role: 'group', 'aria-label': `Output of wsdraft ${args[0]}` })
      pre.append(...args.includes('--json') ? [result.out] : coloured(result.out))
      section.append(pre)
    }
    if (result.err) section.append(element('p', { class: 'said' }, result.err.trimEnd()))
    const status = ['nothing to report', 'there is something to report', 'the input or an option is wrong'][result.code]
    const ends = result.fault !== null
      ? `The tool failed: ${result.fault}. That is a fault of wsdraft, or the memory is exhausted. The page goes on working.`
      : result.isCut
        ? 'The output is longer than a page can show: the rest is left out. The command shows all of it.'
        : `Exit status ${result.code}: ${status}.`
    section.append(element('p', { class: 'status' }, ends))
    output.append(section)
  }

  /** A pasted head as it came: a text area makes LF of every end of a line. */
  const pasted = text => /^([A-Z]+ \S+ )?HTTP\/\d/.test(text) ? text.replaceAll('\n', '\r\n') : text
  const encode = text => new TextEncoder().encode(text)
  /** How many letters fit into a line of the output, within what the tools take. */
  const width = () => {
    const ruler = element('span', {}, 'm'.repeat(100))
    const box = element('pre', {}, ruler)
    const section = element('section', { class: 'run' }, box)
    output.append(section)
    const { paddingLeft, paddingRight } = getComputedStyle(box)
    const room = box.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight)
    const letter = ruler.getBoundingClientRect().width / 100
    section.remove()
    return Math.min(100, Math.floor(room / letter))
  }

  const run = async () => {
    if (!dropped && !input.value.trim()) return 'Nothing is written: paste something, or drop a file.'
    const bytes = dropped ? dropped.bytes : encode(pasted(input.value))
    const name = dropped ? dropped.name : PASTED
    const response = encode(pasted(at('response').value))
    const options = []
    for (const id of ['draft', 'from', 'extensions', 'masking-key']) {
      const value = at(id).value.trim()
      if (value) options.push(`--${id}`, value)
    }
    if (response.length) options.push('--response', `${response.length}:response`)
    const all = new Uint8Array(bytes.length + response.length)
    all.set(bytes)
    all.set(response, bytes.length)
    const environ = [`COLUMNS=${width()}`]
    const [isJson, isSecure] = [at('json').checked, at('secure').checked]
    const planned = await call(['plan', ...options, at('tool').value, `${bytes.length}:${name}`], environ, all)
    if (!planned) return 'Cancelled.'
    if (planned.fault !== null || planned.isCut || planned.code === 2) {
      show(['plan', at('tool').value], planned)
      return 'That cannot be run.'
    }
    const commands = JSON.parse(planned.out)
    for (const [tool, ...rest] of commands) {
      const args = [tool, ...isJson ? ['--json'] : ['--color', 'always']]
      if (tool === 'handshake' && isSecure) args.push('--secure')
      const result = await call([...args, ...rest], environ, all)
      if (!result) return 'Cancelled.'
      show([...args, ...rest], result)
    }
    return commands.length ? `Done: ${commands.map(([tool]) => tool).join(', ')}.` : 'No tool fits.'
  }

  let isRunning = false
  /** A file that came while a tool ran. */
  let next = null
  const submit = async () => {
    if (isRunning) return
    isRunning = true
    at('run').disabled = true
    output.replaceChildren()
    state.textContent = 'Running …'
    const timer = setTimeout(() => { cancel.hidden = false }, PATIENCE)
    try {
      state.textContent = await run()
    } catch (error) {
      state.textContent = `The page failed: ${error}`
    } finally {
      clearTimeout(timer)
      cancel.hidden = true
      at('run').disabled = false
      isRunning = false
    }
    const given = next ?? []
    next = null
    await take(...given)
  }

  /** Takes a file, if it is small enough. `left` says what is left out. */
  const take = async (given, left = '') => {
    if (!given) return
    if (isRunning) {
      next = [given, left]
      return
    }
    if (given.size > MOST) {
      typed()
      output.replaceChildren()
      state.textContent = `${given.name} has ${Math.ceil(given.size / 2 ** 20)} MiB. The page takes ${MOST / 2 ** 20} MiB at most: run wsdraft lint ${quoted(given.name)} in a terminal.`
      return
    }
    try {
      dropped = { name: given.name, bytes: new Uint8Array(await given.arrayBuffer()) }
    } catch (error) {
      typed()
      output.replaceChildren()
      state.textContent = `${given.name} cannot be read, or is a folder: ${error.message}`
      return
    }
    input.value = ''
    const size = given.size === 1 ? '1 byte' : `${given.size.toLocaleString('en')} bytes`
    at('taken').textContent = `The input is the file ${given.name} (${size}).${left} Write above to use that instead.`
    await submit()
  }
  /** Takes the first of several files, and says what is left out. */
  const takeFirst = ([given, ...others]) => {
    const names = others.slice(0, 3).map(one => one.name).join(', ')
    const more = others.length > 3 ? ` and ${others.length - 3} more` : ''
    return take(given, others.length ? ` The page takes one file at a time: ${names}${more} ${others.length === 1 ? 'is' : 'are'} left out.` : '')
  }
  const typed = () => {
    dropped = null
    file.value = ''
    at('taken').textContent = hint
  }

  form.addEventListener('submit', event => { event.preventDefault(); submit() })
  cancel.addEventListener('click', stop)
  input.addEventListener('input', typed)
  input.addEventListener('keydown', event => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit()
  })
  file.addEventListener('change', () => take(file.files[0]))
  for (const type of ['dragenter', 'dragover']) {
    document.addEventListener(type, event => {
      // Text is for the field that it is dragged to.
      if (!event.dataTransfer?.types.includes('Files')) return
      event.preventDefault()
      form.classList.add('over')
    })
  }
  document.addEventListener('dragleave', event => { if (!event.relatedTarget) form.classList.remove('over') })
  document.addEventListener('drop', event => {
    form.classList.remove('over')
    if (!event.dataTransfer?.files.length) return
    event.preventDefault()
    takeFirst(event.dataTransfer.files)
  })
  for (const button of form.querySelectorAll('[data-input]')) {
    button.addEventListener('click', () => {
      input.value = button.dataset.input
      at('from').value = button.dataset.from
      at('tool').value = 'all'
      typed()
      submit()
    })
  }
  form.hidden = false
})()
