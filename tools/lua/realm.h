/* What the parts of the shim share. */
#ifndef REALM_H
#define REALM_H

#include <stddef.h>
#include "lua.h"

/* Bytes that go to the host or come from it. One buffer, which grows and is reused. */
typedef struct {
  unsigned char *bytes;
  size_t length;
  size_t capacity;
} Bytes;

extern Bytes io;

void io_reserve(lua_State *L, size_t more);
void io_byte(lua_State *L, int byte);
void io_u32(lua_State *L, unsigned value);
void io_f64(lua_State *L, double value);
void io_bytes(lua_State *L, const char *bytes, size_t length);

/* Counts work that the instruction hook does not see. Raises when the budget is spent. */
void realm_step(lua_State *L, int steps);

int open_cjson(lua_State *L);
int open_bit(lua_State *L);
int open_redis(lua_State *L);
int open_random(lua_State *L);
void seed_random(unsigned seed);

/* Pushes the Lua value of the reply that stands in `io` at `at`; returns where it ends. */
size_t push_reply(lua_State *L, size_t at);
/* Writes the value at `index` as a reply, by the rules of Redis. */
void write_reply(lua_State *L, int index, int depth);

#endif
