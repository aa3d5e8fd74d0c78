/* A Lua 5.1 that can be given to strangers: a cap on memory, a budget of work, no way out but redis.call. */
#include <stdlib.h>
#include <string.h>
#include "realm.h"
#include "lauxlib.h"
#include "lobject.h"
#include "lstate.h"
#include "lualib.h"

#define EXPORT(name) __attribute__((export_name(#name)))
#define HOOK_EVERY 1000
#define LARGE 65536

/* Milliseconds of the host's monotonic clock. */
__attribute__((import_module("host"), import_name("now"))) double host_now(void);

enum { DONE, FAILED, OVER_BUDGET, OVER_MEMORY };

static lua_State *state;
static size_t memory_used, memory_max;
static double work_left, deadline;
static int spent, starved, since_clock;
Bytes io;

static void hook(lua_State *L, lua_Debug *ar);

static void *allocate(void *ud, void *block, size_t old, size_t size) {
  void *moved;
  (void)ud;
  if (size == 0) {
    free(block);
    memory_used -= old;
    return NULL;
  }
  moved = size > old && memory_used + (size - old) > memory_max ? NULL : realloc(block, size);
  if (moved == NULL) {
    starved = 1;
    return NULL;
  }
  memory_used += size - old;
  if (size >= LARGE && state != NULL && !spent) {
    /* One instruction may move megabytes: the clock is looked at after it, not a thousand later. */
    work_left -= (double)(size / 64);
    lua_sethook(state, hook, LUA_MASKCOUNT, 1);
  }
  return moved;
}

static void hook(lua_State *L, lua_Debug *ar) {
  (void)ar;
  realm_step(L, HOOK_EVERY);
  if (lua_gethookcount(L) != HOOK_EVERY) lua_sethook(L, hook, LUA_MASKCOUNT, HOOK_EVERY);
}

void realm_step(lua_State *L, int steps) {
  if (!spent) {
    work_left -= steps;
    since_clock += steps;
    if (work_left >= 0) {
      if (since_clock < HOOK_EVERY) return;
      since_clock = 0;
      if (host_now() < deadline) return;
    }
    spent = 1;
  }
  /* From here on every instruction raises again, so that no pcall goes on; and no handler of xpcall is asked, because
   * hooks are off while it runs. */
  lua_sethook(L, hook, LUA_MASKCOUNT, 1);
  L->errfunc = 0;
  luaL_error(L, "the script used up its budget");
}

/* --- Bytes ------------------------------------------------------------------------------------------------------- */

static int grow(size_t needed) {
  size_t capacity = io.capacity == 0 ? 65536 : io.capacity;
  unsigned char *moved;
  if (needed <= io.capacity) return 1;
  while (capacity < needed) capacity *= 2;
  moved = realloc(io.bytes, capacity);
  if (moved == NULL) return 0;
  io.bytes = moved;
  io.capacity = capacity;
  return 1;
}

void io_reserve(lua_State *L, size_t more) {
  if (io.length + more > memory_max || !grow(io.length + more)) luaL_error(L, "the value is too large");
}

void io_byte(lua_State *L, int byte) {
  io_reserve(L, 1);
  io.bytes[io.length++] = (unsigned char)byte;
}

void io_u32(lua_State *L, unsigned value) {
  io_reserve(L, 4);
  memcpy(io.bytes + io.length, &value, 4);
  io.length += 4;
}

void io_f64(lua_State *L, double value) {
  io_reserve(L, 8);
  memcpy(io.bytes + io.length, &value, 8);
  io.length += 8;
}

void io_bytes(lua_State *L, const char *bytes, size_t length) {
  io_u32(L, (unsigned)length);
  io_reserve(L, length);
  memcpy(io.bytes + io.length, bytes, length);
  io.length += length;
}

/* The buffer with room for `size` bytes, or 0. What stood there before stays at its start. */
EXPORT(io) unsigned char *realm_io(unsigned size) { return grow(size) ? io.bytes : NULL; }

/* --- Globals that cannot be changed -------------------------------------------------------------------------------- */

static const char sealed_mark;

static int is_sealed(lua_State *L, int index) {
  int sealed;
  if (!lua_istable(L, index) || !lua_getmetatable(L, index)) return 0;
  lua_pushlightuserdata(L, (void *)&sealed_mark);
  lua_rawget(L, -2);
  sealed = lua_toboolean(L, -1);
  lua_pop(L, 2);
  return sealed;
}

static int refuse_write(lua_State *L) {
  return luaL_error(L, "Attempt to modify a readonly table");
}

static int refuse_unknown(lua_State *L) {
  const char *name = lua_tostring(L, 2);
  return luaL_error(L, "Script attempted to access nonexistent global variable '%s'", name == NULL ? "?" : name);
}

