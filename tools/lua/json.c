/* The library `cjson`, with the answers that Redis gives: {} for an empty table, 14 digits, no sparse arrays. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "realm.h"
#include "lauxlib.h"

#define DEPTH_MAX 1000
#define SPARSE_RATIO 2
#define SPARSE_SAFE 10

static int refuse(lua_State *L, int index, const char *why) {
  return luaL_error(L, "Cannot serialise %s: %s", luaL_typename(L, index), why);
}

static void put(lua_State *L, const char *text, size_t length) {
  io_reserve(L, length);
  memcpy(io.bytes + io.length, text, length);
  io.length += length;
}

static void put_string(lua_State *L, int index) {
  size_t length, i;
  const unsigned char *text = (const unsigned char *)lua_tolstring(L, index, &length);
  unsigned char *to;
  io_reserve(L, length * 6 + 2);
  to = io.bytes + io.length;
  *to++ = '"';
  for (i = 0; i < length; i++) {
    unsigned char c = text[i];
    const char *at;
    if (c >= 32 && c != '"' && c != '\\' && c != '/' && c != 127) {
      *to++ = c;
      continue;
    }
    *to++ = '\\';
    at = c == 0 ? NULL : strchr("\b\t\n\f\r\"\\/", c);
    if (at != NULL) *to++ = (unsigned char)"btnfr\"\\/"[strchr("\b\t\n\f\r\"\\/", c) - "\b\t\n\f\r\"\\/"];
    else to += sprintf((char *)to, "u%04x", c);
  }
  *to++ = '"';
  io.length = (size_t)(to - io.bytes);
}

static void put_number(lua_State *L, int index) {
  char digits[32];
  double number = lua_tonumber(L, index);
  if (isnan(number) || isinf(number)) refuse(L, index, "must not be NaN or Inf");
  put(L, digits, (size_t)snprintf(digits, sizeof digits, "%.14g", number));
}

/* Length of the table on top as an array; -1 when it is an object. */
static int array_length(lua_State *L) {
  double key;
  int max = 0, items = 0;
  lua_pushnil(L);
  while (lua_next(L, -2) != 0) {
    realm_step(L, 1);
    if (lua_type(L, -2) != LUA_TNUMBER || (key = lua_tonumber(L, -2)) < 1 || floor(key) != key || key > 2147483647) {
      lua_pop(L, 2);
      return -1;
    }
    if (key > max) max = (int)key;
    items++;
    lua_pop(L, 1);
  }
  if (max > items * SPARSE_RATIO && max > SPARSE_SAFE) refuse(L, -1, "excessively sparse array");
  return max;
}

static void encode(lua_State *L, int depth);

static void encode_array(lua_State *L, int depth, int length) {
  int i;
  put(L, "[", 1);
  for (i = 1; i <= length; i++) {
    if (i > 1) put(L, ",", 1);
    lua_rawgeti(L, -1, i);
    encode(L, depth);
    lua_pop(L, 1);
  }
  put(L, "]", 1);
}

static void encode_object(lua_State *L, int depth) {
  int first = 1;
  put(L, "{", 1);
  lua_pushnil(L);
  while (lua_next(L, -2) != 0) {
    if (!first) put(L, ",", 1);
    first = 0;
    if (lua_type(L, -2) == LUA_TNUMBER) {
      put(L, "\"", 1);
      put_number(L, -2);
      put(L, "\"", 1);
    } else if (lua_type(L, -2) == LUA_TSTRING) {
      put_string(L, -2);
    } else {
      refuse(L, -2, "table key must be a number or string");
    }
    put(L, ":", 1);
    encode(L, depth);
    lua_pop(L, 1);
  }
  put(L, "}", 1);
}

static void encode(lua_State *L, int depth) {
  int length;
  realm_step(L, 1);
  switch (lua_type(L, -1)) {
    case LUA_TSTRING:
      put_string(L, -1);
      return;
    case LUA_TNUMBER:
      put_number(L, -1);
      return;
    case LUA_TBOOLEAN:
      if (lua_toboolean(L, -1)) put(L, "true", 4);
      else put(L, "false", 5);
      return;
    case LUA_TTABLE:
      depth++;
      if (depth > DEPTH_MAX || !lua_checkstack(L, 4))
        luaL_error(L, "Cannot serialise, excessive nesting (%d)", depth);
      length = array_length(L);
      if (length > 0) encode_array(L, depth, length);
      else encode_object(L, depth);
      return;
    case LUA_TNIL:
      put(L, "null", 4);
      return;
    case LUA_TLIGHTUSERDATA:
      if (lua_touserdata(L, -1) == NULL) {
        put(L, "null", 4);
        return;
      }
      break;
    default:
      break;
  }
  refuse(L, -1, "type not supported");
}

