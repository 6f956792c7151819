-- The dissector: it takes bytes from Wireshark, and keeps what it found for when a packet is shown again.

local proto = Proto("wsdraft", "WebSocket (all drafts)")
local over_tls = Proto("wsdraft_tls", "WebSocket (all drafts) over TLS")

proto.fields, proto.experts = W.fields_shown, W.experts

local http = Dissector.get("http")
local stream, sequence, length = Field.new("tcp.stream"), Field.new("tcp.seq"), Field.new("tcp.len")

-- Inflated bytes that are kept in all, to be shown again.
local KEPT = 67108864

local connections, packets, kept = {}, {}, 0

function proto.init()
  connections, packets, kept = {}, {}, 0
end

local function last(field)
  local all = { field() }
  local found = all[#all]
  return found and found.value
end

local function connection_of(secure)
  local key = (secure and "tls " or "tcp ") .. tostring(last(stream))
  local found = connections[key]
  if not found then
    found = W.connection(secure)
    connections[key] = found
  end
  return found
end

-- Who sends a packet: whoever sent the first request is the client.
local function sender(connection, pinfo)
  local here = tostring(pinfo.src) .. " " .. pinfo.src_port
  connection.opener = connection.opener or here
  return connection.opener == here and "client" or "server"
end

-- Whether the bytes go on where the last ones of this end ended; "again" if all of them were seen before.
local function goes_on(side, bytes)
  local seq, count = last(sequence), last(length)
  if not seq or not count then return true end
  local ends = seq + count
  local start = ends - bytes
  if side.waits and side.next then
    -- What was left waiting comes first.
    local from = (side.next + bytes - seq) % 4294967296
    if (seq - side.next) % 4294967296 < 2147483648 and from > 0 and from <= count then start = side.next end
  end
  local ahead = side.next and (start - side.next) % 4294967296 or 0
  side.start = start
  if ahead == 0 then return true end
  if ahead < 2147483648 then return false end
  return (side.next - start) % 4294967296 >= bytes and "again" or false
end

local function keep(pinfo, item, decoded)
  local list = packets[pinfo.number] or {}
  packets[pinfo.number] = list
  if decoded and kept + #decoded <= KEPT then
    kept = kept + #decoded
    item.decoded = decoded
  end
  list[#list + 1] = item
end

-- The index of the item that comes next when a packet is shown again.
local function cursor(pinfo, to)
  if to then pinfo.private.wsdraft = tostring(to) end
  return tonumber(pinfo.private.wsdraft or "") or 1
end

local function payload_again(item, bytes, at)
  local head, from, size
  if item.is == "frame" then
    head, from, size = item.head, at + item.head.size, item.length or 0
  elseif item.is == "piece" then
    head, from, size = item.frame.head, at, item.payload_size
  else
    return nil
  end
  local payload = bytes:sub(from, from + size - 1)
  return head.key and W.unmask(payload, head.key, item.phase) or payload
end

local function show(pinfo, tree, range, item, payload)
  local inner = tree:add(proto, range)
  local title = W.show(inner, range, item, item.from, payload, item.decoded)
  if item.found[1] then title = title .. " [breaks " .. item.found[1].rule.id .. "]" end
  pinfo.cols.protocol = "WebSocket"
  if pinfo.private.wsdraft_shown then
    pinfo.cols.info:append(", " .. title)
  else
    pinfo.cols.info:clear_fence()
    pinfo.cols.info:set(item.from .. ": " .. title)
    pinfo.private.wsdraft_shown = "yes"
  end
  return inner
end

-- Hands bytes to Wireshark's own dissector; gives whether it wants more of them.
local function pass(tvb, pinfo, tree, at)
  -- Only whom TCP calls may wait for more bytes; here this is whom it would have called.
  if pinfo.can_desegment > 0 then pinfo.can_desegment = 2 end
  if at == 0 then
    http:call(tvb, pinfo, tree)
  else
    http:call(tvb(at):tvb(), pinfo, tree)
    if pinfo.desegment_len > 0 then pinfo.desegment_offset = pinfo.desegment_offset + at end
  end
  return pinfo.desegment_len > 0
end

-- Has Wireshark's own dissector show the head of a handshake, so that its fields are there, too; it waits for nothing.
local function show_head(tvb, pinfo, tree, at, item)
  local heads = item.is == "request" or item.is == "response" or item.is == "refusal"
  if not heads then return end
  local can = pinfo.can_desegment
  pinfo.can_desegment = 0
  -- What belongs to the handshake behind its head, that dissector takes for frames.
  local shown = item.is == "refusal" and tvb(at) or tvb(at, item.size - item.after)
  pcall(http.call, http, shown:tvb(), pinfo, tree)
  pinfo.desegment_len, pinfo.desegment_offset, pinfo.can_desegment = 0, 0, can
end

local function wait(pinfo, at, needed)
  pinfo.desegment_offset = at
  pinfo.desegment_len = type(needed) == "number" and needed or DESEGMENT_ONE_MORE_SEGMENT
end

local function again(tvb, pinfo, tree)
  local bytes, at = tvb:raw(), 0
  local list, next = packets[pinfo.number] or {}, cursor(pinfo)
  while at < #bytes do
    local item = list[next]
    if not item then
      wait(pinfo, at, "more")
      return
    end
    next = cursor(pinfo, next + 1)
    if item.is == "pass" then
      pass(tvb, pinfo, tree, at)
      return
    end
    local size = math.min(item.size, #bytes - at)
    show_head(tvb, pinfo, tree, at, item)
    show(pinfo, tree, tvb(at, size), item, payload_again(item, bytes, at + 1))
    if item.is == "refusal" then return end
    at = at + size
  end
end

-- Takes items until the bytes end; gives how many bytes are done with.
local function items(connection, from, tvb, pinfo, tree)
  local bytes, at = tvb:raw(), 0
  while at < #bytes do
    local item, needed, payload, decoded = W.step(connection, from, bytes, at + 1)
    if not item and needed ~= "pass" then
      wait(pinfo, at, needed)
      return at
    end
    if not item then
      if pass(tvb, pinfo, tree, at) then return pinfo.desegment_offset end
      keep(pinfo, { is = "pass" })
      connection[from].at = connection[from].at + #bytes - at
      return #bytes
    end
    item.from = from
    if item.is == "piece" then item.payload_size = #payload end
    if item.is ~= "piece" and item.head then item.start = connection[from].at - item.size end
    keep(pinfo, item, decoded)
    show_head(tvb, pinfo, tree, at, item)
    show(pinfo, tree, tvb(at, item.size), item, payload)
    if item.is == "refusal" then
      connection[from].at = connection[from].at + #bytes - at - item.size
      return #bytes
    end
    at = at + item.size
  end
  return at
end

local function lost(connection, from, tvb, pinfo, tree)
  local side = connection[from]
  if connection.phase == "open" or connection.phase == "response" then
    side.stopped = true
    side.frames = side.frames or side.at
    local note = "bytes before this are not in the capture; where the next frame starts is not known"
    local item = { is = "unread", size = tvb:len(), offset = side.at, found = {}, note = note, from = from }
    keep(pinfo, item)
    show(pinfo, tree, tvb(), item)
  else
    keep(pinfo, { is = "pass" })
    pass(tvb, pinfo, tree, 0)
  end
end

local function dissect(tvb, pinfo, tree, secure)
  if pinfo.visited then return again(tvb, pinfo, tree) end
  local connection = connection_of(secure)
  local from = sender(connection, pinfo)
  local side = connection[from]
  local done = tvb:len()
  local follows = secure or goes_on(side, tvb:reported_len())
  if tvb:len() < tvb:reported_len() then follows = false end
  if follows == true then
    done = items(connection, from, tvb, pinfo, tree)
    side.waits = pinfo.desegment_len > 0
  elseif follows == "again" then
    keep(pinfo, { is = "unread", size = tvb:len(), offset = side.at, found = {}, note = "these bytes came before", from = from })
    show(pinfo, tree, tvb(), packets[pinfo.number][#packets[pinfo.number]])
    return
  else
    lost(connection, from, tvb, pinfo, tree)
    side.waits = false
    done = tvb:reported_len()
  end
  side.next = side.start and (side.start + done) % 4294967296
end

function proto.dissector(tvb, pinfo, tree)
  dissect(tvb, pinfo, tree, false)
  return tvb:len()
end

function over_tls.dissector(tvb, pinfo, tree)
  dissect(tvb, pinfo, tree, true)
  return tvb:len()
end

-- Whether a connection begins with a request of HTTP/1, or with a part of its first line.
local function begins(tvb)
  local start = tvb:raw(0, math.min(tvb:len(), 8192))
  return W.begins_request(start, W.after_empty_lines(start, 1))
end

local function heuristic(of)
  return function(tvb, pinfo, tree)
    if not begins(tvb) then return false end
    pinfo.conversation = of
    of.dissector(tvb, pinfo, tree)
    return true
  end
end

proto:register_heuristic("tcp", heuristic(proto))
pcall(function() over_tls:register_heuristic("tls", heuristic(over_tls)) end)

-- Ports that Wireshark takes for HTTP would not come here.
local function replace(table_name, with)
  local found, ports = pcall(DissectorTable.get, table_name)
  if not found or not ports then return end
  for port = 1, 65535 do
    local known, dissector = pcall(ports.get_dissector, ports, port)
    if known and dissector and tostring(dissector):lower() == "http" then ports:add(port, with) end
  end
end

replace("tcp.port", proto)
replace("tls.port", over_tls)
