-- A connection: what its two ends send, step by step. Nothing here knows Wireshark.

-- A frame with more bytes is read piece by piece, and not when it is complete.
local WHOLE = 1048576
-- Inflated bytes of a message.
local INFLATED = 4194304
-- Bytes of a close frame's body that are checked.
local CLOSING = 65536

local function no_claims()
  return { all = {}, data = {}, first = {}, opcodes = {} }
end

function W.connection(secure)
  return { phase = "search", secure = secure, client = { at = 0 }, server = { at = 0 }, claims = no_claims() }
end

-- Applies what was agreed; says why the claims of extensions are not known, where they are not.
local function agree(connection, items, whole)
  connection.claims = no_claims()
  local claims = connection.claims
  for _, item in ipairs(items or {}) do
    local info = item.info
    whole = whole and info.runs
    for place in pairs(item.claimed) do claims[info.on][place] = true end
    for _, opcode in ipairs(info.opcodes) do claims.opcodes[opcode] = "extension" end
    for _, opcode in ipairs(info.control_opcodes) do claims.opcodes[opcode] = "extension_control" end
  end
  if not items or not whole then
    connection.claims = no_claims()
    connection.claims.unknown = true
    return "an extension is not known here: reserved bits, and messages that use them, are not checked"
  end
  for _, item in ipairs(items) do
    local info = item.info
    if info.compresses then
      connection.coding = {
        transform = info.transform, bits = item.claimed, not_deflate = info.not_deflate, not_whole = info.not_whole,
        by_frame = info.transform == "deflate_frames" or info.transform == "deflate_every_frame",
      }
      connection.client.inflater = W.inflater(INFLATED, item.forgets.client)
      connection.server.inflater = W.inflater(INFLATED, item.forgets.server)
      if info.transform == "deflate_stream" then
        connection.unread = "the whole stream is compressed; it is not read here"
      end
    end
  end
end

