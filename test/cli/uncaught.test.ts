// What a game starts by itself, and nobody catches, costs no more than the room that started it.
import { afterEach, beforeEach, expect, test } from "vitest";
import { GameFolder, metric, serve, type Serving } from "./support/command.ts";

let game: GameFolder;
let running: Serving | undefined;
beforeEach(() => {
  game = new GameFolder();
  running = undefined;
});
afterEach(async () => {
  await running?.child.stop();
  game.remove();
});

/** Each room fails in its own way, but for the calm one. */
const strays = `import { defineGame, room } from "realmwright";
const once = (fail: () => void) =>
  room({ permanent: true, tick: (at) => void (at.tick === 5 && fail()) });
const fail = (): void => {
  throw new Error("a stray");
};
export default defineGame({
  name: "strays",
  rooms: {
    calm: room({ permanent: true }),
    timeout: once(() => void setTimeout(fail, 5)),
    interval: once(() => {
      const interval = setInterval(() => {
        clearInterval(interval);
        fail();
      }, 5);
    }),
    microtask: once(() => queueMicrotask(fail)),
    rejection: once(() => void Promise.reject(new Error("a stray"))),
    awaited: once(() => void (async () => (await undefined, fail()))()),
  },
});
`;

/** Begun by no room, it throws when a room says so. */
const nobodys = `import { defineGame, room } from "realmwright";
let isTime = false;
setInterval(() => {
  if (isTime) throw new Error("nobody's");
}, 10);
const field = room({
  permanent: true,
  tick: (at) => void (isTime ||= at.tick === 10),
  dispose: () => console.log("in good order"),
});
export default defineGame({ name: "field", rooms: { field } });
`;

test.each(["start", "dev"])(
  "[S-ROOM13] [S-LIFE5] %s: a stray exception ends its own room, a stray rejection none",
  async (command) => {
    game.write("server.ts", strays);
    running = await serve([command, game.path, "--port", "0"]);
    const { url, child } = running;
    const uncaught = (kind: string): Promise<number> =>
      metric(url, `realmwright_uncaught_total{kind="${kind}"}`);
    await expect.poll(() => uncaught("exception"), slow).toBe(3);
    await expect.poll(() => uncaught("rejection"), slow).toBe(2);
    for (const room of ["timeout", "interval", "microtask"]) {
      const failed = `realmwright_rooms_failed_total{room="${room}"}`;
      expect(await metric(url, failed), room).toBe(1);
      await expect.poll(() => metric(url, `realmwright_rooms{room="${room}"}`), slow).toBe(0);
    }
    for (const room of ["calm", "rejection", "awaited"]) {
      expect(await metric(url, `realmwright_rooms{room="${room}"}`), room).toBe(1);
    }
    expect(await metric(url, "realmwright_rooms_failed_total")).toBe(3);
    await child.stop();
    expect(await child.ended).toBe(0);
    const logged = child.output.filter((line) => line.includes('"level":50'));
    expect(logged).toHaveLength(5);
    for (const line of logged) {
      const { error } = JSON.parse(line) as { error: { message: string; stack: string } };
      expect(error.message).toBe("a stray");
      expect(error.stack).toContain("server.ts:");
    }
  },
);

test("[S-LIFE5] start ends in good order, with the place, when something was thrown outside of every room", async () => {
  game.write("server.ts", nobodys);
  running = await serve(["start", game.path, "--port", "0"]);
  const { child } = running;
  expect(await child.ended).toBe(1);
  const said = child.output.join("\n");
  expect(said).toContain("in good order");
  expect(said).toMatch(/^✗ server\.ts:4:\d+ {2}nobody's$/m);
  expect(said).toMatch(/"code":"INTERNAL".*"msg":"Nothing caught an exception\."/);
});

test("[S-LIFE5] dev goes on, so that what is saved next can mend it", async () => {
  game.write("server.ts", nobodys);
  running = await serve(["dev", game.path, "--port", "0"]);
  const { child, url } = running;
  await expect.poll(() => metric(url, "realmwright_uncaught_total"), slow).toBeGreaterThan(2);
  expect(await metric(url, "realmwright_rooms")).toBe(1);
  expect(await metric(url, "realmwright_rooms_failed_total")).toBe(0);
  await child.stop();
  expect(await child.ended).toBe(0);
});

const slow = { timeout: 30_000 };
