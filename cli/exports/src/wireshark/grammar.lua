-- The grammars of header fields, on bytes as received.

local function trim(text)
  return (text:gsub("^[ \t]+", ""):gsub("[ \t]+$", ""))
end

local function is_token(text)
  return text:find("^[a-zA-Z0-9!#$%%&'*+%-.^_`|~]+$") ~= nil
end

-- The trimmed parts between separators that are not in quoted-strings, and where each begins.
local function split(text, separator)
  local parts, starts = {}, {}
  local from, quoted, at = 1, false, 1
  local function part(to)
    local piece = text:sub(from, to)
    local blank = piece:find("[^ \t]") or 1
    parts[#parts + 1], starts[#starts + 1] = trim(piece), from + blank - 1
  end
  local stops = "[\"\\" .. separator .. "]"
  while true do
    at = text:find(stops, at)
    if not at then break end
    local found = text:sub(at, at)
    if found == "\\" then
      if quoted then at = at + 1 end
    elseif found == "\"" then
      quoted = not quoted
    elseif not quoted then
      part(at - 1)
      from = at + 1
    end
    at = at + 1
  end
  part(#text)
  return parts, starts
end

local function list(text)
  local items, places = {}, {}
  local parts, starts = split(text, ",")
  for at, part in ipairs(parts) do
    if part ~= "" then
      items[#items + 1], places[#places + 1] = part, starts[at]
    end
  end
  return items, places
end

local function items(text, separator)
  if separator == "comma" then return (list(text)) end
  local found = {}
  if separator == "space" then
    for word in text:gmatch("[^ ]+") do found[#found + 1] = word end
  elseif trim(text) ~= "" then
    found[1] = trim(text)
  end
  return found
end

-- A decimal number without leading zeros, at most `most`.
local function number(text, most)
  if not text:find("^%d+$") or #text > 10 or (#text > 1 and text:sub(1, 1) == "0") then return nil end
  local value = tonumber(text)
  return value <= most and value or nil
end

local function is_host(text)
  local host, rest = text:match("^(%[[%x:.]+%])(.*)$")
  if not host and text:sub(1, 1) ~= "[" then
    host, rest = text:match("^([a-zA-Z0-9%-._~%%!$&'()*+,;=]+)(.*)$")
  end
  if not host then return false end
  return rest == "" or rest == ":" or (rest:sub(1, 1) == ":" and number(rest:sub(2), 65535) ~= nil)
end

local function is_scheme(text)
  return text:find("^[a-zA-Z][a-zA-Z0-9+%-.]*$") ~= nil
end

local function is_origin(text)
  if text == "null" then return true end
  for origin in (text .. " "):gmatch("([^ ]*) ") do
    local scheme, authority = origin:match("^([^:]*)://(.*)$")
    if not scheme or not is_scheme(scheme) or (authority ~= "" and not is_host(authority)) then return false end
  end
  return true
end

local function is_printable(text)
  return text:find("^[ -~]+$") ~= nil
end

local function unescape(text)
  return (text:gsub("\\(.?)", "%1"))
end

-- The name of a parameter and its value as received, which is nil without an equals sign.
local function parameter(part)
  local name, value = part:match("^([^=]*)=(.*)$")
  if not name then return part end
  return trim(name), trim(value)
end

-- `quoted` is what a quoted value may be: `false` for nothing, `true` for a token or a list, "any" for anything.
local function is_extensions(text, quoted)
  local elements = list(text)
  for _, element in ipairs(elements) do
    local parts = split(element, ";")
    if not is_token(parts[1]) then return false end
    for at = 2, #parts do
      local name, value = parameter(parts[at])
      if not is_token(name) then return false end
      local inner = value and #value > 1 and value:match("^\"(.*)\"$")
      if inner then
        inner = unescape(inner)
        local fits = quoted == "any" or (quoted and (is_token(inner) or is_extensions(inner, "any")))
        if not fits then return false end
      elseif value and not is_token(value) then
        return false
      end
    end
  end
  return #elements > 0
end

-- The number hidden in a value: the digits, divided by the number of spaces.
local function spaced_number(text)
  local digits = text:gsub("%D", "")
  local _, spaces = text:gsub(" ", "")
  digits = digits:gsub("^0+(%d)", "%1")
  -- A larger number does not fit after the division by any number of spaces that a head has room for.
  if digits == "" or #digits > 15 or spaces == 0 then return nil end
  local value = tonumber(digits)
  if value % spaces ~= 0 or value / spaces > 4294967295 then return nil end
  return math.floor(value / spaces)
end

local function all(text, test)
  local elements = list(text)
  for _, element in ipairs(elements) do
    if not test(element) then return false end
  end
  return true, #elements
end

local GRAMMARS = {
  literal = function(text, word) return text == word end,
  keyword = function(text, word) return text:lower() == word:lower() end,
  includes = function(text, word)
    if text:lower() == word:lower() then return true end
    for _, element in ipairs((list(text))) do
      if element:lower() == word:lower() then return true end
    end
    return false
  end,
  host = is_host,
  origin = is_origin,
  printable = is_printable,
  token = is_token,
  tokens = function(text)
    local holds, count = all(text, is_token)
    return holds and count > 0
  end,
  words = function(text) return is_printable(text) and text:find("[^ ]") ~= nil end,
  list = function(text) return is_printable(text) and #list(text) > 0 end,
  extensions = function(text) return is_extensions(text, false) end,
  quoted_extensions = function(text) return is_extensions(text, true) end,
  base64 = function(text, length) return W.is_base64_of(text, length) end,
  spaced_number = function(text) return spaced_number(text) ~= nil end,
  version = function(text, versions)
    local value = number(text, 65535)
    for _, version in ipairs(versions) do
      if version == value then return true end
    end
    return false
  end,
  versions = function(text)
    return (all(text, function(element) return number(element, 4294967295) ~= nil end))
  end,
  any = function() return true end,
}

-- Whether a value has the form that a grammar of the tables asks for.
function W.conforms(grammar, text)
  return GRAMMARS[grammar[1]](text, grammar[2])
end

-- A request target: the scheme, which is nil for a path, and the path. Nothing if it is neither.
function W.target(text)
  if text:find("[%z\1-\32\127#]") then return nil end
  if text:sub(1, 1) == "/" then return { path = text } end
  local scheme, rest = text:match("^(.-)://(.*)$")
  if not scheme then return nil end
  local authority, path = rest:match("^([^/?]*)(.*)$")
  if not is_scheme(scheme) or not is_host(authority) then return nil end
  return { scheme = scheme:lower(), path = path }
end

W.trim, W.is_token, W.split, W.list, W.items, W.number = trim, is_token, split, list, items, number
W.parameter, W.unescape, W.spaced_number = parameter, unescape, spaced_number
