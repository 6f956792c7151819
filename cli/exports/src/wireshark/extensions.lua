-- Extensions: what a server's answer agrees on, and the rules that it breaks.

-- The elements of a list: each with its token, its parameters, and its place in the list. Invalid ones are left out.
local function elements(text)
  local found = {}
  local items, places = W.list(text)
  for at, item in ipairs(items) do
    local parts, starts = W.split(item, ";")
    local element = { token = parts[1], parameters = {}, text = item, place = places[at] - 1 }
    local valid = W.is_token(parts[1])
    for part = 2, #parts do
      local name, value = W.parameter(parts[part])
      local inner = value and #value > 1 and value:match("^\"(.*)\"$")
      if inner then
        inner = W.unescape(inner)
        valid = valid and not W.not_text(inner)
      elseif value and not W.is_token(value) then
        valid = false
      end
      valid = valid and W.is_token(name)
      local place = element.place + starts[part] - 1
      element.parameters[#element.parameters + 1] = { name = name, value = inner or value, place = place }
    end
    if valid then found[#found + 1] = element end
  end
  return found
end

local function get(element, name)
  for _, parameter in ipairs(element.parameters) do
    if parameter.name == name then return parameter end
  end
end

local function defined(info, name, side)
  for _, parameter in ipairs(info.parameters) do
    if parameter.name == name then return parameter[side] and parameter, parameter[side] end
  end
end

-- The setting that a value makes in a form; nothing if it has another form.
local function setting(form, value)
  local kind = form[1]
  if not value then return (kind == "flag" or kind == "flag_or_number") and true or nil end
  if kind == "number" or kind == "flag_or_number" then
    local number = W.number(value, form[3])
    return number and number >= form[2] and number or nil
  end
  return kind == "token" and W.is_token(value) and value or nil
end

local function text_of(parameter)
  return parameter.value and parameter.name .. "=" .. parameter.value or parameter.name
end

local DEMANDS = {}

function DEMANDS.known_parameters(read)
  for _, parameter in ipairs(read.inner.parameters) do
    if not defined(read.info, parameter.name, read.side) then return parameter end
  end
end

function DEMANDS.distinct_parameters(read)
  local seen = {}
  for _, parameter in ipairs(read.inner.parameters) do
    if seen[parameter.name] then return parameter end
    seen[parameter.name] = true
  end
end

function DEMANDS.valid_values(read)
  return read.invalid
end

function DEMANDS.parameter(read, name)
  local method = read.info.method
  local present
  if method and method.parameter == name then
    present = read.inner.token ~= ""
  else
    present = get(read.inner, name)
  end
  if not present then
    local outer = get(read.outer, name)
    return { text = outer and text_of(outer) or name }
  end
end

function DEMANDS.offered_parameters(read)
  for _, term in ipairs(read.offer and read.terms or {}) do
    if term.parameter.needs_offer and read.offer[term.parameter.name] == nil then return get(read.inner, term.parameter.name) end
  end
end

function DEMANDS.owed_parameters(read)
  for _, term in ipairs(read.offer or {}) do
    if term.parameter.owed and read.terms[term.parameter.name] == nil then return { text = term.parameter.name } end
  end
end

function DEMANDS.within_offer(read)
  for _, term in ipairs(read.offer and read.terms or {}) do
    local offered, now = read.offer[term.parameter.name], term.value
    local above = type(offered) == "number" and type(now) == "number" and now > offered
    if term.parameter.at_most_offered and above then return get(read.inner, term.parameter.name) end
  end
end

-- Reads an element or one of its methods: the terms, or the rule that it breaks and what breaks it.
local function read_inner(info, outer, inner, side, offer)
  local read = { info = info, outer = outer, inner = inner, side = side, offer = offer, terms = {} }
  for _, parameter in ipairs(inner.parameters) do
    local known, form = defined(info, parameter.name, side)
    if known then
      local value = setting(form, parameter.value)
      if value == nil then
        read.invalid = read.invalid or parameter
      elseif read.terms[parameter.name] == nil then
        read.terms[parameter.name] = value
        table.insert(read.terms, { parameter = known, value = value })
      end
    end
  end
  for _, rule in ipairs(info.rules[side]) do
    local fault = DEMANDS[rule.test[1]](read, rule.test[2])
    if fault then
      -- A parameter of a method is found in the parameter that has the method.
      local shown = inner == outer and fault.place or (info.method and get(outer, info.method.parameter) or outer).place
      return nil, { rule = rule, place = shown or outer.place, seen = fault.text or text_of(fault) }
    end
  end
  return read.terms
end

local function read_element(info, element, side, offer)
  if not info.method then return read_inner(info, element, element, side, offer) end
  local list, refused = get(element, info.method.parameter), nil
  for _, inner in ipairs(elements(list and list.value or "")) do
    if inner.token == info.method.name then
      local terms, fault = read_inner(info, element, inner, side, offer)
      if terms then return terms end
      refused = refused or fault
    end
  end
  if refused then return nil, refused end
  return read_inner(info, element, { token = "", parameters = {} }, side, offer)
end

-- The places of the reserved bits that an extension claims in a draft; nothing where it does not fit.
local function fits(info, draft)
  local layout, places = draft.layout, {}
  for _, opcode in ipairs(info.all_opcodes) do
    if draft.opcodes[opcode] or opcode >= 2 ^ draft.opcode_bits then return nil end
  end
  for _, bit in ipairs(info.bits) do
    local found
    for at, reserved in ipairs(layout.reserved or {}) do
      if reserved.name == bit then found = at - 1 end
    end
    if not found then return nil end
    places[found] = true
  end
  return places
end

-- How the compressors of both ends are limited.
local function limits(offer, answer)
  local forgets = {}
  for at, terms in ipairs({ answer, offer }) do
    for _, term in ipairs(terms) do
      local effect, sender = term.parameter.effect[1], term.parameter.effect[2]
      if effect == "no_context_takeover" then
        if at == 2 then
          if sender == "receiver" then forgets.server = true end
        elseif sender == "server" then
          forgets.server = true
        else
          forgets.client = true
        end
      end
    end
  end
  return forgets
end

local function answer_to(info, element, offers)
  if not offers then
    local given, fault = read_element(info, element, "answer", nil)
    return given and limits({}, given), fault
  end
  local refused
  for _, terms in ipairs(#offers > 0 and offers or { {} }) do
    local given, fault = read_element(info, element, "answer", terms)
    if given then return limits(terms, given) end
    refused = refused or fault
  end
  return nil, refused
end

local function offers_in(info, element, offered)
  local found = {}
  for _, offer in ipairs(offered) do
    local terms = offer.token == element.token and read_element(info, offer, "offer", nil)
    if terms then found[#found + 1] = terms end
  end
  return found
end

-- What an element agrees on, in the first dialect that it fits; or the rule that it breaks; or nothing.
local function take(draft, element, offered)
  local dialects, any = {}, false
  for _, info in ipairs(W.extensions) do
    local claimed = info.tokens[element.token] and fits(info, draft)
    if claimed then
      local offers = offered and offers_in(info, element, offered)
      any = any or (offers ~= nil and #offers > 0)
      dialects[#dialects + 1] = { info = info, claimed = claimed, offers = offers }
    end
  end
  local refused
  for _, dialect in ipairs(dialects) do
    if not any or (dialect.offers and #dialect.offers > 0) then
      local forgets, fault = answer_to(dialect.info, element, dialect.offers)
      if forgets then
        return { info = dialect.info, token = element.token, claimed = dialect.claimed, forgets = forgets }
      end
      refused = refused or fault
    end
  end
  return nil, refused
end

local function demanded(test, ...)
  for at = 1, select("#", ...) do
    for _, rule in ipairs(select(at, ...).info.rules.list) do
      if rule.test[1] == test then return rule end
    end
  end
end

local function meets(one, other)
  for place in pairs(one.claimed) do
    if other.claimed[place] then return true end
  end
  for _, opcode in ipairs(one.info.all_opcodes) do
    for _, another in ipairs(other.info.all_opcodes) do
      if opcode == another then return true end
    end
  end
  return false
end

local function misplaced(item, others, test)
  for _, rule in ipairs(item.info.rules.list) do
    for _, other in ipairs(rule.test[1] == test and others or {}) do
      for _, transform in ipairs(rule.test[2]) do
        if transform == other.info.transform then return rule end
      end
    end
  end
end

-- The rule that forbids an extension after others in a list.
local function forbids(item, items)
  for _, other in ipairs(items) do
    local twice = other.token == item.token or other.info == item.info
    local rule = twice and demanded("once", item, other)
    rule = rule or (meets(item, other) and demanded("distinct_bits", item, other))
    if rule then return rule end
  end
  local rule = misplaced(item, items, "not_after")
  for _, other in ipairs(items) do rule = rule or misplaced(other, { item }, "not_before") end
  if rule then return rule end
  for _, other in ipairs(items) do
    if other.info.compresses and item.info.compresses then return demanded("compressed_once", item, other) end
  end
end

-- What a server's list agrees on, as an answer to a client's if that is known; or the rule that it breaks.
function W.settle(draft, offered, answered)
  local offers = offered and elements(offered)
  local items, listed = {}, elements(answered)
  for _, element in ipairs(listed) do
    local item, fault = take(draft, element, offers)
    if fault then return nil, fault end
    if item then
      local rule = forbids(item, items)
      if rule then return nil, { rule = rule, place = element.place, seen = element.token } end
      items[#items + 1] = item
    end
  end
  return items, nil, #items == #listed
end