/* Replaces the table on top by an empty one that shows its fields and takes none. */
static void seal(lua_State *L) {
  lua_newtable(L);
  lua_newtable(L);
  lua_pushvalue(L, -3);
  lua_setfield(L, -2, "__index");
  lua_pushcfunction(L, refuse_write);
  lua_setfield(L, -2, "__newindex");
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  lua_pushlightuserdata(L, (void *)&sealed_mark);
  lua_pushboolean(L, 1);
  lua_rawset(L, -3);
  lua_setmetatable(L, -2);
  lua_remove(L, -2);
}

/* Upvalue 1: the function of the library that writes into its first argument. */
static int guarded(lua_State *L) {
  if (is_sealed(L, 1)) return refuse_write(L);
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
  return lua_gettop(L);
}

static void guard(lua_State *L, const char *name) {
  lua_getfield(L, -1, name);
  lua_pushcclosure(L, guarded, 1);
  lua_setfield(L, -2, name);
}

static int bounded_insert(lua_State *L) {
  if (lua_istable(L, 1) && lua_gettop(L) == 3) {
    int end = (int)lua_objlen(L, 1) + 1;
    int at = luaL_checkint(L, 2);
    if (at < 1 || at > end + 1000) return luaL_argerror(L, 2, "position out of bounds");
    realm_step(L, (end > at ? end - at : 0) / 8);
  }
  return guarded(L);
}

static int bounded_rep(lua_State *L) {
  size_t length;
  double times;
  luaL_checklstring(L, 1, &length);
  times = luaL_checknumber(L, 2);
  if (length == 0) {
    lua_pushliteral(L, "");
    return 1;
  }
  if ((double)length * times > (double)memory_max / 4) return luaL_error(L, "resulting string too large");
  return guarded(L);
}

static int coroutine_depth;

/* Lua 5.1 counts nested C calls per coroutine; a coroutine inside another starts from nothing. */
static int bounded_resume(lua_State *L) {
  int results;
  if (coroutine_depth >= 100) return luaL_error(L, "C stack overflow");
  coroutine_depth++;
  results = guarded(L);
  coroutine_depth--;
  return results;
}

static const char *why_not_resumable(lua_State *L, lua_State *co) {
  lua_Debug frame;
  if (L == co) return "running";
  if (lua_status(co) == LUA_YIELD) return NULL;
  if (lua_status(co) != 0) return "dead";
  if (lua_getstack(co, 0, &frame) > 0) return "normal";
  return lua_gettop(co) == 0 ? "dead" : NULL;
}

static int wrapped(lua_State *L) {
  int top = lua_gettop(L), status, results;
  lua_State *co = lua_tothread(L, lua_upvalueindex(1));
  const char *why = why_not_resumable(L, co);
  if (why != NULL) return luaL_error(L, "cannot resume %s coroutine", why);
  if (coroutine_depth >= 100) return luaL_error(L, "C stack overflow");
  if (!lua_checkstack(co, top)) return luaL_error(L, "too many arguments to resume");
  lua_xmove(L, co, top);
  coroutine_depth++;
  status = lua_resume(co, top);
  coroutine_depth--;
  if (status != 0 && status != LUA_YIELD) {
    lua_xmove(co, L, 1);
    if (lua_isstring(L, -1)) {
      luaL_where(L, 1);
      lua_insert(L, -2);
      lua_concat(L, 2);
    }
    return lua_error(L);
  }
  results = lua_gettop(co);
  if (!lua_checkstack(L, results)) return luaL_error(L, "too many results to resume");
  lua_xmove(co, L, results);
  return results;
}

static int bounded_wrap(lua_State *L) {
  lua_State *co;
  luaL_argcheck(L, lua_isfunction(L, 1) && !lua_iscfunction(L, 1), 1, "Lua function expected");
  co = lua_newthread(L);
  lua_pushvalue(L, 1);
  lua_xmove(L, co, 1);
  lua_pushcclosure(L, wrapped, 1);
  return 1;
}

/* As in Redis, what catches an error reply gets its text. */
static int catching(lua_State *L) {
  int status;
  luaL_checkany(L, 1);
  status = lua_pcall(L, lua_gettop(L) - 1, LUA_MULTRET, 0);
  lua_pushboolean(L, status == 0);
  lua_insert(L, 1);
  if (status != 0 && lua_istable(L, -1)) {
    lua_getfield(L, -1, "err");
    if (lua_isstring(L, -1)) lua_replace(L, -2);
    else lua_pop(L, 1);
  }
  return lua_gettop(L);
}

