import { ok, warning, type Finding } from "./finding.ts";

/** The first versions of each line without known remote code execution, newest line first (July 2026). */
const redisFloors = ["8.8.1", "8.6.5", "8.4.5", "8.2.8", "7.4.10", "7.2.15", "6.2.23"] as const;
const valkeyFloors = ["9.1.1", "9.0.5", "8.1.9", "8.0.10", "7.2.14"] as const;

/** Who answers at a Redis address. */
export interface Engine {
  readonly name: "Redis" | "Valkey" | "Dragonfly";
  readonly version: string;
}

/** Reads the answer to INFO; undefined where it says no version. */
export function engineOf(info: string): Engine | undefined {
  const field = (name: string): string | undefined =>
    new RegExp(`^${name}:(?:df-v)?(\\d+(?:\\.\\d+){0,3})`, "m").exec(info)?.[1];
  const dragonfly = field("dragonfly_version");
  if (dragonfly !== undefined) return { name: "Dragonfly", version: dragonfly };
  const valkey = field("valkey_version");
  if (valkey !== undefined) return { name: "Valkey", version: valkey };
  const redis = field("redis_version");
  return redis === undefined ? undefined : { name: "Redis", version: redis };
}

/** Whether a version has the repairs that its line has got. */
export function checkEngine({ name, version }: Engine): Finding {
  const found = `${name} ${version}`;
  if (name === "Dragonfly") return ok("engine", found);
  const floors = name === "Redis" ? redisFloors : valkeyFloors;
  const floor = floors.find((each) => lineOf(each) === lineOf(version));
  if (floor === undefined) {
    // A line that is newer than all of them has their repairs.
    if (isAtLeast(version, floors[0])) return ok("engine", found);
    const remedy = `Move to ${name} ${floors[0]}. A distribution may have put the repairs into its package.`;
    return warning("engine", `${found}: of this line no repaired version is known`, remedy);
  }
  if (isAtLeast(version, floor)) return ok("engine", found);
  const remedy = `Move to ${floor} or newer. A distribution may have put the repairs into its package.`;
  return warning(
    "engine",
    `${found} has known holes (CVE-2025-49844, CVE-2026-23479 and others)`,
    remedy,
  );
}

/** @param dialect what Lua says of itself, as "Lua 5.1". */
export function checkDialect(dialect: string): Finding {
  if (dialect === "Lua 5.1") return ok("scripts", `${dialect}, as the embedded engine`);
  const remedy = "Keep scripts to what both dialects have; the scripting guide lists it.";
  return warning("scripts", `${dialect.slice(0, 40)}, not Lua 5.1`, remedy);
}

function lineOf(version: string): string {
  return version.split(".").slice(0, 2).join(".");
}

function isAtLeast(version: string, floor: string): boolean {
  const have = version.split(".").map(Number);
  const want = floor.split(".").map(Number);
  const at = want.findIndex((part, i) => part !== (have[i] ?? 0));
  return at === -1 || (have[at] ?? 0) > want[at]!;
}