-- What the response agrees on.
local function extensions(connection, response, item)
  local draft = connection.draft
  local answered, place = nil, nil
  if draft.extensions.response then answered, place = W.joined(response, draft.extensions.response) end
  if not answered then return agree(connection, {}, true) end
  local offered = draft.extensions.request and W.joined(connection.request, draft.extensions.request)
  local items, fault, whole = W.settle(draft, offered, answered)
  if fault then
    item.found[#item.found + 1] = { rule = fault.rule, offset = place(fault.place), seen = "found " .. W.excerpt(fault.seen) }
  end
  item.extensions = answered
  item.note = agree(connection, items, whole)
end

local function request(connection, bytes, from)
  local start = W.after_empty_lines(bytes, from)
  if not W.may_be_request(bytes, start) then return nil, "pass" end
  local stop = W.head_end(bytes, start)
  if not stop and #bytes - start < W.LONGEST_HEAD and W.begins_request(bytes, start) then return nil, "more" end
  if not stop or stop - start > W.LONGEST_HEAD then return nil, "pass" end
  local head = W.request(bytes:sub(start, stop - 1))
  if not head or not W.asks(head) then return nil, "pass" end
  head.secure = connection.secure
  local draft, fits, hidden = W.detect(head)
  if not draft then return nil, "pass" end
  connection.draft, connection.request, connection.hidden = draft, head, hidden
  connection.session, connection.coding, connection.unread = nil, nil, nil
  connection.claims = no_claims()
  connection.claims.unknown = true
  local side = connection.client
  local length = draft.request_body == 0 and tonumber(W.value(head, "Content-Length"):match("^%d+$")) or 0
  side.owed, side.content = draft.request_body, length
  head.lacks = draft.request_body > 0
  connection.phase = "response"
  connection.client.frames, connection.server.frames = nil, nil
  for _, role in ipairs({ "client", "server" }) do
    local one = connection[role]
    one.open, one.closed, one.stopped, one.undecodable, one.frame = nil, nil, nil, nil, nil
  end
  return {
    is = "request", size = stop - from, head = head, draft = draft, fits = fits,
    offset = side.at + start - from, found = W.check_request(draft, head), after = 0,
  }
end

-- Bytes after the request's head that are no frames.
local function after_head(connection, bytes, from)
  local side = connection.client
  local body = side.owed > 0
  local left = body and side.owed or side.content
  local size = math.min(left, #bytes - from + 1)
  if body then
    side.owed = side.owed - size
    connection.request.body = connection.request.body .. bytes:sub(from, from + size - 1)
    connection.request.lacks = side.owed > 0
  else
    side.content = side.content - size
  end
  return { is = body and "challenge" or "content", size = size, offset = side.at, found = {} }
end

local function response(connection, bytes, from)
  local side, draft = connection.server, connection.draft
  local start = W.after_empty_lines(bytes, from)
  local stop = W.head_end(bytes, start)
  if not stop then
    local begins = ("HTTP/"):sub(1, #bytes - start + 1) == bytes:sub(start, start + 4)
    if begins and #bytes - start < W.LONGEST_HEAD then return nil, "more" end
  end
  local head = stop and stop - start <= W.LONGEST_HEAD and W.response(bytes:sub(start, stop - 1))
  if not head then
    connection.phase = "done"
    return nil, "pass"
  end
  local offset = side.at + start - from
  local item = { is = "response", size = stop - from, head = head, draft = draft, offset = offset, found = {}, after = 0 }
  if W.is_interim(head.status) then return item end
  local accepted = not draft.accepting or draft.accepting == head.status
  if accepted and #bytes - stop + 1 < draft.response_body then return nil, draft.response_body - (#bytes - stop + 1) end
  if draft.response_body > 0 then
    local body = math.min(draft.response_body, #bytes - stop + 1)
    head.body = bytes:sub(stop, stop + body - 1)
    if accepted then item.size, item.after = item.size + body, body end
  end
  item.found = W.check_response(draft, connection.request, head)
  if not accepted then
    item.is, connection.phase = "refusal", "search"
    return item
  end
  connection.phase = "open"
  if draft.session then
    connection.session = W.evaluate(draft.session, { request = connection.request, response = head })
  end
  if draft.subprotocol then
    local field = W.field(head, draft.subprotocol)
    item.subprotocol = field and field.value
  end
  extensions(connection, head, item)
  return item
end

-- Before the first frame: the draft, of those that no request shows, whose frames these are.
local function settle_draft(connection, from, bytes)
  if connection.client.frames or connection.server.frames or #(connection.hidden or {}) == 0 then return end
  local function reads(draft)
    local trial = { draft = draft, claims = no_claims(), session = connection.session }
    local head, needed = W.header(trial, from, bytes)
    return head and head.kind ~= "reserved" or needed
  end
  if reads(connection.draft) then return end
  for _, draft in ipairs(connection.hidden) do
    if draft ~= connection.draft and reads(draft) then
      connection.draft = draft
      return
    end
  end
end

-- Ends a frame of which all is there, or its last piece.
local function end_frame(connection, from, side, frame, payload, whole, found)
  if W.is_data[frame.head.kind] then return end
  if frame.head.kind == "close" then
    if whole and #payload <= CLOSING then
      W.check_close(connection.draft, from, payload, frame.payload, found)
    end
    side.closed = true
  end
end

-- Goes on with a frame that is read piece by piece.
local function piece(connection, from, bytes, at)
  local side = connection[from]
  local frame = side.frame
  local size, trailer, ends = #bytes - at + 1, 0, false
  if frame.left then
    ends = size >= frame.left
    size = math.min(size, frame.left)
  else
    local stop = bytes:find(string.char(frame.head["until"]), at, true)
    if stop then size, trailer, ends = stop - at, 1, true end
  end
  local payload, head, found = bytes:sub(at, at + size - 1), frame.head, {}
  local phase = head.phase
  if head.key then
    payload = W.unmask(payload, head.key, head.phase)
    head.phase = (head.phase + size) % #head.key
  end
  if frame.left then frame.left = frame.left - size end
  local item = {
    is = "piece", size = size + trailer, offset = side.at - side.frames, found = found, frame = frame, phase = phase,
  }
  local decoded = W.take_payload(connection, side, frame, payload, item.offset, ends, found)
  if ends then
    end_frame(connection, from, side, frame, payload, false, found)
    side.frame = nil
  end
  return item, nil, payload, decoded
end

-- Where a payload ends, with its delimiter; otherwise nothing, and what is missing, or nothing if it is too long.
local function extent(head, bytes, start)
  local there = #bytes - start + 1
  if head["until"] then
    local stop = bytes:find(string.char(head["until"]), start, true)
    if stop then return stop - start, 1 end
    return nil, there <= WHOLE and "more" or nil
  end
  if head.length <= there then return head.length, 0 end
  return nil, head.length <= WHOLE and head.length - there or nil
end

local function frame(connection, from, bytes, at)
  local side = connection[from]
  if connection.unread or side.stopped then
    return { is = "unread", size = #bytes - at + 1, offset = side.at, found = {}, note = connection.unread }
  end
  if side.frame then return piece(connection, from, bytes, at) end
  local start = bytes:sub(at, at + 31)
  settle_draft(connection, from, start)
  local head, needed = W.header(connection, from, start)
  local offset = side.at - (side.frames or side.at)
  if not head then
    -- Wireshark does not show a frame again whose bytes were asked for twice within one segment.
    if needed then return nil, "more" end
    side.stopped = true
    return { is = "unread", size = #bytes - at + 1, offset = side.at, found = {}, note = "no frame; what follows cannot be read" }
  end
  local length, trailer = extent(head, bytes, at + head.size)
  if not length and trailer then return nil, trailer end
  side.frames = side.frames or side.at
  local claimed
  claimed, head.stray = W.bits_of(head.reserved, connection.claims, head.kind)
  local found = W.check_header(connection, from, head, side, offset)
  local item = {
    is = "frame", size = head.size, head = head, offset = offset, payload = offset + head.size, claimed = claimed,
    found = found, draft = connection.draft, length = length, phase = head.phase,
  }
  if W.is_data[head.kind] then
    item.message = W.part(side, head, claimed, connection.coding and connection.coding.by_frame)
  end
  if not length then
    item.left = head.length
    side.frame = item
    return item
  end
  item.size = head.size + length + trailer
  local payload = bytes:sub(at + head.size, at + head.size + length - 1)
  if head.key then payload = W.unmask(payload, head.key, head.phase) end
  local decoded = W.take_payload(connection, side, item, payload, item.payload, true, found)
  end_frame(connection, from, side, item, payload, true, found)
  return item, nil, payload, decoded
end

local function step(connection, from, bytes, at)
  local phase, client = connection.phase, from == "client"
  if phase == "search" then
    if client then return request(connection, bytes, at) end
    return nil, "pass"
  elseif phase == "done" then
    return nil, "pass"
  elseif client and (connection.client.owed > 0 or connection.client.content > 0) then
    return after_head(connection, bytes, at)
  elseif phase == "response" then
    if not client then return response(connection, bytes, at) end
    -- A key that is not known yet, or another request.
    if connection.draft.session then return nil, "more" end
    if W.may_be_request(bytes, at) then return nil, "pass" end
  end
  return frame(connection, from, bytes, at)
end

-- Takes what comes next of an end, at this index of the bytes: an item with its size, and for a frame its payload, and
-- what that was before it was compressed. Otherwise nothing, and how many bytes are missing, "more" for an unknown
-- number, or "pass" where this is none of this protocol.
function W.step(connection, from, bytes, at)
  local item, needed, payload, decoded = step(connection, from, bytes, at)
  if item then connection[from].at = connection[from].at + item.size end
  return item, needed, payload, decoded
end
