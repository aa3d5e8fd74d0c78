import { codePointKinds, codePointRuns } from "./code-point-kinds.ts";

const { blank, mark, shown, unseen } = codePointKinds;

/**
 * The body of `realm.text(value, max)`. Byte by byte, since patterns of Lua know no characters; what is no UTF-8 (lone
 * continuation bytes, halves of characters, longer forms than needed, surrogates) is left out. It looks at no more than
 * the first 16 bytes for each character that may come and 64 more. `runs` is the prelude's: made at the first letter that
 * needs it.
 */
export const textLua: string = `
if type(value) ~= "string" then return "" end
local function kindOf(code)
  if code > 32 and code < 127 then return ${shown} end
  runs = runs or { ${codePointRuns().join(",")} }
  local low, high = 1, #runs
  while low < high do
    local middle = math.ceil((low + high) / 2)
    if runs[middle] <= code * 4 + 3 then low = middle else high = middle - 1 end
  end
  return runs[low] % 4
end
local out, gap, stacked, i = {}, false, 0, 1
local last = math.min(#value, 16 * max + 64)
while i <= last and #out < max do
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
  local kind = code and code >= least and kindOf(code) or ${unseen}
  if kind == ${blank} then
    gap, stacked = #out > 0, 0
  elseif kind ~= ${unseen} then
    stacked = kind == ${mark} and stacked + 1 or 0
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
