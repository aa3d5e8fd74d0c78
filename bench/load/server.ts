import { createLog, createServer } from "@realmwright/server";
import { arena } from "./arena.ts";
import { Desk, settings } from "./desk.ts";
import type { Scene } from "./scene.ts";

/* Our side of `load`: the server as anybody would run it, in a process of its own. */

const { scene, edges, secret } = settings<{ scene: Scene; edges: number; secret: string }>();
const desk = new Desk(() => {
  const { counters, rooms } = server.stats();
  const closed = Object.values(counters.closed).reduce((sum, count) => sum + count, 0);
  return { closed, players: rooms.reduce((sum, { players }) => sum + players, 0) };
});
const server = createServer({
  game: arena(scene, desk),
  secret: Buffer.from(secret),
  edges,
  http: { port: 0 },
  log: createLog({ level: "warn" }),
});
await server.start();
desk.listening(server.port);
