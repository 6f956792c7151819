-- How connections are shown: the fields, and the tree of an item.

local fields, named = {}, {}

local function field(kind, name, title, ...)
  local made = ProtoField[kind]("wsdraft." .. name, title, ...)
  named[name] = made
  fields[#fields + 1] = made
end

field("string", "draft", "Draft")
field("string", "note", "Note")
field("string", "request.line", "Request line")
field("string", "response.line", "Response line")
field("uint16", "response.status", "Status")
field("string", "header", "Header field")
field("bytes", "challenge", "Bytes after the head")
field("string", "extensions", "Agreed extensions")
field("string", "subprotocol", "Agreed subprotocol")
field("string", "from", "Sent by")
field("uint64", "frame.offset", "Offset in what the sender sends", base.DEC)
field("bool", "frame.fin", "Last frame of its message")
field("string", "frame.rsv", "Reserved bit that is set")
field("uint8", "frame.opcode", "Opcode", base.HEX)
field("string", "frame.kind", "Kind")
field("string", "frame.name", "Name in the draft")
field("bool", "frame.masked", "Masked")
field("bytes", "frame.nonce", "Nonce")
field("bytes", "frame.key", "Masking key")
field("uint64", "frame.length", "Payload length", base.DEC)
field("bytes", "payload", "Payload")
field("bytes", "payload.inflated", "Inflated payload")
field("string", "text", "Text")
field("uint16", "close.code", "Close code", base.DEC)
field("string", "close.name", "Name of the close code")
field("string", "close.reason", "Reason")
field("string", "rule", "Rule that is broken")
field("string", "rule.level", "Level")
field("string", "rule.citation", "Source")
field("string", "rule.summary", "What it says")
field("uint64", "rule.offset", "Offset in the head or the frames", base.DEC)
field("string", "rule.seen", "What was found")

local must = ProtoExpert.new("wsdraft.must", "A rule that is a MUST is broken", expert.group.PROTOCOL, expert.severity.ERROR)
local should = ProtoExpert.new("wsdraft.should", "A rule that is a SHOULD is broken", expert.group.PROTOCOL, expert.severity.WARN)
local noted = ProtoExpert.new("wsdraft.noted", "Not checked", expert.group.UNDECODED, expert.severity.NOTE)

W.fields_shown, W.experts = fields, { must, should, noted }

-- Text of a payload that is shown.
local SHOWN = 65536

local function made(tree, name, range, value)
  return tree:add(named[name], range, value):set_generated()
end

local function rules(tree, range, item, from)
  for _, broken in ipairs(item.found) do
    local rule = broken.rule
    local inner = made(tree, "rule", range, rule.id)
    made(inner, "rule.level", range, rule.level)
    made(inner, "rule.citation", range, rule.citation)
    made(inner, "rule.summary", range, rule.summary)
    made(inner, "from", range, from)
    made(inner, "rule.offset", range, UInt64.new(broken.offset))
    if broken.seen ~= "" then made(inner, "rule.seen", range, broken.seen) end
    local text = string.format("%s (%s, %s): %s", rule.id, rule.level, rule.citation, rule.summary)
    if broken.seen ~= "" then text = text .. " (" .. broken.seen .. ")" end
    inner:add_proto_expert_info(rule.level == "MUST" and must or should, text)
  end
  if item.note then
    made(tree, "note", range, item.note):add_proto_expert_info(noted, item.note)
  end
end

local function headers(tree, range, item)
  local from = item.offset - item.start
  for _, field in ipairs(item.head.fields) do
    local at = from + field.offset
    local value = #field.value > 0 and at + #field.value <= range:len() and range:range(at, #field.value) or range
    tree:add(named.header, value, field.name .. ": " .. W.excerpt(field.value))
  end
end

local function handshake(tree, range, item)
  local head = item.head
  if item.is == "request" then
    tree:add(named["request.line"], range, W.excerpt(head.line))
    made(tree, "draft", range, item.draft.short)
    if not item.fits then item.note = "no draft fits this request; it is held to " .. item.draft.short end
  else
    tree:add(named["response.line"], range, W.excerpt(head.line))
    made(tree, "response.status", range, head.status)
    if head.body ~= "" then tree:add(named.challenge, range:range(range:len() - #head.body, #head.body)) end
  end
  headers(tree, range, item)
  if item.subprotocol then made(tree, "subprotocol", range, W.excerpt(item.subprotocol)) end
  if item.extensions then made(tree, "extensions", range, W.excerpt(item.extensions)) end
  return item.is == "request" and "Request" or "Response " .. head.status
end

-- Bytes that are not in the capture as they are shown.
local function other_bytes(title, bytes)
  return ByteArray.new(bytes, true):tvb(title):range()
end

local function payload_of(tree, range, item, payload, decoded)
  if #payload == 0 then return end
  local masked = item.head and item.head.key
  local shown = masked and other_bytes("Unmasked payload", payload) or range
  tree:add(named.payload, shown)
  local text, kind = payload, item.message and item.message.kind or ""
  if decoded and decoded ~= "" then
    shown = other_bytes("Inflated payload", decoded)
    tree:add(named["payload.inflated"], shown)
    text = decoded
  elseif item.message and next(item.message.claimed) then
    return
  end
  text = text:sub(1, SHOWN)
  if kind == "text" and not W.not_text(text) then tree:add(named.text, shown, text) end
end

local function close_of(tree, range, item, payload)
  local code = item.draft.status and W.code_in(payload)
  if not code then return "" end
  local known = item.draft.codes[code]
  made(tree, "close.code", range, code)
  if known then made(tree, "close.name", range, known.name) end
  local reason = payload:sub(3)
  if reason ~= "" and not W.not_text(reason) then made(tree, "close.reason", range, reason) end
  return string.format(" %d%s", code, known and " " .. known.name or "")
end

local function frame(tree, range, item, payload, decoded)
  local head = item.head
  local first = range:range(0, math.min(head.size, range:len()))
  made(tree, "frame.offset", range, UInt64.new(item.offset))
  tree:add(named["frame.fin"], first, head.final)
  local reserved, place = head.reserved, 0
  while reserved > 0 do
    local bit = item.draft.layout.reserved[place + 1]
    if reserved % 2 == 1 and bit then tree:add(named["frame.rsv"], first, bit.name) end
    reserved, place = math.floor(reserved / 2), place + 1
  end
  tree:add(named["frame.opcode"], first, head.opcode)
  local kind = W.kind_shown(head.kind)
  tree:add(named["frame.kind"], first, kind)
  if head.name then tree:add(named["frame.name"], first, head.name) end
  tree:add(named["frame.masked"], first, head.masked)
  if head.nonce then tree:add(named["frame.nonce"], range:range(0, 4)) end
  if head.key then made(tree, "frame.key", head.nonce and range:range(0, 4) or first:range(head.size - 4, 4), head.key) end
  tree:add(named["frame.length"], first, UInt64.new(head.length or item.length or 0))
  local title = (head.name or kind) .. (head.final and "" or " (more follow)")
  if payload and #payload > 0 then
    local inside = range:range(head.size, #payload)
    payload_of(tree, inside, item, payload, decoded)
  end
  if head.kind == "close" and payload then title = title .. close_of(tree, range, item, payload) end
  return title
end

-- Adds an item to the tree; gives the words for the list of packets.
function W.show(tree, range, item, from, payload, decoded)
  made(tree, "from", range, from)
  local title
  if item.is == "request" or item.is == "response" or item.is == "refusal" then
    title = handshake(tree, range, item)
  elseif item.is == "frame" then
    title = frame(tree, range, item, payload, decoded)
  elseif item.is == "piece" then
    title = "Goes on"
    local inner = { head = item.frame.head, message = item.frame.message }
    payload_of(tree, range, inner, payload, decoded)
  elseif item.is == "challenge" then
    tree:add(named.challenge, range)
    title = "Challenge"
  else
    title = item.is == "content" and "Content" or "Not read"
  end
  tree:append_text(": " .. title)
  rules(tree, range, item, from)
  return title
end
