-- Inflates DEFLATE data (RFC 1951) that arrives in pieces. Wireshark's own functions cannot go on with the window of an
-- earlier message, which compressed messages refer to.

local WINDOW = 32768
-- Streams that may end in one unit: a new one costs more than the bytes that cause it.
local ENDS = 64

local LENGTHS, DISTANCES = {}, {}
do
  local base = 3
  for code = 0, 27 do
    local extra = code < 8 and 0 or math.floor(code / 4) - 1
    LENGTHS[257 + code] = { base, extra }
    base = base + 2 ^ extra
  end
  LENGTHS[285] = { 258, 0 }
  base = 1
  for code = 0, 29 do
    local extra = code < 4 and 0 or math.floor(code / 2) - 1
    DISTANCES[code] = { base, extra }
    base = base + 2 ^ extra
  end
end

local ORDER = { 16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15 }

-- The symbols of a code by length and order; nothing if lengths from 0 to `last` make no complete code.
local function code_of(lengths, last, may_lack)
  local counts, starts, symbols = {}, {}, {}
  for length = 0, 15 do counts[length] = 0 end
  for symbol = 0, last do counts[lengths[symbol]] = counts[lengths[symbol]] + 1 end
  local left, used = 1, 0
  for length = 1, 15 do
    left = left * 2 - counts[length]
    if left < 0 then return nil end
    starts[length] = used
    used = used + counts[length]
  end
  -- A code may lack all symbols but one, of one bit; one of distances may have none.
  if left > 0 and not (may_lack and (used == 0 or (used == 1 and counts[1] == 1))) then return nil end
  for symbol = 0, last do
    local length = lengths[symbol]
    if length > 0 then
      symbols[starts[length]] = symbol
      starts[length] = starts[length] + 1
    end
  end
  return { counts = counts, symbols = symbols }
end

local FIXED, FIXED_DISTANCES
do
  local lengths = {}
  for symbol = 0, 287 do
    lengths[symbol] = symbol < 144 and 8 or symbol < 256 and 9 or symbol < 280 and 7 or 8
  end
  FIXED = code_of(lengths, 287)
  for symbol = 0, 31 do lengths[symbol] = 5 end
  FIXED_DISTANCES = code_of(lengths, 31)
end

local FAULT = {}

-- The part of an inflater that reads bits; it waits for more input by yielding.
local function reader(state)
  local read = {}

  local function byte()
    while state.at > #state.input do
      coroutine.yield()
    end
    state.at = state.at + 1
    return state.input:byte(state.at - 1)
  end

  function read.bits(count)
    while state.count < count do
      state.hold = state.hold + byte() * 2 ^ state.count
      state.count = state.count + 8
    end
    local size = 2 ^ count
    local value = state.hold % size
    state.hold, state.count = math.floor(state.hold / size), state.count - count
    return value
  end

  function read.symbol(code)
    local value, first, index = 0, 0, 0
    for length = 1, 15 do
      value = value + read.bits(1)
      local count = code.counts[length]
      if value - count < first then return code.symbols[index + value - first] end
      index, first = index + count, (first + count) * 2
      value = value * 2
    end
    error(FAULT)
  end

  function read.align()
    state.hold, state.count = 0, 0
  end

  return read
end

local function put(state, byte)
  local size = state.size + 1
  if size > state.most then
    state.too_large = true
    error(FAULT)
  end
  state.size = size
  state.out[size] = byte
  state.window[state.total % WINDOW] = byte
  state.total = state.total + 1
end

local function stored(state, read)
  read.align()
  local length, check = read.bits(16), read.bits(16)
  if length + check ~= 65535 then error(FAULT) end
  for _ = 1, length do put(state, read.bits(8)) end
end

local function compressed(state, read, literals, distances)
  while true do
    local symbol = read.symbol(literals)
    if symbol < 256 then
      put(state, symbol)
    elseif symbol == 256 then
      return
    else
      local length = LENGTHS[symbol]
      if not length then error(FAULT) end
      local count = length[1] + read.bits(length[2])
      local distance = DISTANCES[read.symbol(distances)]
      if not distance then error(FAULT) end
      local back = distance[1] + read.bits(distance[2])
      if back > state.total - state.start or back > WINDOW then error(FAULT) end
      for _ = 1, count do put(state, state.window[(state.total - back) % WINDOW]) end
    end
  end
end

local function dynamic(state, read)
  local literals, distances, count = read.bits(5) + 257, read.bits(5) + 1, read.bits(4) + 4
  if literals > 286 or distances > 30 then error(FAULT) end
  local lengths = {}
  for symbol = 0, 18 do lengths[symbol] = 0 end
  for at = 1, count do lengths[ORDER[at]] = read.bits(3) end
  local code = code_of(lengths, 18)
  if not code then error(FAULT) end
  local all, at = {}, 0
  while at < literals + distances do
    local symbol = read.symbol(code)
    local value, times = symbol, 1
    if symbol == 16 then
      if at == 0 then error(FAULT) end
      value, times = all[at - 1], 3 + read.bits(2)
    elseif symbol == 17 then
      value, times = 0, 3 + read.bits(3)
    elseif symbol == 18 then
      value, times = 0, 11 + read.bits(7)
    end
    if at + times > literals + distances then error(FAULT) end
    for _ = 1, times do
      all[at], at = value, at + 1
    end
  end
  if all[256] == 0 then error(FAULT) end
  local second = {}
  for symbol = 0, distances - 1 do second[symbol] = all[literals + symbol] end
  local first, other = code_of(all, literals - 1, true), code_of(second, distances - 1, true)
  if not first or not other then error(FAULT) end
  compressed(state, read, first, other)
end

local function run(state)
  local read = reader(state)
  while true do
    state.between = true
    local last, kind = read.bits(1), nil
    state.between = false
    kind = read.bits(2)
    if kind == 0 then
      stored(state, read)
    elseif kind == 1 then
      compressed(state, read, FIXED, FIXED_DISTANCES)
    elseif kind == 2 then
      dynamic(state, read)
    else
      error(FAULT)
    end
    if last == 1 then
      -- The next stream begins at the next byte, and may refer to this one.
      read.align()
      state.ends = state.ends + 1
      if state.ends > ENDS + state.size / 1024 then
        state.too_large = true
        error(FAULT)
      end
    end
  end
end

-- An inflater of one direction; it keeps at most so many bytes of a unit.
function W.inflater(most, forgets)
  local state = {
    most = most, forgets = forgets, window = {}, total = 0, start = 0, hold = 0, count = 0, ends = 0, size = 0,
    out = {}, input = "", at = 1,
  }
  state.thread = coroutine.create(run)
  return state
end

-- Inflates a piece of a unit. Gives the bytes, or nothing and whether the limit was hit.
function W.inflate(state, piece)
  local from = state.size
  state.input, state.at = piece, 1
  local done = not state.failed and coroutine.resume(state.thread, state)
  if not done then
    state.failed = true
    return nil, state.too_large
  end
  local out = {}
  for at = from + 1, state.size, 2048 do
    out[#out + 1] = string.char((table.unpack or unpack)(state.out, at, math.min(at + 2047, state.size)))
  end
  return table.concat(out)
end

-- Ends a unit with the tail that its sender has left out. Gives the last bytes, or nothing if it ends within a block.
function W.inflate_end(state)
  local bytes = W.inflate(state, "\0\0\255\255")
  if not bytes then return nil, state.too_large end
  if not state.between or state.count >= 1 then
    state.failed = true
    return nil
  end
  state.size, state.out, state.ends = 0, {}, 0
  if state.forgets then
    state.start = state.total
  end
  return bytes
end
