import { commands } from "../keys/commands.ts";
import { hostFunctions, type HostParameter } from "../host-functions.ts";

/** The page docs/reference/lua.md, made of the tables of host functions and commands. */
export function luaReference(): string {
  return [
    "# Lua functions",
    "",
    "Made of `packages/server/src/scripting`; `npx vitest run --project unit packages/server/src/scripting/host-functions -u` writes it. How to write scripts is in [the guide](../guide/scripting.md).",
    "",
    "## realm",
    "",
    "Written in Lua over `redis.call`; the same on every engine. An argument of a wrong type fails the script.",
    "",
    ...Object.entries(hostFunctions).flatMap(([name, { parameters, returns, about }]) => [
      `### realm.${name}(${parameters.map(signature).join(", ")})`,
      "",
      returns === undefined ? about : `${about} Returns ${returns}.`,
      "",
    ]),
    "## Commands of the embedded engine",
    "",
    "What `redis.call` and `redis.pcall` know there, as Redis documents them. Redis itself knows more.",
    "",
    [...commands.keys()]
      .sort()
      .map((name) => `\`${name.toUpperCase()}\``)
      .join(" "),
    "",
  ].join("\n");
}

function signature({ name, type, isOptional }: HostParameter): string {
  return `${name}: ${type}${isOptional === true ? "?" : ""}`;
}
