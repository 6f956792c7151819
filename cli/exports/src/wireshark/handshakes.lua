-- The rules on requests and responses.

local digests = {}

local function evaluate(expression, scope)
  return digests[expression[1]](expression[2], scope)
end

digests.base64 = function(inner, scope) return W.base64(evaluate(inner, scope)) end
digests.sha1 = function(inner, scope) return W.sha1(evaluate(inner, scope)) end
digests.md5 = function(inner, scope) return W.md5(evaluate(inner, scope)) end
digests.concat = function(parts, scope)
  local out = {}
  for at, part in ipairs(parts) do out[at] = evaluate(part, scope) end
  return table.concat(out)
end
digests.text = function(text) return text end
digests.header = function(name, scope) return W.value(scope.request, name) end
digests.response_header = function(name, scope) return W.value(scope.response, name) end
digests.spaced_number = function(name, scope)
  local number = W.spaced_number(W.value(scope.request, name)) or 0
  local bytes = {}
  for at = 4, 1, -1 do
    bytes[at] = string.char(number % 256)
    number = math.floor(number / 256)
  end
  return table.concat(bytes)
end
digests.body = function(_, scope) return scope.request and scope.request.body or "" end
digests.nonce = function(_, scope) return scope.nonce or "" end
digests.session = function(_, scope) return scope.session or string.rep("\0", 20) end

W.evaluate = evaluate

local function excerpt(text)
  if #text > 80 then text = text:sub(1, 80) .. "..." end
  return (text:gsub("[^ -~]", function(byte) return string.format("\\x%02x", byte:byte()) end))
end

W.excerpt = excerpt

local function value_of(field)
  return field.offset, "found " .. field.name .. ": " .. excerpt(field.value)
end

local function name_of(field)
  return field.offset, "found the header " .. excerpt(field.name)
end

-- The tests that requests and responses share: each gives nothing, or the offset of what breaks it and what was seen.
local FIELD = {}

function FIELD.present(head, test)
  if not W.field(head, test.field) then return head.stop, "no " .. test.field .. " header" end
end

function FIELD.absent(head, test)
  local field = W.field(head, test.field)
  if field then return value_of(field) end
end

function FIELD.once(head, test)
  local again = W.fields(head, test.field)[2]
  if again then return value_of(again) end
end

function FIELD.distinct(head, test)
  local seen = {}
  for _, field in ipairs(W.fields(head, test.field)) do
    for _, item in ipairs(W.items(field.value, test.separator)) do
      if seen[item] then return value_of(field) end
      seen[item] = true
    end
  end
end

function FIELD.lower_case(head, test)
  for _, field in ipairs(W.fields(head, test.field)) do
    if field.value:find("[A-Z]") then return value_of(field) end
  end
end

function FIELD.conforms(head, test)
  local fields = W.fields(head, test.field)
  local includes = test.grammar[1] == "includes"
  for _, field in ipairs(fields) do
    local conforms = W.conforms(test.grammar, field.value)
    if conforms and includes then return nil end
    if not conforms and not includes then return value_of(field) end
  end
  if includes and fields[1] then return value_of(fields[1]) end
end

function FIELD.order(head, test)
  local expected = 0
  for _, field in ipairs(head.fields) do
    local rank
    for at, name in ipairs(test.fields) do
      if name:lower() == field.key then
        rank = at
        break
      end
    end
    if not rank or rank < expected then return name_of(field) end
    expected = rank
  end
end

function FIELD.first(head, test)
  local at = 0
  for _, name in ipairs(test.fields) do
    if W.field(head, name) then
      at = at + 1
      if head.fields[at].name ~= name then return name_of(head.fields[at]) end
    end
  end
end

local function version_of(head)
  return "found HTTP/1." .. head.minor
end

local REQUEST = setmetatable({}, { __index = FIELD })

function REQUEST.method(request, test)
  if request.method ~= test.method then return 0, "found " .. excerpt(request.method) end
end

function REQUEST.http_version(request, test)
  if request.minor < test.minor then return #request.method + #request.target + 2, version_of(request) end
