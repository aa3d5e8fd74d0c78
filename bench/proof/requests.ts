import type { PasswordReset } from "@realmwright/server/internal";
import type { Caller } from "../../packages/server/src/testing/described-api.ts";
import { explore, type Share } from "../../packages/server/src/testing/explore.ts";
import { startServer } from "../backend/composition.ts";
import { countScript } from "../backend/settings.ts";
import { Asker, People } from "./people.ts";
import { World } from "./world.ts";

/** Of the requests for each operation, so many are served at least. */
const SERVED_MIN = 0.3;
/** Far above what is asked for. */
const OFTEN = 1_000_000_000;
/** What the server of this proof is not set up for: it is always refused, and well. */
const off: ReadonlySet<string> = new Set(["media.token"]);
const noHash = { cost: { memoryKib: 8, passes: 1, lanes: 1 } };

export interface RequestsOptions {
  /** Of the database. */
  readonly url: string;
  /** Requests in all, the same number for each path of each operation. */
  readonly count: number;
  readonly seed: number;
}

/** Of an OpenAPI document, what is read here. */
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { "x-roles"?: string[] }>>>>;
}

/**
 * Asks a server over HTTP for all that its own document describes, in every role, well and badly. Rejects with the first answer
 * that is a 5xx, is not as described, or is good for who may not; and when fewer than 30 % of the requests for an operation were
 * served, which would prove little.
 */
export async function proveRequests({
  url,
  count,
  seed,
}: RequestsOptions): Promise<ReadonlyMap<string, Share>> {
  const resets: PasswordReset[] = [];
  const running = await startServer({
    url,
    secret: crypto.getRandomValues(new Uint8Array(32)),
    scripts: { count: countScript },
    limits: { accountChangesPerMinute: OFTEN, ticketsPerMinute: OFTEN },
    hashing: noHash,
    deliverReset: async (reset) => void resets.push(reset),
    isProxied: true,
  });
  const asker = new Asker(running.server.port);
  try {
    const world = new World(asker, new People(asker, running.backend.store), resets);
    await world.prepare();
    const document = await asker.must<Document>({ method: "GET", path: "/openapi.json" });
    const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
    const shares = await explore({
      document,
      callers: callersOf(operations.flatMap(({ "x-roles": roles = [] }) => roles)),
      runs: Math.ceil(count / operations.length),
      seed,
      known: world.known,
      suits: world.suits,
      isAllowed: world.isAllowed,
      send: world.send,
    });
    mustBeServed(shares);
    return shares;
  } finally {
    asker.close();
    await running.close();
  }
}

function callersOf(roles: readonly string[]): Caller[] {
  return [
    { name: "nobody", role: undefined, headers: {} },
    { name: "a stranger", role: undefined, headers: { authorization: "Bearer e30.e30.e30" } },
    { name: "guest", role: "player", headers: {} },
    ...[...new Set(roles)].map((role) => ({ name: role, role, headers: {} })),
  ];
}

function mustBeServed(shares: ReadonlyMap<string, Share>): void {
  const few = [...shares]
    .filter(([name, { asked, served }]) => !off.has(name) && served / asked < SERVED_MIN)
    .map(([name, { asked, served }]) => `${name} (${served} of ${asked})`);
  if (few.length > 0) throw new Error(`too few requests were served for ${few.join(", ")}`);
}