static void replace(lua_State *L, const char *name, lua_CFunction by) {
  lua_getfield(L, -1, name);
  lua_pushcclosure(L, by, 1);
  lua_setfield(L, -2, name);
}

static void clear(lua_State *L, const char *const *names) {
  for (; *names != NULL; names++) {
    lua_pushnil(L);
    lua_setfield(L, -2, *names);
  }
}

static const char *const forbidden[] = {
    "load", "loadstring", "loadfile", "dofile", "collectgarbage", "gcinfo", "getfenv", "setfenv", "newproxy", "print",
    "module", "require", NULL};

/* Opens a library and puts it, sealed, into the table of globals under its name. */
static void add_library(lua_State *L, const char *name, lua_CFunction open) {
  lua_pushcfunction(L, open);
  lua_pushstring(L, name);
  lua_call(L, 1, 0);
  lua_getglobal(L, name);
  if (strcmp(name, "string") == 0) {
    lua_pushnil(L);
    lua_setfield(L, -2, "dump");
    replace(L, "rep", bounded_rep);
    lua_pushliteral(L, "");
    lua_getmetatable(L, -1);
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 2);
  } else if (strcmp(name, "table") == 0) {
    replace(L, "insert", bounded_insert);
    guard(L, "remove");
    guard(L, "sort");
  } else if (strcmp(name, "math") == 0) {
    open_random(L);
  } else if (strcmp(name, "coroutine") == 0) {
    replace(L, "resume", bounded_resume);
    replace(L, "wrap", bounded_wrap);
  }
  seal(L);
  lua_setglobal(L, name);
}

static const char env_key, base_key, scripts_key;

static void keep(lua_State *L, const char *key) {
  lua_pushlightuserdata(L, (void *)key);
  lua_insert(L, -2);
  lua_rawset(L, LUA_REGISTRYINDEX);
}

static void fetch(lua_State *L, const char *key) {
  lua_pushlightuserdata(L, (void *)key);
  lua_rawget(L, LUA_REGISTRYINDEX);
}

static int prepare(lua_State *L) {
  lua_pushcfunction(L, luaopen_base);
  lua_pushliteral(L, "");
  lua_call(L, 1, 0);
  add_library(L, LUA_TABLIBNAME, luaopen_table);
  add_library(L, LUA_STRLIBNAME, luaopen_string);
  add_library(L, LUA_MATHLIBNAME, luaopen_math);
  add_library(L, LUA_COLIBNAME, luaopen_base);
  add_library(L, "cjson", open_cjson);
  add_library(L, "bit", open_bit);
  add_library(L, "redis", open_redis);
  lua_pushvalue(L, LUA_GLOBALSINDEX);
  clear(L, forbidden);
  guard(L, "rawset");
  lua_pushcfunction(L, catching);
  lua_setfield(L, -2, "pcall");
  lua_newtable(L);
  lua_pushcfunction(L, refuse_unknown);
  lua_setfield(L, -2, "__index");
  lua_setmetatable(L, -2);
  lua_pushvalue(L, -1);
  keep(L, &base_key);
  lua_pushvalue(L, -1);
  seal(L);
  lua_pushvalue(L, -1);
  lua_setfield(L, -3, "_G");
  keep(L, &env_key);
  lua_newtable(L);
  keep(L, &scripts_key);
  return 0;
}

/* --- What the host calls ------------------------------------------------------------------------------------------- */

static void begin(double work, double until) {
  work_left = work;
  deadline = until;
  spent = starved = 0;
  since_clock = 0;
  coroutine_depth = 0;
  lua_sethook(state, hook, LUA_MASKCOUNT, HOOK_EVERY);
}

/* Leaves the text of the error on top of the stack in `io`; returns what kind it is. */
static int failed(int status) {
  lua_State *L = state;
  size_t length;
  const char *text;
  lua_sethook(L, NULL, 0, 0);
  if (lua_istable(L, -1)) {
    lua_getfield(L, -1, "err");
    lua_remove(L, -2);
  }
  text = lua_tolstring(L, -1, &length);
  if (text == NULL) text = "the error is not a string", length = strlen(text);
  if (length > 4096) length = 4096;
  io.length = 0;
  if (grow(length)) memcpy(io.bytes, text, length), io.length = length;
  lua_settop(L, 0);
  if (spent) return OVER_BUDGET;
  return starved || status == LUA_ERRMEM ? OVER_MEMORY : FAILED;
}

EXPORT(open) int realm_open(unsigned memory) {
  memory_max = memory;
  if (!grow(65536)) return 0;
  state = lua_newstate(allocate, NULL);
  if (state == NULL) return 0;
  if (lua_cpcall(state, prepare, NULL) != 0) return 0;
  lua_gc(state, LUA_GCSETPAUSE, 120);
  return 1;
}

