import type { Configuration } from "./configuration.ts";
import { weakness } from "./weak-secrets.ts";
import { ConfigFailure, type Problem } from "./problem.ts";

/** Throws ConfigFailure with all settings that are for development only. */
export function mustBeForProduction(configuration: Configuration): void {
  const found = developmentSettings(configuration);
  if (found.length > 0) throw new ConfigFailure(found, "For production there are");
}

/** What must not be so where strangers play. */
export function developmentSettings(configuration: Configuration): readonly Problem[] {
  const { config, origins, missing } = configuration;
  const problems: Problem[] = [];
  const problem = (path: string, what: string, remedy: string): void => {
    const place = origins.get(path)?.place ?? "";
    problems.push({ place: place === "" ? path : place, what: `${path} ${what}.`, remedy });
  };
  for (const { path, variable, place } of missing) {
    problems.push({
      place,
      what: `${path} is left to the variable ${variable}, which is not set.`,
      remedy: `Set it; \${${variable}:-} says that it may be missing.`,
    });
  }
  if (config.auth.secret === undefined) {
    const remedy = "Set REALMWRIGHT_AUTH_SECRET_FILE to a file that every node has.";
    problem("auth.secret", "is not set: one made in place is lost with its folder", remedy);
  }
  for (const [path, secret] of secretsOf(configuration)) {
    const why = weakness(secret);
    if (why !== undefined) problem(path, why, "Make one: openssl rand -base64 48");
  }
  const { host, hosts } = config.server;
  if (!isLoopback(host) && hosts.length === 0) {
    const remedy = "Say the names under which it is reached: server.hosts, or --host-name.";
    problem("server.host", `is ${host}, but server.hosts is empty`, remedy);
  }
  if (config.server.origins.includes("*")) {
    const remedy = "List the pages that may connect; its own always may.";
    problem("server.origins", "lets every page in", remedy);
  }
  if (config.database.durability === "normal") {
    const remedy = "Leave it out: full is the default.";
    problem("database.durability", "is normal: a power cut loses what was acknowledged", remedy);
  }
  return problems;
}

/** Secrets that are set, by the paths of their settings. */
export function secretsOf({ config }: Configuration): readonly (readonly [string, string])[] {
  const issuers = config.auth.issuers.flatMap((issuer) =>
    issuer.kind === "secret" ? [["auth.issuers", issuer.secret] as const] : [],
  );
  const single = [
    ["auth.secret", config.auth.secret],
    ["metrics.token", config.metrics.token],
    ["livekit.api_secret", config.livekit.api_secret],
    ["database.url", passwordOf(config.database.url)],
    ["redis.url", passwordOf(config.redis.url)],
  ] as const;
  return [
    ...single.flatMap(([path, value]) => (value === undefined ? [] : [[path, value] as const])),
    ...issuers,
  ];
}

export function isLoopback(host: string): boolean {
  return /^(127\.[\d.]+|localhost|::1)$/i.test(host);
}

function passwordOf(url: string | undefined): string | undefined {
  const [, password] = /^[a-z]+:\/\/[^:@/]*:(.*)@/s.exec(url ?? "") ?? [];
  return password === undefined || password === "" ? undefined : password;
}
