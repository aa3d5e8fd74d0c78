import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { connect } from "node:net";
import { dirname } from "node:path";
import { createLog } from "@realmwright/server";
import { systemClock, tryDatabase } from "@realmwright/server/internal";
import { storeFailure } from "../commands/database.ts";
import type { Config } from "../config/config.ts";
import { failure, ok, warning, type Finding } from "./finding.ts";

const timeoutMs = 2000;
const portByDefault = 5432;
/** PostgreSQL's SSLRequest: its length, and a number that is no protocol version. */
const sslRequest = Uint8Array.of(0, 0, 0, 8, 4, 210, 22, 47);

/** Says whether the database is there. PostgreSQL is asked whether it speaks TLS, then logged in to; nothing is changed. */
export async function checkDatabase({ database }: Config): Promise<Finding> {
  const { url } = database;
  const version = `SQLite ${process.versions["sqlite"]}`;
  if (url === undefined) return ok("database", `${version} in the game's folder`);
  if (url === "sqlite::memory:") {
    return warning("database", `${version} in memory: gone at the end`, "Name a file.");
  }
  if (url.startsWith("sqlite:")) {
    const folder = dirname(url.slice("sqlite:".length));
    return existsSync(folder)
      ? ok("database", `${version}, ${url.slice("sqlite:".length)}`)
      : failure("database", `there is no folder ${folder}`, "Create it, or mend database.url.");
  }
  return await checkPostgres(url);
}

async function checkPostgres(url: string): Promise<Finding> {
  const { place, mode, ...target } = targetOf(url);
  const begun = performance.now();
  const socket = connect(target.path === undefined ? target : { path: target.path });
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    await once(socket, "connect", { signal });
    socket.write(sslRequest);
    const [answer] = (await once(socket, "data", { signal })) as [Uint8Array];
    const tookMs = (performance.now() - begun).toFixed(1);
    const letter = answer.length === 1 ? String.fromCodePoint(answer[0]!) : "";
    if (letter !== "S" && letter !== "N") {
      const remedy = "Look at host and port in database.url.";
      return failure("database", `what answers at ${place} is no PostgreSQL`, remedy);
    }
    const isTls = letter === "S";
    const found = `PostgreSQL at ${place} answers in ${tookMs} ms, ${isTls ? "with" : "without"} TLS`;
    const needsTls = mode !== undefined && mode !== "disable";
    if (needsTls && !isTls) {
      return failure("database", found, `It must speak TLS for sslmode=${mode}.`);
    }
    return await checkLogin(url, found);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = signal.aborted ? `no answer within ${timeoutMs} ms` : (code ?? "it closed");
    return failure("database", `${place}: ${why}`, "Start it, or mend database.url.");
  } finally {
    socket.destroy();
  }
}

/** @param found what is known of it so far. */
async function checkLogin(url: string, found: string): Promise<Finding> {
  const silent = createLog({ level: "silent" });
  const clock = systemClock();
  try {
    await tryDatabase({ url, waitMs: timeoutMs, clock, random: randomBytes, log: silent });
    return ok("database", `${found}; the login and a statement work`);
  } catch (error) {
    const known = storeFailure(error, url);
    if (known === undefined) throw error;
    return failure("database", `${found}; ${known.message}`, known.remedy);
  }
}

function targetOf(address: string): {
  readonly host: string;
  readonly port: number;
  readonly path: string | undefined;
  readonly place: string;
  readonly mode: string | undefined;
} {
  // With a socket's folder the host stands in the query alone.
  const url = new URL(URL.canParse(address) ? address : address.replace("@/", "@localhost/"));
  const said = url.searchParams.get("host");
  const host = said ?? url.hostname.replaceAll(/[[\]]/g, "");
  const port = Number(url.searchParams.get("port") ?? url.port) || portByDefault;
  const path = host.startsWith("/") ? `${host}/.s.PGSQL.${port}` : undefined;
  const mode = url.searchParams.get("sslmode") ?? undefined;
  return { host, port, path, place: path ?? `${host}:${port}`, mode };
}
