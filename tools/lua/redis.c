/* The table `redis`: commands go to the host, with the conversions that Redis documents. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "realm.h"
#include "lauxlib.h"

/* Runs the command whose arguments are the `length` bytes of `io`; writes the reply to its start. */
__attribute__((import_module("host"), import_name("command"))) unsigned host_command(unsigned length);
/* Writes 40 hexadecimal digits over the start of `io`. */
__attribute__((import_module("host"), import_name("sha1"))) void host_sha1(unsigned length);
__attribute__((import_module("host"), import_name("log"))) void host_log(int level, unsigned length);

#define INTEGER 'i'
#define BULK '$'
#define STATUS '+'
#define ERROR '-'
#define NIL '_'
#define ARRAY '*'

static unsigned read_u32(lua_State *L, size_t at) {
  unsigned value;
  if (at + 4 > io.length) luaL_error(L, "the reply is cut off");
  memcpy(&value, io.bytes + at, 4);
  return value;
}

static void push_field(lua_State *L, const char *name, size_t at, size_t length) {
  lua_createtable(L, 0, 1);
  lua_pushlstring(L, (const char *)io.bytes + at, length);
  lua_setfield(L, -2, name);
}

size_t push_reply(lua_State *L, size_t at) {
  unsigned count, i;
  double number;
  int tag = io.bytes[at++];
  switch (tag) {
    case INTEGER:
      memcpy(&number, io.bytes + at, 8);
      lua_pushnumber(L, number);
      return at + 8;
    case NIL:
      lua_pushboolean(L, 0);
      return at;
    case ARRAY:
      count = read_u32(L, at);
      at += 4;
      luaL_checkstack(L, 4, "reply too deep");
      lua_createtable(L, (int)count, 0);
      for (i = 1; i <= count; i++) {
        at = push_reply(L, at);
        lua_rawseti(L, -2, (int)i);
      }
      return at;
    default:
      count = read_u32(L, at);
      at += 4;
      if (tag == BULK) lua_pushlstring(L, (const char *)io.bytes + at, count);
      else push_field(L, tag == STATUS ? "ok" : "err", at, count);
      return at + count;
  }
}

static int write_field(lua_State *L, int index, const char *name, int tag) {
  const char *text;
  size_t length, i, start;
  lua_pushstring(L, name);
  lua_rawget(L, index);
  if (lua_type(L, -1) != LUA_TSTRING) {
    lua_pop(L, 1);
    return 0;
  }
  text = lua_tolstring(L, -1, &length);
  io_byte(L, tag);
  start = io.length + 4;
  io_bytes(L, text, length);
  for (i = start; i < io.length; i++)
    if (io.bytes[i] == '\r' || io.bytes[i] == '\n') io.bytes[i] = ' ';
  lua_pop(L, 1);
  return 1;
}

static void write_text(lua_State *L, int tag, const char *text, size_t length) {
  io_byte(L, tag);
  io_bytes(L, text, length);
}

static double whole(double number) {
  if (number != number) return 0;
  if (number >= 9223372036854775807.0 || number <= -9223372036854775808.0) return -9223372036854775808.0;
  return (double)(long long)number;
}

void write_reply(lua_State *L, int index, int depth) {
  size_t length, start;
  unsigned count;
  int i;
  if (depth > 32 || !lua_checkstack(L, 8)) luaL_error(L, "reached lua stack limit");
  realm_step(L, 1);
  switch (lua_type(L, index)) {
    case LUA_TSTRING: {
      const char *text = lua_tolstring(L, index, &length);
      write_text(L, BULK, text, length);
      return;
    }
    case LUA_TNUMBER:
      io_byte(L, INTEGER);
      io_f64(L, whole(lua_tonumber(L, index)));
      return;
    case LUA_TBOOLEAN:
      if (lua_toboolean(L, index)) {
        io_byte(L, INTEGER);
        io_f64(L, 1);
      } else {
        io_byte(L, NIL);
      }
      return;
    case LUA_TTABLE:
      if (write_field(L, index, "err", ERROR) || write_field(L, index, "ok", STATUS)) return;
      io_byte(L, ARRAY);
      start = io.length;
      io_u32(L, 0);
      for (i = 1, count = 0;; i++, count++) {
        lua_rawgeti(L, index, i);
        if (lua_isnil(L, -1)) break;
        write_reply(L, lua_gettop(L), depth + 1);
        lua_pop(L, 1);
      }
      lua_pop(L, 1);
      memcpy(io.bytes + start, &count, 4);
      return;
    default:
      io_byte(L, NIL);
  }
}

/* The shortest decimal that reads back as the same number. */
static int print_number(char *to, size_t size, double number) {
  int digits, length = 0;
  if (number > -9e18 && number < 9e18 && number == (double)(long long)number)
    return snprintf(to, size, "%lld", (long long)number);
  for (digits = 15; digits <= 17; digits++) {
    length = snprintf(to, size, "%.*g", digits, number);
    if (strtod(to, NULL) == number) break;
  }
  return length;
}

