import { randomBytes } from "node:crypto";
import { createLog, Objects, openStore } from "@realmwright/server";
import { systemClock } from "@realmwright/server/internal";
import { accountOf, batchWrites, objectsEach, toldWork, value, workOn } from "./work.ts";

/* Our store of objects, as rooms, RPC and HTTP use it: permissions, versions, limits and idempotency keys included. */

const about = toldWork();
const clock = systemClock();
const random = (length: number): Uint8Array => randomBytes(length);
const store = await openStore({ url: about.url, clock, random, log: createLog({ level: "warn" }) });
const objects = new Objects(store, { clock, random });
const subjects = Array.from({ length: about.callers }, (_, caller) => {
  const account = accountOf(caller);
  return { account, name: "bench", role: "player", isGuest: false, session: account } as const;
});
const placeOf = (caller: number, n: number) => {
  return { owner: accountOf(caller), collection: "bench", key: `k${n % objectsEach}` };
};

const players = subjects.map(({ account: id }) => ({ id, username: `bench-${id}` }));
await store.db
  .insertInto("players")
  .values(players.map((player) => ({ ...player, email: null, metadata: null })))
  .onConflict((on) => on.doNothing())
  .execute();
for (const [caller, subject] of subjects.entries()) {
  for (let n = 0; n < objectsEach; n++) {
    await objects.batch(subject, [{ op: "write", ...placeOf(caller, n), value }]);
  }
}
const run = randomBytes(6).toString("hex");
await workOn(about, async (caller, n) => {
  const subject = subjects[caller]!;
  if (about.kind === "read") {
    const found = await objects.read(subject, placeOf(caller, n));
    if (found?.value["level"] !== value.level) throw new Error("another object was read");
  } else if (about.kind === "write") {
    await objects.batch(subject, [{ op: "write", ...placeOf(caller, n), value }]);
  } else {
    const all = Array.from({ length: batchWrites }, (_, i) => {
      return { op: "write" as const, ...placeOf(caller, n + i), value };
    });
    await objects.batch(subject, all, `${run}-${n}`);
  }
});
await store.close();
