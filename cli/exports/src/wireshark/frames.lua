-- Frames: their headers, and the rules that they break.

local band, rshift = W.band, W.rshift
local EMPTY = {}

local CONTROL = { close = true, ping = true, pong = true, extension_control = true }
local STARTS = { text = true, binary = true }
local DATA = { text = true, binary = true, continuation = true }

-- Bytes of a header, behind the bytes in front of a frame that is masked as a whole.
local LONGEST_HEADER = 16

-- How the frames of an end are masked as a whole; nothing if they are not.
local function covering(draft, from)
  local masking = draft.masking
  return masking and masking.covers == "frame" and masking.by == from and masking or nil
end

local function kind_of(draft, claims, opcode, length)
  local known = draft.opcodes[opcode]
  if known and (not known.only_empty or length == 0) then return known.kind, known.name end
  return claims.opcodes[opcode] or "reserved", nil
end

-- The fields of the first two bytes.
local function first_fields(layout, one, two)
  local head, rest, names = { reserved = 0 }, one * 256 + two, 0
  local place = 16
  for _, field in ipairs(layout.fields) do
    place = place - field.bits
    local value = band(rshift(rest, place), 2 ^ field.bits - 1)
    if field.is == "reserved" then
      head.reserved = head.reserved + value * 2 ^ names
      names = names + 1
    elseif field.is == "more" then
      head.final = value == 0
    else
      head[field.is] = value
    end
  end
  if head.final == nil then head.final = true end
  head.final = head.final == true or head.final == 1
  head.masked = head.masked == 1
  return head
end

local function prefixed(layout, bytes)
  if #bytes < 2 then return nil, 2 end
  local head = first_fields(layout, bytes:byte(1, 2))
  local size, length = 2, head.length
  for _, form in ipairs(layout.extended) do
    if form.marker == head.length then
      local count = math.ceil(form.bits / 8)
      size = 2 + count
      if #bytes < size then return nil, size end
      length = 0.0
      for at = 3, size do length = length * 256 + bytes:byte(at) end
      head.form = form
      local spare = count * 8 - form.bits
      head.overflows = spare > 0 and bytes:byte(3) >= 2 ^ (8 - spare)
      break
    end
  end
  head.short_at, head.length = layout.length_byte, length
  if head.masked then
    if #bytes < size + 4 then return nil, size + 4 end
    head.key, head.phase = bytes:sub(size + 1, size + 4), 0
    size = size + 4
  end
  head.size = size
  return head
end

local function delimited(layout, bytes)
  if #bytes < 1 then return nil, 1 end
  local opcode = bytes:byte(1)
  local head = { final = true, reserved = 0, masked = false, opcode = opcode, size = 1 }
  for _, range in ipairs(layout.types) do
    if opcode >= range.from and opcode <= range.to then
      head["until"] = range.stop
      if range.stop then return head end
      local length = 0.0
      for at = 2, 11 do
        local byte = bytes:byte(at)
        if length >= 2 ^ 57 then return nil, nil end
        if not byte then return nil, at end
        length = length * 128 + byte % 128
        if byte < 128 then
          head.length, head.size = length, at
          return head
        end
      end
    end
  end
  return nil, nil
end

-- The header at the start of these bytes. Otherwise nothing, and the number of bytes that it needs, which is nothing
-- where they are no frame.
local function header(connection, from, bytes)
  local draft = connection.draft
  local layout, masking = draft.layout, covering(draft, from)
  local read = layout.fields and prefixed or delimited
  local head, needed
  if masking then
    if #bytes < 4 then return nil, 6 end
    local scope = { nonce = bytes:sub(1, 4), session = connection.session }
    local key = W.evaluate(masking.key, scope)
    head, needed = read(layout, W.unmask(bytes:sub(5, 4 + LONGEST_HEADER), key, 0))
    if not head then return nil, needed and needed + 4 end
    head.nonce, head.key, head.phase, head.masked = scope.nonce, key, head.size, true
    head.size, head.shift = head.size + 4, 4
  else
    head, needed = read(layout, bytes)
    if not head then return nil, needed end
    head.shift = 0
  end
  head.kind, head.name = kind_of(draft, connection.claims, head.opcode, head.length)
  return head
end

-- The bits that frames of a kind may set.
local function claimed_bits(claims, kind)
  if STARTS[kind] then return claims.all, claims.data, claims.first end
  if kind == "continuation" then return claims.all, claims.data, EMPTY end
  return claims.all, EMPTY, EMPTY
end