static int json_encode(lua_State *L) {
  luaL_argcheck(L, lua_gettop(L) == 1, 1, "expected 1 argument");
  io.length = 0;
  encode(L, 0);
  lua_pushlstring(L, (const char *)io.bytes, io.length);
  return 1;
}

/* --- Decoding ------------------------------------------------------------------------------------------------------ */

typedef struct {
  lua_State *L;
  const char *text;
  const char *at;
  const char *end;
  int depth;
} Reader;

/* What stands at the place, in the words of the errors. */
static const char *found(Reader *r) {
  if (r->at >= r->end) return "T_END";
  switch (*r->at) {
    case '{': return "T_OBJ_BEGIN";
    case '}': return "T_OBJ_END";
    case '[': return "T_ARR_BEGIN";
    case ']': return "T_ARR_END";
    case ',': return "T_COMMA";
    case ':': return "T_COLON";
    case '"': return "T_STRING";
    case 't': if (strncmp(r->at, "true", 4) == 0) return "T_BOOLEAN"; break;
    case 'f': if (strncmp(r->at, "false", 5) == 0) return "T_BOOLEAN"; break;
    case 'n': if (strncmp(r->at, "null", 4) == 0) return "T_NULL"; break;
    default: if (*r->at == '-' || (*r->at >= '0' && *r->at <= '9')) return "T_NUMBER"; break;
  }
  return "invalid token";
}

static void expected(Reader *r, const char *what, const char *instead) {
  luaL_error(r->L, "Expected %s but found %s at character %d", what, instead, (int)(r->at - r->text) + 1);
}

static void skip(Reader *r) {
  while (r->at < r->end && (*r->at == ' ' || *r->at == '\t' || *r->at == '\n' || *r->at == '\r')) r->at++;
}

static int read_hex(const char *from, unsigned *to) {
  int i;
  *to = 0;
  for (i = 0; i < 4; i++) {
    char c = from[i];
    unsigned digit;
    if (c >= '0' && c <= '9') digit = (unsigned)(c - '0');
    else if (c >= 'a' && c <= 'f') digit = (unsigned)(c - 'a') + 10;
    else if (c >= 'A' && c <= 'F') digit = (unsigned)(c - 'A') + 10;
    else return 0;
    *to = *to * 16 + digit;
  }
  return 1;
}

static int write_utf8(char *to, unsigned code) {
  if (code < 0x80) return to[0] = (char)code, 1;
  if (code < 0x800) return to[0] = (char)(0xC0 | code >> 6), to[1] = (char)(0x80 | (code & 63)), 2;
  if (code < 0x10000) {
    to[0] = (char)(0xE0 | code >> 12);
    to[1] = (char)(0x80 | (code >> 6 & 63));
    to[2] = (char)(0x80 | (code & 63));
    return 3;
  }
  to[0] = (char)(0xF0 | code >> 18);
  to[1] = (char)(0x80 | (code >> 12 & 63));
  to[2] = (char)(0x80 | (code >> 6 & 63));
  to[3] = (char)(0x80 | (code & 63));
  return 4;
}

/* Reads one \u sequence, a pair of surrogates being one; returns its bytes, or -1. */
static int read_unicode(Reader *r, const char *at, char *to, int *taken) {
  unsigned code, low;
  if (r->end - at < 6 || !read_hex(at + 2, &code)) return -1;
  *taken = 6;
  if ((code & 0xFC00) == 0xDC00) return -1;
  if ((code & 0xFC00) == 0xD800) {
    if (r->end - at < 12 || at[6] != '\\' || at[7] != 'u' || !read_hex(at + 8, &low)) return -1;
    if ((low & 0xFC00) != 0xDC00) return -1;
    code = 0x10000 + ((code & 0x3FF) << 10) + (low & 0x3FF);
    *taken = 12;
  }
  return write_utf8(to, code);
}

