-- Heads of requests and responses, and the draft that a request is of.

-- Longer heads are not read.
W.LONGEST_HEAD = 65536

local FIELDS = 128

-- The end of the head that begins at this index: the index after its blank line.
function W.head_end(bytes, from)
  local _, last = bytes:find("\n\r?\n", from)
  return last and last + 1
end

-- The index after the empty lines that may precede a head.
function W.after_empty_lines(bytes, from)
  return bytes:find("[^\r\n]", from) or #bytes + 1
end

function W.may_be_request(bytes, from)
  local method, after = bytes:match("^(%a+)()", from)
  return method ~= nil and #method < 17 and (after > #bytes or bytes:sub(after, after) == " ")
end

-- Whether these bytes begin with the first line of a request, or with a part of one.
function W.begins_request(bytes, from)
  return bytes:find("^%a+ [^\r\n ]+ HTTP/1%.%d\r?\n", from) ~= nil
    or bytes:find("^%a+ /[!-~]* ?$", from) ~= nil
    or bytes:find("^%a+ %a+://[!-~]* ?$", from) ~= nil
    or bytes:find("^%a+ [^\r\n ]+ HT?T?P?/?1?%.?%d?\r?$", from) ~= nil
end

-- The header fields of a head, each with the offset of its value; nothing if they are not HTTP's.
local function fields_of(head, from)
  local fields = {}
  while true do
    local line_end, after = head:match("()\r?\n()", from)
    if not line_end then return nil end
    if line_end == from then return fields end
    local name, value_at = head:match("^([^:\r\n]+):[ \t]*()", from)
    if not name or value_at > line_end or #fields >= FIELDS or not W.is_token(name) then return nil end
    local value = head:sub(value_at, line_end - 1)
    if value:find("[%z\1-\8\10-\31\127]") then return nil end
    fields[#fields + 1] = { name = name, key = name:lower(), value = W.trim(value), offset = value_at - 1 }
    from = after
  end
end

-- A complete request head; nothing if it is none.
function W.request(head, body)
  local method, target, minor, after = head:match("^(%S+) (%S+) HTTP/1%.(%d)\r?\n()")
  if not method or not W.is_token(method) or target:find("[%z\1-\32\127]") then return nil end
  local fields = fields_of(head, after)
  if not fields then return nil end
  return {
    method = method, target = target, minor = tonumber(minor), fields = fields,
    line = method .. " " .. target .. " HTTP/1." .. minor, body = body or "", stop = #head,
  }
end

-- A complete response head; nothing if it is none.
function W.response(head, body)
  local minor, status, reason, after = head:match("^HTTP/1%.(%d) (%d%d%d)([^\r\n]*)\r?\n()")
  if not minor or (reason ~= "" and reason:sub(1, 1) ~= " ") then return nil end
  local fields = fields_of(head, after)
  if not fields then return nil end
  reason = reason:sub(2)
  if reason:find("[\128-\255]") then reason = "" end
  return {
    minor = tonumber(minor), status = tonumber(status), reason = reason, fields = fields,
    line = "HTTP/1." .. minor .. " " .. status .. " " .. reason, body = body or "", stop = #head,
  }
end

-- Whether a status says that the response is still to come.
function W.is_interim(status)
  return status == 100 or (status >= 102 and status <= 199)
end

-- All fields of this name.
function W.fields(head, name)
  local found, key = {}, name:lower()
  for _, field in ipairs(head.fields) do
    if field.key == key then found[#found + 1] = field end
  end
  return found
end

-- The first field of this name.
function W.field(head, name)
  local key = name:lower()
  for _, field in ipairs(head.fields) do
    if field.key == key then return field end
  end
end

function W.value(head, name)
  local field = head and W.field(head, name)
  return field and field.value or ""
end

-- The values of all fields of this name as one list, and where its parts come from. Nothing if all are empty.
function W.joined(head, name)
  local values, places, length = {}, {}, 0
  for _, field in ipairs(W.fields(head, name)) do
    if field.value ~= "" then
      if #values > 0 then length = length + 2 end
      places[#places + 1] = { length, field.offset }
      values[#values + 1] = field.value
      length = length + #field.value
    end
  end
  if #values == 0 then return nil end
  return table.concat(values, ", "), function(at)
    for place = #places, 1, -1 do
      if places[place][1] <= at then return places[place][2] + at - places[place][1] end
    end
    return 0
  end
end

local function among(value, values)
  for _, one in ipairs(values) do
    if one:lower() == value:lower() then return true end
  end
  return false
end

local SIGNS = {
  present = function(field) return field ~= nil end,
  absent = function(field) return field == nil end,
  one_of = function(field, values) return field ~= nil and among(field.value, values) end,
  absent_or = function(field, values) return field == nil or among(field.value, values) end,
  exactly = function(field, value) return field ~= nil and field.value == value end,
}

local function shows(sign, request)
  return SIGNS[sign.test](W.field(request, sign.header), sign.value)
end

-- How well a request fits a draft: 0 for not at all, 1 where it lacks hints, 2 where it shows every sign.
local function fit(draft, request)
  local found = #draft.signs > 0 and 2 or 0
  for _, sign in ipairs(draft.signs) do
    if not shows(sign, request) then
      if not sign.hint then return 0 end
      found = 1
    end
  end
  return found
end

-- Whether a request asks for a connection of any draft, however badly.
function W.asks(request)
  for _, sign in ipairs(W.asking) do
    local fields = W.fields(request, sign.header)
    if #fields > 0 and not sign.item then return true end
    for _, field in ipairs(fields) do
      for _, item in ipairs((W.list(field.value))) do
        if item:lower() == sign.item then return true end
      end
    end
  end
  return false
end

-- How near a request that fits no draft is to one, as numbers of which the first that differs decides.
local function nearness(draft, request)
  local header = draft.version
  local stated = header and W.field(request, header.name)
  local number = stated and W.number(stated.value, 65535)
  local version, named, against = 0, 0, 0
  for _, one in ipairs(header and header.versions or {}) do
    if one == number then version = 1 end
  end
  if not stated then
    for _, field in ipairs(request.fields) do
      if draft.named[field.key] then named = named + 1 end
    end
  end
  for _, sign in ipairs(draft.signs) do
    if not sign.hint and not shows(sign, request) then against = against + 1 end
  end
  return { version, stated and 1 or 0, named, -against, draft.undetectable and 0 or 1 }
end

local function nearest(request)
  local best, found
  for _, draft in ipairs(W.drafts) do
    local near = nearness(draft, request)
    local order = 0
    for at = 1, best and #best or 0 do
      order = near[at] - best[at]
      if order ~= 0 then break end
    end
    if not best or order >= 0 then best, found = near, draft end
  end
  return found
end

-- The draft that a request is held to; whether it fits; the drafts that no request shows and that it can be of, too.
function W.detect(request)
  local best, order, hidden = nil, 0, {}
  for _, draft in ipairs(W.drafts) do
    local fits = fit(draft, request)
    if fits > 0 then
      if draft.undetectable then hidden[#hidden + 1] = draft end
      local now = fits * 2 + (draft.undetectable and 0 or 1)
      if now >= order then best, order = draft, now end
    end
  end
  if best then return best, true, hidden end
  return nearest(request), false, hidden
end
