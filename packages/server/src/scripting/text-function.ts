/** Code points that are white space, from and to. Braille's blank cell looks like one. */
const blanks =
  "9,13, 32,32, 133,133, 160,160, 5760,5760, 8192,8202, 8232,8233, 8239,8239, 8287,8287, 10240,10240, 12288,12288";

/** Code points that are controls, invisible, turn the direction, or are no characters. */
const unseen = [
  "0,8, 14,31, 127,132, 134,159, 173,173, 847,847, 1564,1564, 4447,4448, 6068,6069, 6155,6159, 8203,8207, 8234,8238",
  "8288,8303, 12644,12644, 55296,63743, 64976,65007, 65024,65039, 65279,65279, 65440,65440, 65520,65535, 78896,78911",
  "113824,113827, 119155,119162, 131070,131071, 196606,196607, 262142,2097151",
].join(", ");

/** Code points that stack above and below the letter before them. */
const marks = "768,846, 848,879, 1155,1161, 6832,6911, 7616,7679, 8400,8447, 65056,65071";

/**
 * The body of `realm.text(value, max)`. Byte by byte, since patterns of Lua know no characters; what is no UTF-8 (lone
 * continuation bytes, halves of characters, longer forms than needed, surrogates) is left out.
 */
export const textLua: string = `
if type(value) ~= "string" then return "" end
local function isIn(ranges, code)
  for k = 1, #ranges, 2 do
    if code >= ranges[k] and code <= ranges[k + 1] then return true end
  end
  return false
end
local blanks, unseen, marks = { ${blanks} }, { ${unseen} }, { ${marks} }
local out, gap, stacked, i = {}, false, 0, 1
while i <= #value and #out < max do
  local first, size, least = value:byte(i), 1, 0
  local code = first
  if first >= 248 then code = nil
  elseif first >= 240 then size, least, code = 4, 65536, first - 240
  elseif first >= 224 then size, least, code = 3, 2048, first - 224
  elseif first >= 192 then size, least, code = 2, 128, first - 192
  elseif first >= 128 then code = nil end
  for k = 1, size - 1 do
    local byte = value:byte(i + k)
    if not byte or byte < 128 or byte > 191 then
      size, code = k, nil
      break
    end
    code = code * 64 + byte - 128
  end
  local isShown = code and code >= least and not isIn(unseen, code)
  if isShown and isIn(blanks, code) then
    gap, stacked = #out > 0, 0
  elseif isShown then
    stacked = isIn(marks, code) and stacked + 1 or 0
    local isLoose = stacked > 0 and (gap or #out == 0)
    if stacked <= 3 and not isLoose then
      if gap and #out + 2 > max then break end
      if gap then out[#out + 1] = " " end
      out[#out + 1], gap = value:sub(i, i + size - 1), false
    end
  end
  i = i + size
end
return table.concat(out)`.trim();