EXPORT(length) unsigned realm_length(void) { return (unsigned)io.length; }
EXPORT(used) unsigned realm_used(void) { return (unsigned)memory_used; }

/* `io` has the name and then the source. Pushes the function; returns DONE or leaves the error's text in `io`. */
static int compile(unsigned name_length, unsigned source_length) {
  lua_State *L = state;
  const char *source = (const char *)io.bytes + name_length;
  int status;
  lua_pushlstring(L, (const char *)io.bytes, name_length);
  if (source_length > 0 && source[0] == LUA_SIGNATURE[0]) {
    lua_pushliteral(L, "bytecode is not taken");
    return failed(LUA_ERRSYNTAX);
  }
  status = luaL_loadbuffer(L, source, source_length, lua_tostring(L, 1));
  if (status != 0) return failed(status);
  lua_remove(L, 1);
  fetch(L, &env_key);
  lua_setfenv(L, -2);
  return DONE;
}

/* Compiles a script and keeps it under its number. */
EXPORT(load) int realm_load(int id, unsigned name_length, unsigned source_length) {
  lua_State *L = state;
  int status;
  begin(1e9, host_now() + 1000);
  status = compile(name_length, source_length);
  if (status != DONE) return status;
  fetch(L, &scripts_key);
  lua_insert(L, 1);
  lua_rawseti(L, 1, id);
  lua_settop(L, 0);
  return DONE;
}

/* Runs a chunk of ours and makes the table that it returns a sealed global. */
EXPORT(define) int realm_define(unsigned name_length, unsigned source_length) {
  lua_State *L = state;
  int status;
  begin(1e9, host_now() + 1000);
  lua_pushlstring(L, (const char *)io.bytes + 1, name_length - 1);
  lua_insert(L, 1);
  status = luaL_loadbuffer(L, (const char *)io.bytes + name_length, source_length, "=realm");
  if (status == 0) {
    fetch(L, &env_key);
    lua_setfenv(L, -2);
    status = lua_pcall(L, 0, 1, 0);
  }
  if (status != 0) return failed(status);
  seal(L);
  fetch(L, &base_key);
  lua_pushvalue(L, 1);
  lua_pushvalue(L, 2);
  lua_rawset(L, 3);
  lua_settop(L, 0);
  return DONE;
}

EXPORT(unload) void realm_unload(int id) {
  fetch(state, &scripts_key);
  lua_pushnil(state);
  lua_rawseti(state, -2, id);
  lua_settop(state, 0);
}

static unsigned read_u32(size_t at) {
  unsigned value;
  memcpy(&value, io.bytes + at, 4);
  return value;
}

static size_t push_strings(lua_State *L, size_t at, unsigned count) {
  unsigned i;
  lua_createtable(L, (int)count, 0);
  for (i = 1; i <= count; i++) {
    unsigned length = read_u32(at);
    lua_pushlstring(L, (const char *)io.bytes + at + 4, length);
    lua_rawseti(L, -2, (int)i);
    at += 4 + length;
  }
  return at;
}

/* Runs with the number of the script on the stack, so that a lack of memory is caught. */
static int run(lua_State *L) {
  int id = (int)lua_tointeger(L, 1);
  size_t at = 8;
  fetch(L, &base_key);
  at = push_strings(L, at, read_u32(0));
  lua_setfield(L, -2, "KEYS");
  push_strings(L, at, read_u32(4));
  lua_setfield(L, -2, "ARGV");
  fetch(L, &scripts_key);
  lua_rawgeti(L, -1, id);
  lua_call(L, 0, 1);
  io.length = 0;
  write_reply(L, lua_gettop(L), 0);
  return 0;
}

/* `io`: number of keys, of arguments, then each with its length. Afterwards the result or the error's text. */
EXPORT(call) int realm_call(int id, double work, double until) {
  lua_State *L = state;
  int status;
  seed_random(0);
  begin(work, until);
  lua_pushcfunction(L, run);
  lua_pushinteger(L, id);
  status = lua_pcall(L, 1, 0, 0);
  /* A script that caught the error of its budget did not end in time all the same. */
  if (status == 0 && spent) lua_pushliteral(L, "the script used up its budget"), status = LUA_ERRRUN;
  if (status != 0) {
    status = failed(status);
    if (status == OVER_MEMORY) lua_gc(L, LUA_GCCOLLECT, 0);
    return status;
  }
  lua_sethook(L, NULL, 0, 0);
  lua_settop(L, 0);
  if (memory_used > memory_max / 4) lua_gc(L, LUA_GCCOLLECT, 0);
  return DONE;
}
