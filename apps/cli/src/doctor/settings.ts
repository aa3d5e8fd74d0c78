import { existsSync } from "node:fs";
import { join } from "node:path";
import { limits } from "@realmwright/protocol";
import { limitOverrides } from "../config/adjustable-limits.ts";
import type { Config } from "../config/config.ts";
import type { Configuration } from "../config/configuration.ts";
import { developmentSettings, isLoopback, secretsOf } from "../config/production.ts";
import { isOpenToOthers } from "../config/secret-file.ts";
import { weakness } from "../config/weak-secrets.ts";
import { failure, ok, warning, type Finding } from "./finding.ts";

export function checkConfiguration({ file, warnings }: Configuration): readonly Finding[] {
  return [
    ok("settings", file ?? "defaults, no config.yaml"),
    ...warnings.map((text) => warning("settings", text, "See docs/reference/configuration.md.")),
  ];
}

/** What production refuses, as `start --production` does. */
export function checkProduction(configuration: Configuration): readonly Finding[] {
  const problems = developmentSettings(configuration);
  if (problems.length === 0) return [ok("production", "it refuses none of the settings")];
  return problems.map(({ place, what, remedy }) => {
    const found = what.replace(/\.$/, "");
    return failure("production", `${place}: ${found}`, remedy);
  });
}

/** @param data the game's data folder, where a secret is that nobody set. */
export function checkSecrets(configuration: Configuration, data: string): readonly Finding[] {
  const findings = secretsOf(configuration).map(([path, secret]): Finding => {
    const why = weakness(secret);
    if (why === undefined) return ok("secret", `${path}, ${Buffer.byteLength(secret)} bytes`);
    return warning("secret", `${path} ${why}`, "Make one: openssl rand -base64 48");
  });
  if (configuration.config.auth.secret !== undefined) return findings;
  const file = join(data, "secrets.json");
  if (existsSync(file) && isOpenToOthers(file)) {
    const found = `others may read or change ${file}`;
    return [...findings, warning("secret", found, `chmod 600 ${file}`)];
  }
  const found = existsSync(file) ? `random, in ${file}` : "a random one is made by the first start";
  return [...findings, ok("secret", `auth.secret: ${found}; production needs one that is set`)];
}

/** Who can reach the server. */
export function checkReach({ server }: Config): Finding {
  if (isLoopback(server.host)) return ok("reach", `${server.host}: this machine alone`);
  if (server.hosts.length === 0) {
    const remedy = "Name the names under which it is reached: server.hosts.";
    return warning("reach", `${server.host}, by no name of its own`, remedy);
  }
  if (server.hosts.includes("*")) {
    const remedy = "That is for a network of one's own; elsewhere list the names: server.hosts.";
    return warning("reach", `${server.host}, by any name`, remedy);
  }
  return ok("reach", `${server.host}, as ${server.hosts.join(", ")}`);
}

/** The limits that differ, and the two that say how large a node gets. */
export function checkLimits({ limits: written }: Config): Finding {
  const changed = limitOverrides(written);
  const inForce = { ...changed };
  for (const name of ["sessionsPerNode", "roomsPerNode"] as const) {
    inForce[name] ??= limits[name].value;
  }
  const listed = Object.entries(inForce).map(([name, value]) => `${name} ${value}`);
  const count = Object.keys(changed).length;
  return ok("limits", `${listed.join(", ")}; ${count === 0 ? "none" : count} changed`);
}

/** Which rung of the scale ladder the settings ask for, and what gives way first there. */
export function checkRung({ server, database, redis }: Config, cores: number): Finding {
  const isPostgres = database.url?.startsWith("postgres") === true;
  const places = [
    isPostgres ? "PostgreSQL" : "SQLite",
    redis.url === undefined ? "memory" : "Redis",
  ].join(" and ");
  if (server.edges === 0) {
    const next =
      cores > 1
        ? "next: one core for rooms and clients alike (realmwright_loop_lag_seconds); --edges takes clients off it"
        : "next: its one core";
    return ok("rung", `1, one process with ${places}; ${next}`);
  }
  const found = `2, ${server.edges} edge threads with ${places}; next: the main thread, where all rooms run`;
  if (server.edges < cores) return ok("rung", found);
  return warning("rung", found, `${cores} cores: more than ${cores - 1} edges win nothing.`);
}
