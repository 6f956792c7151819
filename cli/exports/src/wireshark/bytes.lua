-- Bytes: bit operations in every Lua from 5.1 on, digests, Base64 and UTF-8.

local band, bor, bxor, bnot, lshift, rshift
do
  local library = rawget(_G, "bit32") or rawget(_G, "bit")
  if library then
    local function unsigned(operation)
      return function(...) return operation(...) % 4294967296 end
    end
    band, bor, bxor = unsigned(library.band), unsigned(library.bor), unsigned(library.bxor)
    bnot, lshift, rshift = unsigned(library.bnot), unsigned(library.lshift), unsigned(library.rshift)
  else
    -- Older versions cannot parse these operators.
    local source = [[return
      function(a, b) return a & b end, function(a, b) return a | b end, function(a, b) return a ~ b end,
      function(a) return ~a & 0xffffffff end, function(a, n) return a << n & 0xffffffff end,
      function(a, n) return (a & 0xffffffff) >> n end]]
    band, bor, bxor, bnot, lshift, rshift = load(source)()
  end
end

local function rotate(word, by)
  return bor(lshift(word, by), rshift(word, 32 - by))
end

local function add(...)
  local sum = 0
  for at = 1, select("#", ...) do
    sum = sum + select(at, ...)
  end
  return sum % 4294967296
end

local function big(word)
  return string.char(rshift(word, 24), band(rshift(word, 16), 255), band(rshift(word, 8), 255), band(word, 255))
end

