-- Messages: their text, and what an agreed extension makes of their payloads.

local function broken(found, rule, offset, seen)
  if rule then found[#found + 1] = { rule = rule, offset = offset, seen = seen or "" } end
end

-- The part of a message that a frame begins or goes on with; nothing if it is none.
function W.part(side, head, claimed, opaque)
  if W.starts_message[head.kind] then
    side.open = { kind = head.kind, claimed = {}, opaque = opaque, text = { left = 0 } }
  end
  local message = side.open
  if not message then return nil end
  for place in pairs(claimed) do message.claimed[place] = true end
  return message
end

local function is_empty(set)
  return next(set) == nil
end

-- Checks more text that no extension has changed; `offset` is where it is in what its sender sends.
local function plain(connection, message, bytes, offset, ends, found)
  if message.kind ~= "text" or message.faulty or not is_empty(message.claimed) or message.opaque then return end
  local at = W.not_utf8(message.text, bytes)
  if not at and ends and message.text.left > 0 then at = #bytes end
  if at then
    message.faulty = true
    local byte = bytes:byte(at + 1)
    broken(found, connection.draft.text_rule, offset + at, byte and string.format("found byte 0x%02x", byte))
  end
end

-- Whether a payload is compressed.
local function is_compressed(coding, bits, message)
  if coding.transform == "deflate_every_frame" then return true end
  local set = coding.transform == "deflate_frames" and bits or message.claimed
  for place in pairs(coding.bits) do
    if set[place] then return true end
  end
  return false
end

local function others(coding, message)
  for place in pairs(message.claimed) do
    if not coding.bits[place] then return true end
  end
  return false
end

-- Takes a payload, or a piece of it, through the compressing extension. Gives what it was, if that is known.
local function decode(connection, side, message, frame, bytes, ends, found)
  local coding = connection.coding
  if side.undecodable or message.dropped then return nil end
  local compressed = is_compressed(coding, frame.claimed, message)
  local is_text = message.kind == "text" and not others(coding, message)
  local last = ends and frame.head.final
  local function failed(too_large, rule)
    side.undecodable = true
    if not too_large then broken(found, rule or coding.not_deflate, frame.offset) end
    return nil
  end
  local out, fault = bytes, nil
  local function take(piece)
    if is_text and not message.faulty then
      local at = W.not_utf8(message.text, piece)
      if at then
        message.faulty = true
        fault = string.format("found byte 0x%02x", piece:byte(at + 1))
      end
    end
  end
  if compressed then
    local inflater, too_large = side.inflater, nil
    out, too_large = W.inflate(inflater, bytes)
    if not out then return failed(too_large) end
    take(out)
    if ends and (last or coding.by_frame) then
      local rest
      rest, too_large = W.inflate_end(inflater)
      if fault then broken(found, connection.draft.text_rule, frame.payload, fault) end
      fault = nil
      if not rest then return failed(too_large, coding.not_whole) end
      take(rest)
      out = out .. rest
    end
  else
    take(out)
  end
  if not fault and last and is_text and not message.faulty and message.text.left > 0 then
    message.faulty = true
    fault = ""
  end
  if fault then broken(found, connection.draft.text_rule, frame.payload, fault) end
  return compressed and out or nil
end

-- Takes a payload, or a piece of it, of a data frame. Gives what it was before it was compressed, if it was. `ends`
-- says that the frame ends with it.
function W.take_payload(connection, side, frame, bytes, offset, ends, found)
  local message = frame.message
  if not message then return nil end
  local out
  if connection.coding and (message.opaque or not is_empty(message.claimed)) then
    out = decode(connection, side, message, frame, bytes, ends, found)
  else
    plain(connection, message, bytes, offset, ends and frame.head.final, found)
  end
  if ends and frame.head.final and side.open == message then side.open = nil end
  return out
end
