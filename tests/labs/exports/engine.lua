-- Runs the engine of the plug-in without Wireshark.
--
--   lua engine.lua wsdraft.lua FILE        prints what is broken in the connections of a file
--   lua engine.lua wsdraft.lua FILE SEED   changes their bytes at random, and sees that the engine goes on
--
-- A connection is a line of hex for each turn, `client` or `server` in front of it, and ends with an empty line.

local W = dofile(arg[1])

local function unhex(digits)
  return (digits:gsub("%x%x", function(byte) return string.char(tonumber(byte, 16)) end))
end

-- Feeds an end's bytes piece by piece, as TCP would. Gives the items, or nothing where the engine gives up.
local function feed(connection, from, waiting, bytes, seen)
  local all, at = waiting .. bytes, 1
  while at <= #all do
    local item, needed = W.step(connection, from, all, at)
    if not item then
      if needed == "pass" then return "" end
      assert(needed == "more" or needed > 0, "asks for nothing")
      return all:sub(at)
    end
    assert(item.size >= 1 and at + item.size - 1 <= #all, "takes what is not there")
    at = at + item.size
    for _, broken in ipairs(item.found) do seen[#seen + 1] = from .. " " .. broken.rule.id .. " " .. broken.offset end
  end
  return ""
end

local function play(turns)
  local connection, waiting, seen = W.connection(false), { client = "", server = "" }, {}
  for _, turn in ipairs(turns) do
    local at = 1
    while at <= #turn.bytes do
      local size = math.max(1, math.floor(#turn.bytes / 7))
      waiting[turn.by] = feed(connection, turn.by, waiting[turn.by], turn.bytes:sub(at, at + size - 1), seen)
      at = at + size
    end
  end
  return seen
end

local function damaged(bytes)
  if #bytes == 0 then return bytes end
  local at = math.random(#bytes)
  local kind = math.random(4)
  if kind == 1 then return bytes:sub(1, at - 1) .. string.char(math.random(0, 255)) .. bytes:sub(at + 1) end
  if kind == 2 then return bytes:sub(1, at) end
  if kind == 3 then return bytes:sub(1, at) .. bytes:sub(math.random(#bytes)) end
  return bytes:sub(1, at) .. string.char(math.random(0, 255), math.random(0, 255), math.random(0, 255))
end

local turns, number, seed = {}, 0, tonumber(arg[3])
if seed then math.randomseed(seed) end

local function done()
  number = number + 1
  if not seed then
    print(number, table.concat(play(turns), "|"))
    return
  end
  for _ = 1, 5 do
    for _, turn in ipairs(turns) do
      if #turn.bytes < 4096 then turn.bytes = damaged(turn.bytes) end
    end
    play(turns)
  end
end

for line in io.lines(arg[2]) do
  local by, digits = line:match("^(%a+) (%x*)$")
  if by then
    turns[#turns + 1] = { by = by, bytes = unhex(digits) }
  else
    done()
    turns = {}
  end
end
if seed then print(number) end