-- The text with the padding of both digests; its length is written by `number`.
local function padded(text, number)
  local zeros = (55 - #text) % 64
  return text .. "\128" .. string.rep("\0", zeros) .. number(#text * 8)
end

function W.sha1(text)
  text = padded(text, function(bits) return "\0\0\0\0" .. big(bits) end)
  local h0, h1, h2, h3, h4 = 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0
  for block = 1, #text, 64 do
    local words = {}
    for at = 0, 15 do
      local a, b, c, d = text:byte(block + at * 4, block + at * 4 + 3)
      words[at] = ((a * 256 + b) * 256 + c) * 256 + d
    end
    for at = 16, 79 do
      words[at] = rotate(bxor(bxor(words[at - 3], words[at - 8]), bxor(words[at - 14], words[at - 16])), 1)
    end
    local a, b, c, d, e = h0, h1, h2, h3, h4
    for at = 0, 79 do
      local f, k
      if at < 20 then
        f, k = bor(band(b, c), band(bnot(b), d)), 0x5a827999
      elseif at < 40 then
        f, k = bxor(bxor(b, c), d), 0x6ed9eba1
      elseif at < 60 then
        f, k = bor(bor(band(b, c), band(b, d)), band(c, d)), 0x8f1bbcdc
      else
        f, k = bxor(bxor(b, c), d), 0xca62c1d6
      end
      a, b, c, d, e = add(rotate(a, 5), f, e, k, words[at]), a, rotate(b, 30), c, d
    end
    h0, h1, h2, h3, h4 = add(h0, a), add(h1, b), add(h2, c), add(h3, d), add(h4, e)
  end
  return big(h0) .. big(h1) .. big(h2) .. big(h3) .. big(h4)
end

local function little(word)
  return big(word):reverse()
end

local SHIFTS = { { 7, 12, 17, 22 }, { 5, 9, 14, 20 }, { 4, 11, 16, 23 }, { 6, 10, 15, 21 } }

function W.md5(text)
  text = padded(text, function(bits) return little(bits) .. "\0\0\0\0" end)
  local h0, h1, h2, h3 = 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476
  for block = 1, #text, 64 do
    local words = {}
    for at = 0, 15 do
      local a, b, c, d = text:byte(block + at * 4, block + at * 4 + 3)
      words[at] = ((d * 256 + c) * 256 + b) * 256 + a
    end
    local a, b, c, d = h0, h1, h2, h3
    for at = 0, 63 do
      local f, word
      if at < 16 then
        f, word = bor(band(b, c), band(bnot(b), d)), at
      elseif at < 32 then
        f, word = bor(band(d, b), band(bnot(d), c)), (5 * at + 1) % 16
      elseif at < 48 then
        f, word = bxor(bxor(b, c), d), (3 * at + 5) % 16
      else
        f, word = bxor(c, bor(b, bnot(d))), 7 * at % 16
      end
      local k = math.floor(math.abs(math.sin(at + 1)) * 4294967296)
      local shift = SHIFTS[math.floor(at / 16) + 1][at % 4 + 1]
      a, b, c, d = d, add(b, rotate(add(a, f, k, words[word]), shift)), b, c
    end
    h0, h1, h2, h3 = add(h0, a), add(h1, b), add(h2, c), add(h3, d)
  end
  return little(h0) .. little(h1) .. little(h2) .. little(h3)
end

local ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

function W.base64(text)
  local out = {}
  for at = 1, #text, 3 do
    local a, b, c = text:byte(at, at + 2)
    local group = a * 65536 + (b or 0) * 256 + (c or 0)
    local digits = {}
    for place = 4, 1, -1 do
      local digit = group % 64
      digits[place] = ALPHABET:sub(digit + 1, digit + 1)
      group = math.floor(group / 64)
    end
    if not b then digits[3] = "=" end
    if not c then digits[4] = "=" end
    out[#out + 1] = table.concat(digits)
  end
  return table.concat(out)
end

-- Whether a text encodes this many bytes, with padding and without set bits after the last byte.
function W.is_base64_of(text, length)
  if #text ~= math.floor((length + 2) / 3) * 4 or not text:find("^[a-zA-Z0-9+/]*=?=?$") then
    return false
  end
  local bits = #text:gsub("=", "") * 6
  local unused = bits - length * 8
  if unused < 0 or unused > 4 then return false end
  local last = text:match("([a-zA-Z0-9+/])=*$")
  return not last or (ALPHABET:find(last, 1, true) - 1) % 2 ^ unused == 0
end

-- The first and the last value of the second byte of a character, and the number of bytes after the first.
local function leads(byte)
  if byte >= 0xc2 and byte <= 0xdf then return 0x80, 0xbf, 1 end
  if byte == 0xe0 then return 0xa0, 0xbf, 2 end
  if byte == 0xed then return 0x80, 0x9f, 2 end
  if byte >= 0xe1 and byte <= 0xef then return 0x80, 0xbf, 2 end
  if byte == 0xf0 then return 0x90, 0xbf, 3 end
  if byte >= 0xf1 and byte <= 0xf3 then return 0x80, 0xbf, 3 end
  if byte == 0xf4 then return 0x80, 0x8f, 3 end
end

-- Checks more of a text. `state` has what is left of a character: `{left=0}` at the start. Gives the index, from 0, of
-- the first byte that makes the text invalid.
function W.not_utf8(state, text)
  local at, length = 1, #text
  while at <= length do
    if state.left == 0 then
      at = text:find("[\128-\255]", at)
      if not at then return nil end
      local low, high, left = leads(text:byte(at))
      if not low then return at - 1 end
      state.low, state.high, state.left = low, high, left
    else
      local byte = text:byte(at)
      if byte < state.low or byte > state.high then return at - 1 end
      state.low, state.high, state.left = 0x80, 0xbf, state.left - 1
    end
    at = at + 1
  end
end

-- The index, from 0, of the byte that makes a whole text invalid; its length if it ends within a character.
function W.not_text(text)
  local state = { left = 0 }
  return W.not_utf8(state, text) or (state.left > 0 and #text or nil)
end

-- Applies the key to bytes; `phase` is the index, from 0, of the key's byte for the first of them.
function W.unmask(text, key, phase)
  local count, out, piece = #key, {}, {}
  if key:find("^%z*$") then return text end
  local keys = { key:byte(1, count) }
  local place = (phase or 0) % count
  for from = 1, #text, 2048 do
    local bytes = { text:byte(from, from + 2047) }
    for at = 1, #bytes do
      place = place + 1
      piece[at] = bxor(bytes[at], keys[place])
      if place == count then place = 0 end
    end
    out[#out + 1] = string.char((table.unpack or unpack)(piece, 1, #bytes))
  end
  return table.concat(out)
end

function W.hex(text)
  return (text:gsub(".", function(byte) return string.format("%02x", byte:byte()) end))
end

W.band, W.rshift = band, rshift
