import { Desk, settings } from "../load/desk.ts";
import { startServer } from "./composition.ts";
import { countScript, memberName, memberPassword, type BackendSettings } from "./settings.ts";

/*
 * Our server with accounts, objects and scripts in a process of its own, as benches and proofs fork it. It says where it
 * listens once its members are registered.
 */

/** Registrations at once: with more of them the hashing of passwords would refuse some. */
const atOnce = 32;

const { url, secret, members = 0 } = settings<BackendSettings>();
const desk = new Desk(() => ({ closed: {}, sessions: 0, players: 0 }), 1_000);
const { backend, server } = await startServer({
  url,
  secret: Buffer.from(secret),
  scripts: { count: countScript },
});
const register = backend.identity.operations.find(({ name }) => name === "accounts.register")!;
const call = { subject: undefined, address: "127.0.0.1" };
for (let done = 0; done < members; done += atOnce) {
  const some = Array.from({ length: Math.min(atOnce, members - done) }, (_, i) =>
    register.run(call, { username: memberName(done + i), password: memberPassword }),
  );
  await Promise.all(some);
}
desk.listening(server.port);