static int command(lua_State *L, int raises) {
  int count = lua_gettop(L), i;
  char digits[40];
  if (count == 0) {
    push_field(L, "err", 0, 0);
    lua_pushliteral(L, "ERR Please specify at least one argument for this redis.call() call");
    lua_setfield(L, -2, "err");
    return raises ? lua_error(L) : 1;
  }
  realm_step(L, 50);
  io.length = 0;
  io_u32(L, (unsigned)count);
  for (i = 1; i <= count; i++) {
    size_t length;
    const char *text;
    int type = lua_type(L, i);
    if (type == LUA_TNUMBER) {
      io_bytes(L, digits, (size_t)print_number(digits, sizeof digits, lua_tonumber(L, i)));
    } else if (type == LUA_TSTRING) {
      text = lua_tolstring(L, i, &length);
      io_bytes(L, text, length);
    } else {
      lua_newtable(L);
      lua_pushliteral(L, "ERR Lua redis lib command arguments must be strings or integers");
      lua_setfield(L, -2, "err");
      return raises ? lua_error(L) : 1;
    }
  }
  lua_settop(L, 0);
  io.length = host_command((unsigned)io.length);
  realm_step(L, (int)(io.length / 32));
  push_reply(L, 0);
  if (raises && io.bytes[0] == ERROR) return lua_error(L);
  return 1;
}

static int redis_call(lua_State *L) { return command(L, 1); }
static int redis_pcall(lua_State *L) { return command(L, 0); }

static int redis_sha1hex(lua_State *L) {
  size_t length;
  const char *text;
  if (lua_gettop(L) != 1) return luaL_error(L, "wrong number of arguments");
  text = lua_tolstring(L, 1, &length);
  if (text == NULL) text = "", length = 0;
  realm_step(L, 10 + (int)(length / 8));
  io.length = 0;
  io_reserve(L, length + 40);
  memcpy(io.bytes, text, length);
  host_sha1((unsigned)length);
  lua_pushlstring(L, (const char *)io.bytes, 40);
  return 1;
}

static int redis_log(lua_State *L) {
  int count = lua_gettop(L), i, level;
  size_t length;
  const char *text;
  if (count < 2) return luaL_error(L, "redis.log() requires two arguments or more.");
  if (!lua_isnumber(L, 1)) return luaL_error(L, "First argument must be a number (log level).");
  level = (int)lua_tonumber(L, 1);
  if (level < 0 || level > 3) return luaL_error(L, "Invalid log level.");
  realm_step(L, 1000);
  io.length = 0;
  for (i = 2; i <= count; i++) {
    text = lua_tolstring(L, i, &length);
    if (text == NULL) continue;
    if (length > 1000) length = 1000;
    io_reserve(L, length + 1);
    if (io.length > 0) io.bytes[io.length++] = ' ';
    memcpy(io.bytes + io.length, text, length);
    io.length += length;
  }
  host_log(level, (unsigned)io.length);
  return 0;
}

static int reply_of_one(lua_State *L, const char *field) {
  if (lua_gettop(L) != 1 || lua_type(L, 1) != LUA_TSTRING) {
    lua_newtable(L);
    lua_pushliteral(L, "ERR wrong number or type of arguments");
    lua_setfield(L, -2, "err");
    return 1;
  }
  lua_newtable(L);
  if (strcmp(field, "err") == 0) {
    const char *text = lua_tostring(L, 1);
    if (*text == '-') text++;
    if (strchr(text, ' ') == NULL) lua_pushfstring(L, "ERR %s", text);
    else lua_pushstring(L, text);
  } else {
    lua_pushvalue(L, 1);
  }
  lua_setfield(L, -2, field);
  return 1;
}

static int redis_error_reply(lua_State *L) { return reply_of_one(L, "err"); }
static int redis_status_reply(lua_State *L) { return reply_of_one(L, "ok"); }

int open_redis(lua_State *L) {
  static const luaL_Reg functions[] = {{"call", redis_call},
                                       {"pcall", redis_pcall},
                                       {"sha1hex", redis_sha1hex},
                                       {"log", redis_log},
                                       {"error_reply", redis_error_reply},
                                       {"status_reply", redis_status_reply},
                                       {NULL, NULL}};
  static const char *const levels[] = {"LOG_DEBUG", "LOG_VERBOSE", "LOG_NOTICE", "LOG_WARNING"};
  int i;
  luaL_register(L, "redis", functions);
  for (i = 0; i < 4; i++) {
    lua_pushinteger(L, i);
    lua_setfield(L, -2, levels[i]);
  }
  return 1;
}
