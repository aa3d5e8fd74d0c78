import { randomBytes } from "node:crypto";
import { limits } from "@realmwright/protocol";
import { afterAll, expect, test } from "vitest";
import { systemClock } from "../scheduler/system-clock.ts";
import { ada } from "../scripting/game/testing/scripts-stage.ts";
import { refusal } from "../scripting/testing/embedded-stage.ts";
import { createServer } from "../server.ts";
import { RecordedLog } from "../testing/recorded-log.ts";
import { WsClient } from "../testing/ws-client.ts";
import { openBackend } from "./backend.ts";

const ends: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const end of ends.toReversed()) await end();
});

test("[S-LUA46] [S-LUA47] who comes to a room frees its place, and its end gives the lease back", async () => {
  const log = new RecordedLog();
  const secret = new Uint8Array(32).fill(5);
  const backend = await openBackend({
    game: "dens",
    secret,
    log,
    database: { url: "sqlite::memory:" },
    scripts: true,
    clock: systemClock(),
    random: (length) => randomBytes(length),
  });
  ends.push(() => backend.close());
  const { hot, scriptedRooms, scripts, services } = backend;
  const den = "-- room: den\nreturn realm.room({})";
  await scripts!.load(new Map(Object.entries({ den, open: "-- opens: den\nreturn ARGV[1]" })));
  const game = scriptedRooms!.whole(undefined);
  const server = createServer({ game, secret, log, http: { port: 0 }, services });
  await server.start();
  ends.push(() => server.stop());
  const open = (id: string): Promise<string> =>
    refusal(scripts!.run({ subject: ada, script: "open", args: { id } }));
  const { value: most } = limits.openedPerAccount;
  for (let i = 0; i < most; i++) expect(await open(`r${i}`)).toBe("none");
  expect(await open("more")).toBe("ROOMS_OPENED");
  const eve = await WsClient.open(server.url, { name: "Eve" });
  ends.push(async () => eve.socket.terminate());
  eve.send({ type: "join", id: 2, payload: { room: "r0" } });
  const { m } = (await eve.next("joined")).payload;
  await expect.poll(() => open("more")).toBe("none");
  expect(await open("r0")).toBe("ROOMS_OPENED");
  expect(await hot.leases.holder("room:r0")).toBeDefined();
  eve.send({ type: "leave", payload: { m } });
  await expect.poll(() => hot.leases.holder("room:r0")).toBeUndefined();
  expect(log.of("warn")).toEqual([]);
});