end

function REQUEST.target(request, test)
  local target = W.target(request.target)
  local valid = target and not target.scheme
  for _, scheme in ipairs(test.schemes) do
    valid = valid or (target and target.scheme == scheme:lower())
  end
  if not valid then return #request.method + 1, "found " .. excerpt(request.target) end
end

local function differs(response, name, expected)
  for _, field in ipairs(W.fields(response, name)) do
    if field.value ~= expected then return value_of(field) end
  end
end

local function location(request, host)
  local target = W.target(request.target)
  local path = target and target.path ~= "" and target.path or "/"
  local text = W.value(request, host)
  return (request.secure and "wss://" or "ws://") .. (W.not_text(text) and "" or text) .. path
end

local RESPONSE = setmetatable({}, { __index = FIELD })

local function accepts(draft, response)
  if draft.accepting == response.status then return true end
  for _, name in ipairs(response.status < 300 and draft.answers or {}) do
    if W.field(response, name) then return true end
  end
  return false
end

local function refuses(draft, response)
  return not accepts(draft, response) and response.status >= 200
end

function RESPONSE.http_version(response, test)
  if response.minor < test.minor then return 0, version_of(response) end
end

function RESPONSE.status(response, test, scope)
  if response.status ~= test.status and not refuses(scope.draft, response) then
    return 9, "found " .. response.status
  end
end

function RESPONSE.reason(response, test)
  if response.reason ~= test.reason then return 13, "found \"" .. excerpt(response.reason) .. "\"" end
end

function RESPONSE.computed(response, test, scope)
  return differs(response, test.field, evaluate(test.value, scope))
end

function RESPONSE.echoes(response, test, scope)
  return differs(response, test.field, W.value(scope.request, test.of))
end

function RESPONSE.computed_body(response, test, scope)
  -- What follows another response is not taken for the bytes that the draft has there.
  local accepting = scope.draft.accepting
  if scope.request.lacks or (accepting and accepting ~= response.status) then return nil end
  if response.body ~= evaluate(test.value, scope) then return response.stop, "found 0x" .. W.hex(response.body) end
end

function RESPONSE.locates(response, test, scope)
  return differs(response, test.field, location(scope.request, test.host))
end

local function element_name(item)
  return W.trim(item:match("^[^;]*"))
end

function RESPONSE.offered(response, test, scope)
  local offered = {}
  for _, field in ipairs(W.fields(scope.request, test.of)) do
    for _, item in ipairs(W.items(field.value, test.separator)) do offered[element_name(item)] = true end
  end
  for _, field in ipairs(W.fields(response, test.field)) do
    for _, item in ipairs(W.items(field.value, test.separator)) do
      if not offered[element_name(item)] then return value_of(field) end
    end
  end
end

local function check(rules, tests, head, scope, applies)
  local found = {}
  for _, rule in ipairs(rules) do
    if applies(rule.when) then
      local offset, seen = tests[rule.test[1]](head, rule.test, scope)
      if offset then found[#found + 1] = { rule = rule, offset = offset, seen = seen } end
    end
  end
  return found
end

-- The rules of the draft that a request breaks.
function W.check_request(draft, request)
  return check(draft.rules.request, REQUEST, request, nil, function(when)
    return not when or W.field(request, when.present) ~= nil
  end)
end

-- Whether only the rule on the version, or none, has a server refuse the request.
local function only_version_refuses(draft, request)
  for _, broken in ipairs(W.check_request(draft, request)) do
    if broken.rule.refuses then return false end
  end
  return true
end

-- The rules of the draft that a response breaks.
function W.check_response(draft, request, response)
  local scope = { draft = draft, request = request, response = response }
  return check(draft.rules.response, RESPONSE, response, scope, function(when)
    if not when then return true end
    if when.present then return W.field(response, when.present) ~= nil end
    if when.accepts then return accepts(draft, response) end
    if when.refuses then return refuses(draft, response) end
    if when.status then return response.status == when.status end
    return response.status == when.version_refused and only_version_refuses(draft, request)
  end)
end