static void read_string(Reader *r) {
  static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
  const char *start = r->at, *at = start + 1;
  io.length = 0;
  io_reserve(r->L, (size_t)(r->end - at) + 1);
  while (at < r->end && *at != '"') {
    if ((unsigned char)*at < 32) r->at = at, expected(r, "value", "invalid token");
    if (*at != '\\') {
      io.bytes[io.length++] = (unsigned char)*at++;
      continue;
    }
    if (at + 1 < r->end && at[1] == 'u') {
      int taken, length = read_unicode(r, at, (char *)io.bytes + io.length, &taken);
      if (length < 0) r->at = at, expected(r, "value", "invalid unicode escape code");
      io.length += (size_t)length;
      at += taken;
    } else {
      const char *which = at + 1 < r->end && at[1] != 0 ? strchr(from, at[1]) : NULL;
      if (which == NULL) r->at = at, expected(r, "value", "invalid escape code");
      io.bytes[io.length++] = (unsigned char)to[which - from];
      at += 2;
    }
  }
  if (at >= r->end) r->at = at, expected(r, "value", "unexpected end of string");
  lua_pushlstring(r->L, (const char *)io.bytes, io.length);
  r->at = at + 1;
}

static void read_value(Reader *r);

static void descend(Reader *r) {
  if (++r->depth > DEPTH_MAX || !lua_checkstack(r->L, 6))
    luaL_error(r->L, "Found too many nested data structures (%d)", r->depth);
}

static void read_object(Reader *r) {
  descend(r);
  lua_newtable(r->L);
  r->at++;
  skip(r);
  if (r->at < r->end && *r->at == '}') {
    r->at++;
    r->depth--;
    return;
  }
  for (;;) {
    skip(r);
    if (r->at >= r->end || *r->at != '"') expected(r, "object key string", found(r));
    read_string(r);
    skip(r);
    if (r->at >= r->end || *r->at != ':') expected(r, "colon", found(r));
    r->at++;
    read_value(r);
    lua_rawset(r->L, -3);
    skip(r);
    if (r->at < r->end && *r->at == '}') break;
    if (r->at >= r->end || *r->at != ',') expected(r, "comma or object end", found(r));
    r->at++;
  }
  r->at++;
  r->depth--;
}

static void read_array(Reader *r) {
  int i;
  descend(r);
  lua_newtable(r->L);
  r->at++;
  skip(r);
  if (r->at < r->end && *r->at == ']') {
    r->at++;
    r->depth--;
    return;
  }
  for (i = 1;; i++) {
    read_value(r);
    lua_rawseti(r->L, -2, i);
    skip(r);
    if (r->at < r->end && *r->at == ']') break;
    if (r->at >= r->end || *r->at != ',') expected(r, "comma or array end", found(r));
    r->at++;
  }
  r->at++;
  r->depth--;
}

static void read_number(Reader *r) {
  char *after;
  double number = strtod(r->at, &after);
  if (after == r->at) expected(r, "value", "invalid token");
  lua_pushnumber(r->L, number);
  r->at = after;
}

static void read_value(Reader *r) {
  realm_step(r->L, 1);
  skip(r);
  if (r->at >= r->end) expected(r, "value", "T_END");
  switch (*r->at) {
    case '{': read_object(r); return;
    case '[': read_array(r); return;
    case '"': read_string(r); return;
    case 't':
      if (strncmp(r->at, "true", 4) != 0) break;
      lua_pushboolean(r->L, 1);
      r->at += 4;
      return;
    case 'f':
      if (strncmp(r->at, "false", 5) != 0) break;
      lua_pushboolean(r->L, 0);
      r->at += 5;
      return;
    case 'n':
      if (strncmp(r->at, "null", 4) != 0) break;
      lua_pushlightuserdata(r->L, NULL);
      r->at += 4;
      return;
    case '-': case '0': case '1': case '2': case '3': case '4': case '5': case '6': case '7': case '8': case '9':
      read_number(r);
      return;
    default:
      break;
  }
  expected(r, "value", found(r));
}

static int json_decode(lua_State *L) {
  size_t length;
  Reader r;
  luaL_argcheck(L, lua_gettop(L) == 1, 1, "expected 1 argument");
  r.text = luaL_checklstring(L, 1, &length);
  r.L = L;
  r.at = r.text;
  r.end = r.text + length;
  r.depth = 0;
  read_value(&r);
  skip(&r);
  if (r.at < r.end) expected(&r, "the end", found(&r));
  return 1;
}

int open_cjson(lua_State *L) {
  static const luaL_Reg functions[] = {{"encode", json_encode}, {"decode", json_decode}, {NULL, NULL}};
  luaL_register(L, "cjson", functions);
  lua_pushlightuserdata(L, NULL);
  lua_setfield(L, -2, "null");
  return 1;
}