-- The set bits by place, and those of them that no extension claims.
local function bits_of(reserved, claims, kind)
  local all, data, first = claimed_bits(claims, kind)
  local claimed, stray, place = {}, nil, 0
  while reserved > 0 do
    if reserved % 2 == 1 then
      if claims.unknown or all[place] or data[place] or first[place] then
        claimed[place] = true
      else
        stray = stray or {}
        stray[#stray + 1] = place
      end
    end
    reserved, place = math.floor(reserved / 2), place + 1
  end
  return claimed, stray
end

local WHEN = {
  control = function(head) return CONTROL[head.kind] end,
  data = function(head) return DATA[head.kind] end,
  starts = function(head) return STARTS[head.kind] end,
  message_open = function(_, side) return side.open ~= nil end,
  no_message_open = function(_, side) return side.open == nil end,
}

local function opcode_of(head)
  return string.format("found opcode 0x%x", head.opcode)
end

local function length_of(head)
  return string.format("found %.0f", head.length or 0)
end

-- Each test gives nothing, or the name of the field that breaks it and what was seen.
local FRAME = {
  known_opcode = function(head)
    if head.kind == "reserved" then return "opcode", opcode_of(head) end
  end,
  reserved_clear = function(head, _, _, layout)
    if head.stray then
      local names = {}
      for at, place in ipairs(head.stray) do names[at] = layout.reserved[place + 1].name end
      return "reserved", "found set: " .. table.concat(names, ", ")
    end
  end,
  minimal_length = function(head)
    if head.form and head.length <= head.form.shorter then return "length", length_of(head) end
  end,
  length_fits = function(head)
    if head.overflows then return "length", length_of(head) end
  end,
  payload_at_most = function(head, test)
    if (head.length or 0) > test.bytes then return "length", length_of(head) end
  end,
  final = function(head) if not head.final then return "final", "" end end,
  masked = function(head) if not head.masked then return "masked", "" end end,
  unmasked = function(head) if head.masked then return "masked", "" end end,
  message_open = function(head, _, side) if not side.open then return "opcode", opcode_of(head) end end,
  no_message_open = function(head, _, side) if side.open then return "opcode", opcode_of(head) end end,
  before_close = function(_, _, side) if side.closed then return "opcode", "" end end,
}

-- The rules that a frame header breaks; `offset` is where the frame starts in what its sender sends.
local function check_header(connection, from, head, side, offset)
  local layout, found = connection.draft.layout, {}
  for _, rule in ipairs(connection.draft.rules.frame) do
    local when = rule.when
    local applies = not when or (when.kind and when.kind == head.kind) or (when.is and WHEN[when.is](head, side))
    if applies and (not rule.by or rule.by == from) then
      local field, seen = FRAME[rule.test[1]](head, rule.test, side, layout)
      if field then
        local byte = layout.bytes and layout.bytes[field] or 0
        if field == "reserved" then byte = layout.reserved[head.stray[1] + 1].byte end
        found[#found + 1] = { rule = rule, offset = offset + head.shift + byte, seen = seen }
      end
    end
  end
  return found
end

local function code_is_allowed(draft, code)
  local known = draft.codes[code]
  if known then return known.on_wire end
  if not draft.ranges then return true end
  for _, range in ipairs(draft.ranges) do
    if code >= range.from and code <= range.to then return range.open end
  end
  return false
end

local function code_in(body)
  local one, two = body:byte(1, 2)
  return two and one * 256 + two
end

local CLOSE = {
  code_complete = function(_, body) if #body == 1 then return 0, "found 1" end end,
  code_allowed = function(draft, body)
    local code = code_in(body)
    if code and not code_is_allowed(draft, code) then return 0, "found " .. code end
  end,
  reason_utf8 = function(_, body)
    local at = #body >= 2 and W.not_text(body:sub(3))
    if at then return 2 + at, "found \"" .. W.excerpt(body:sub(3)) .. "\"" end
  end,
  letter = function(_, body, from, test)
    local byte = body:byte(1)
    if byte ~= test[from] then return 0, byte and string.format("found byte 0x%02x", byte) or "" end
  end,
}

local function check_close(draft, from, body, offset, found)
  for _, rule in ipairs(draft.rules.close) do
    if not rule.by or rule.by == from then
      local at, seen = CLOSE[rule.test[1]](draft, body, from, rule.test)
      if at then found[#found + 1] = { rule = rule, offset = offset + at, seen = seen } end
    end
  end
end

W.header, W.check_header, W.check_close, W.bits_of, W.code_in = header, check_header, check_close, bits_of, code_in
W.is_data, W.starts_message = DATA, STARTS

-- The kind in the words of `wsdraft inspect`.
function W.kind_shown(kind)
  return (kind == "extension" or kind == "extension_control") and "reserved" or kind
end
