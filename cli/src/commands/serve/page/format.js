// Bytes, texts and times as people read and write them.
//
// All scripts of this page do without anything newer than the protocol itself, so that browsers of its old drafts
// run them: ECMAScript 5, no modules. Where a browser lacks what a comfort needs, the comfort alone is missing.
window.bench = {};

(function () {
  var DIGITS = '0123456789abcdef'

  function element(id) { return document.getElementById(id) }

  function padded(number, length) {
    var text = String(number)
    while (text.length < length) text = '0' + text
    return text
  }

  /** With a comma between thousands. */
  function grouped(number) { return String(number).replace(/\B(?=(\d{3})+$)/g, ',') }

  /** "1 byte", "2,000 bytes". */
  function count(number, noun) { return grouped(number) + ' ' + noun + (number === 1 ? '' : 's') }

  /** The local time of day. */
  function clock(date) {
    return padded(date.getHours(), 2) + ':' + padded(date.getMinutes(), 2) + ':' + padded(date.getSeconds(), 2) +
      '.' + padded(date.getMilliseconds(), 3)
  }

  /** The text as a browser sends it: a surrogate without its other half becomes U+FFFD. */
  function scalar(text) {
    return text.replace(/[\uD800-\uDBFF][\uDC00-\uDFFF]|[\uD800-\uDFFF]/g, function (found) {
      return found.length === 2 ? found : '\uFFFD'
    })
  }

  function bytesOfText(text) {
    var encoded = unescape(encodeURIComponent(scalar(text)))
    var bytes = new Uint8Array(encoded.length)
    for (var i = 0; i < encoded.length; i += 1) bytes[i] = encoded.charCodeAt(i)
    return bytes
  }

  /** The length of a text in UTF-8. */
  function lengthOfText(text) {
    var length = 0
    for (var i = 0; i < text.length; i += 1) {
      var unit = text.charCodeAt(i)
      var next = text.charCodeAt(i + 1)
      if (unit < 0x80) length += 1
      else if (unit < 0x800) length += 2
      else if (unit >= 0xD800 && unit < 0xDC00 && next >= 0xDC00 && next < 0xE000) { length += 4; i += 1 }
      else length += 3
    }
    return length
  }

  /** The text that the bytes are in UTF-8. Throws where they are none. */
  function textOfBytes(bytes) {
    var binary = ''
    for (var i = 0; i < bytes.length; i += 1) binary += String.fromCharCode(bytes[i])
    try { return decodeURIComponent(escape(binary)) } catch (error) { throw new Error('The bytes are not valid UTF-8, so they cannot be sent as text.') }
  }

  function hex(byte) { return DIGITS.charAt(byte >> 4) + DIGITS.charAt(byte & 15) }

  function hexOfBytes(bytes) {
    var parts = []
    for (var i = 0; i < bytes.length; i += 1) parts.push(hex(bytes[i]))
    return parts.join('')
  }

  /** The bytes of "68 65", "6865", "68:65", "0x68, 0x65", over several lines. */
  function bytesOfHex(text) {
    var digits = text.replace(/0x/gi, '  ')
    var bytes = []
    var half = -1
    for (var i = 0; i < digits.length; i += 1) {
      var character = digits.charAt(i)
      if (/[\s,:;_-]/.test(character)) continue
      var value = DIGITS.indexOf(character.toLowerCase())
      if (value < 0) throw new Error('"' + character + '", character ' + (i + 1) + ' of the message, is no hex digit.')
      if (half < 0) half = value
      else { bytes.push(half * 16 + value); half = -1 }
    }
    if (half >= 0) throw new Error('A hex digit is missing: two make a byte, and their number is odd.')
    return new Uint8Array(bytes)
  }

  /** The first bytes in rows: offset, hex, ASCII. */
  function dump(bytes, columns, most) {
    var length = Math.min(bytes.length, most)
    var rows = []
    var digits = bytes.length > 0xffff ? 8 : 4
    for (var at = 0; at < length; at += columns) {
      var row = ''
      var ascii = ''
      for (var i = at; i < at + columns; i += 1) {
        if (i > at && (i - at) % 8 === 0) row += ' '
        row += i < length ? hex(bytes[i]) + ' ' : '   '
        if (i < length) ascii += bytes[i] >= 0x20 && bytes[i] < 0x7f ? String.fromCharCode(bytes[i]) : '.'
      }
      rows.push(padded(at.toString(16), digits) + '  ' + row + ' ' + ascii)
    }
    return rows.join('\n')
  }

  /** Whether a text may be a JSON object or array. */
  function isLikeJson(text) { return /^\s*[\[{]/.test(text) && /[\]}]\s*$/.test(text) }

  /**
   * JSON with line breaks and indents; null if it is none. Only white space changes: numbers keep all their digits,
   * and names that occur twice stay.
   */
  function prettyJson(text) {
    var tokens
    try {
      JSON.parse(text)
      tokens = text.match(/"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{},:]|[^\s\[\]{},:"]+/g)
    } catch (error) { return null }
    var out = []
    var depth = 0
    // A deep document does not become mostly indents.
    function line() { out.push('\n' + new Array(Math.min(depth, 20) + 1).join('  ')) }
    for (var i = 0; i < tokens.length; i += 1) {
      var token = tokens[i]
      var opens = token === '{' || token === '['
      if (opens && /^[\]}]$/.test(tokens[i + 1])) out.push(token + tokens[i += 1])
      else if (opens) { out.push(token); depth += 1; line() }
      else if (token === '}' || token === ']') { depth -= 1; line(); out.push(token) }
      else if (token === ',') { out.push(token); line() }
      else out.push(token === ':' ? ': ' : token)
    }
    return out.join('')
  }

  /** A new element with these attributes and children, which are elements or texts. */
  function make(name, attributes, children) {
    var made = document.createElement(name)
    for (var key in attributes) {
      if (key === 'className') made.className = attributes[key]
      else made.setAttribute(key, attributes[key])
    }
    for (var i = 0; children && i < children.length; i += 1) {
      var child = children[i]
      if (child !== null) made.appendChild(typeof child === 'string' ? document.createTextNode(child) : child)
    }
    return made
  }

  function empty(node) { while (node.firstChild) node.removeChild(node.firstChild) }

  // What a screen reader says, once a second at most.
  var toSay = []
  var saying = null
  function say(text) {
    if (toSay.length < 3) toSay.push(text)
    if (saying === null) saying = setTimeout(function () {
      element('announce').textContent = toSay.join(' ')
      toSay = []
      saying = null
    }, 1000)
  }

  var bench = window.bench
  bench.element = element
  bench.show = function (id, text) { element(id).textContent = text }
  bench.make = make
  bench.empty = empty
  bench.say = say
  bench.grouped = grouped
  bench.count = count
  bench.clock = clock
  bench.scalar = scalar
  bench.bytesOfText = bytesOfText
  bench.lengthOfText = lengthOfText
  bench.textOfBytes = textOfBytes
  bench.hexOfBytes = hexOfBytes
  bench.bytesOfHex = bytesOfHex
  bench.dump = dump
  bench.isLikeJson = isLikeJson
  bench.prettyJson = prettyJson
})();
