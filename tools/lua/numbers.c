/* Random numbers that are the same in every run, as in Redis (the generator drand48), and the library `bit`. */
#include <stdint.h>
#include <math.h>
#include "realm.h"
#include "lauxlib.h"

static uint64_t random_state;

void seed_random(unsigned seed) { random_state = ((uint64_t)seed << 16) | 0x330E; }

static int32_t next_random(void) {
  random_state = (random_state * 0x5DEECE66Dull + 0xB) & 0xFFFFFFFFFFFFull;
  return (int32_t)(random_state >> 17);
}

static int math_random(lua_State *L) {
  double part = (double)(next_random() % INT32_MAX) / (double)INT32_MAX;
  int lower = 1, upper;
  switch (lua_gettop(L)) {
    case 0:
      lua_pushnumber(L, part);
      return 1;
    case 1:
      upper = luaL_checkint(L, 1);
      luaL_argcheck(L, lower <= upper, 1, "interval is empty");
      break;
    case 2:
      lower = luaL_checkint(L, 1);
      upper = luaL_checkint(L, 2);
      luaL_argcheck(L, lower <= upper, 2, "interval is empty");
      break;
    default:
      return luaL_error(L, "wrong number of arguments");
  }
  lua_pushnumber(L, floor(part * ((double)upper - lower + 1)) + lower);
  return 1;
}

static int math_randomseed(lua_State *L) {
  seed_random((unsigned)luaL_checkint(L, 1));
  return 0;
}

int open_random(lua_State *L) {
  lua_pushcfunction(L, math_random);
  lua_setfield(L, -2, "random");
  lua_pushcfunction(L, math_randomseed);
  lua_setfield(L, -2, "randomseed");
  return 0;
}

static uint32_t bits_at(lua_State *L, int index) {
  double number = fmod(luaL_checknumber(L, index), 4294967296.0);
  if (number != number) return 0;
  return (uint32_t)(int64_t)nearbyint(number);
}

static int push_bits(lua_State *L, uint32_t bits) {
  lua_pushnumber(L, (double)(int32_t)bits);
  return 1;
}

static uint32_t rotate(uint32_t bits, unsigned by) {
  return by == 0 ? bits : (bits << by) | (bits >> (32 - by));
}

static int bit_tobit(lua_State *L) { return push_bits(L, bits_at(L, 1)); }
static int bit_bnot(lua_State *L) { return push_bits(L, ~bits_at(L, 1)); }
static int bit_lshift(lua_State *L) { return push_bits(L, bits_at(L, 1) << (bits_at(L, 2) & 31)); }
static int bit_rshift(lua_State *L) { return push_bits(L, bits_at(L, 1) >> (bits_at(L, 2) & 31)); }
static int bit_rol(lua_State *L) { return push_bits(L, rotate(bits_at(L, 1), bits_at(L, 2) & 31)); }
static int bit_ror(lua_State *L) { return push_bits(L, rotate(bits_at(L, 1), (32 - (bits_at(L, 2) & 31)) & 31)); }
static int bit_bswap(lua_State *L) { return push_bits(L, __builtin_bswap32(bits_at(L, 1))); }

static int bit_arshift(lua_State *L) {
  return push_bits(L, (uint32_t)((int32_t)bits_at(L, 1) >> (bits_at(L, 2) & 31)));
}

static int fold(lua_State *L, char by) {
  uint32_t bits = bits_at(L, 1);
  int i, count = lua_gettop(L);
  for (i = 2; i <= count; i++) {
    uint32_t next = bits_at(L, i);
    bits = by == '&' ? bits & next : by == '|' ? bits | next : bits ^ next;
  }
  return push_bits(L, bits);
}

static int bit_band(lua_State *L) { return fold(L, '&'); }
static int bit_bor(lua_State *L) { return fold(L, '|'); }
static int bit_bxor(lua_State *L) { return fold(L, '^'); }

static int bit_tohex(lua_State *L) {
  uint32_t bits = bits_at(L, 1);
  int width = lua_isnone(L, 2) ? 8 : (int32_t)bits_at(L, 2), i;
  const char *digits = width < 0 ? "0123456789ABCDEF" : "0123456789abcdef";
  char text[8];
  if (width < 0) width = -width;
  if (width > 8 || width < 0) width = 8;
  for (i = width; i-- > 0; bits >>= 4) text[i] = digits[bits & 15];
  lua_pushlstring(L, text, (size_t)width);
  return 1;
}

int open_bit(lua_State *L) {
  static const luaL_Reg functions[] = {
      {"tobit", bit_tobit},   {"tohex", bit_tohex}, {"bnot", bit_bnot},     {"band", bit_band},
      {"bor", bit_bor},       {"bxor", bit_bxor},   {"lshift", bit_lshift}, {"rshift", bit_rshift},
      {"arshift", bit_arshift}, {"rol", bit_rol},   {"ror", bit_ror},       {"bswap", bit_bswap},
      {NULL, NULL}};
  luaL_register(L, "bit", functions);
  return 1;
}
