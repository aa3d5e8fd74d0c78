import { createLog, createServer } from "@realmwright/server";
import { arena } from "./arena.ts";
import { Desk, settings } from "./desk.ts";
import type { Scene } from "./scene.ts";

/* Our side of `load`: the server as anybody would run it, in a process of its own. */

interface Settings {
  readonly scene: Scene;
  readonly edges: number;
  readonly secret: string;
  /** Milliseconds from one look at the server to the next. */
  readonly momentMs?: number;
}

const { scene, edges, secret, momentMs } = settings<Settings>();
const desk = new Desk(() => {
  const { counters, rooms, sessions } = server.stats();
  const players = rooms.reduce((sum, room) => sum + room.players, 0);
  // The server goes on counting in the one that it gives.
  return { closed: { ...counters.closed }, sessions, players };
}, momentMs);
const server = createServer({
  game: arena(scene, desk),
  secret: Buffer.from(secret),
  edges,
  http: { port: 0 },
  log: createLog({ level: "warn" }),
});
await server.start();
desk.listening(server.port);
