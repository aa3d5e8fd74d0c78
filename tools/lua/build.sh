#!/bin/sh
# Builds packages/server/src/scripting/lua/lua51.wasm from Lua 5.1.5 as Debian distributes it and the shim in this folder:
#   sh tools/lua/build.sh [folder with lua5.1_5.1.5.orig.tar.gz]
# Wants Debian's package emscripten (3.1.6 made the committed file; the same version makes the same bytes).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
target="$here/../../packages/server/src/scripting/lua"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
archive=lua5.1_5.1.5.orig.tar.gz
sum=2640fc56a795f29d28ef15e13c34a47e223960b0240e8cb0a82d9b0738695333

if [ $# -gt 0 ]; then cp "$1/$archive" "$work"
else
  # Source packages are asked for in a configuration of their own; the machine's stays as it is.
  mkdir -p "$work/lists/partial"
  for list in /etc/apt/sources.list.d/*.sources; do sed 's/^Types: deb$/Types: deb-src/' "$list"; done >"$work/src.sources"
  set -- -o "Dir::Etc::sourcelist=$work/src.sources" -o Dir::Etc::sourceparts=- -o "Dir::State::lists=$work/lists" \
    -o APT::Sandbox::User=root
  apt-get "$@" update -qq
  (cd "$work" && apt-get "$@" source -qq --download-only lua5.1)
fi
echo "$sum  $work/$archive" | sha256sum -c -
tar -xzf "$work/$archive" -C "$work"
src="$work/lua-5.1.5/src"

# Patterns and sorting are loops that the instruction hook does not see: they count their steps themselves, and a
# pattern's recursion is bounded.
sed -i \
  -e 's|^#include "lualib.h"$|&\nvoid realm_step (lua_State *L, int steps);|' \
  -e 's|^  int level;  /\* total number of captures.*|&\n  int depth;|' \
  -e 's|^\( *\)ms.L = L;$|&\n\1ms.depth = 0;|' \
  -e 's|^static const char \*match (MatchState \*ms, const char \*s, const char \*p) {|static const char *match_at (MatchState *ms, const char *s, const char *p);\n\nstatic const char *match (MatchState *ms, const char *s, const char *p) {\n  const char *end;\n  if (++ms->depth > 200) luaL_error(ms->L, "pattern too complex");\n  end = match_at(ms, s, p);\n  ms->depth--;\n  return end;\n}\n\nstatic const char *match_at (MatchState *ms, const char *s, const char *p) {|' \
  -e 's|^  init: /\* using goto.*|&\n  realm_step(ms->L, 1);|' \
  -e 's|^static const char \*lmemfind (const char \*s1|static const char *lmemfind (lua_State *L, const char *s1|' \
  -e 's|lmemfind(s+init|lmemfind(L, s+init|' \
  -e 's|^\( *\)init++;   /\* 1st char is already checked \*/|\1realm_step(L, 1 + (int)(l2 / 64));\n&|' \
  "$src/lstrlib.c"
grep -q 'realm_step(L, 1 + (int)(l2 / 64));' "$src/lstrlib.c" && grep -q 'lmemfind(L, s+init' "$src/lstrlib.c"
test "$(grep -c 'ms.depth = 0;' "$src/lstrlib.c")" = 3 && grep -q 'realm_step(ms->L, 1);' "$src/lstrlib.c"
sed -i \
  -e 's|^#include "lualib.h"$|&\nvoid realm_step (lua_State *L, int steps);|' \
  -e 's|^static int sort_comp (lua_State \*L, int a, int b) {|&\n  realm_step(L, 5);|' \
  "$src/ltablib.c"
grep -q 'realm_step(L, 5);' "$src/ltablib.c"

cd "$src"
emcc -O3 -flto -DNDEBUG -DLUA_ANSI -Wno-empty-body -Wno-parentheses -I. \
  -sSUPPORT_LONGJMP=wasm -sSTANDALONE_WASM --no-entry -sTOTAL_STACK=1048576 -sINITIAL_MEMORY=4194304 \
  -sALLOW_MEMORY_GROWTH -sMAXIMUM_MEMORY=201326592 -sEXPORTED_FUNCTIONS=[] -sERROR_ON_UNDEFINED_SYMBOLS=0 \
  "$here/realm.c" "$here/redis.c" "$here/numbers.c" "$here/json.c" \
  lapi.c lcode.c ldebug.c ldo.c ldump.c lfunc.c lgc.c llex.c lmem.c lobject.c lopcodes.c lparser.c lstate.c lstring.c \
  ltable.c ltm.c lundump.c lvm.c lzio.c lauxlib.c lbaselib.c ltablib.c lstrlib.c lmathlib.c \
  -o "$work/lua51.wasm"
mkdir -p "$target"
install -m 644 "$work/lua51.wasm" "$target/lua51.wasm"
cp "$work/lua-5.1.5/COPYRIGHT" "$target/lua51.LICENSE.txt"
ls -l "$target"
