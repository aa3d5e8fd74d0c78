// Under `dev` the bots follow the source that is saved.
import { afterEach, beforeEach, expect, test } from "vitest";
import { GameFolder, metric, serve, walkers, type Serving } from "./support/command.ts";

let game: GameFolder;
let dev: Serving;
beforeEach(() => {
  game = new GameFolder();
});
afterEach(async () => {
  await dev.child.stop();
  game.remove();
});

const slow = { timeout: 30_000 };
const begin = async (...flags: readonly string[]): Promise<void> => {
  dev = await serve(["dev", game.path, "--port", "0", ...flags]);
};
const says = (line: string): Promise<void> =>
  dev.child.until((output) => output.some((one) => one === line));
const players = (): Promise<number> => metric(dev.url, "realmwright_players");

test("they come in when bots.ts is written, and behave anew when it is saved", async () => {
  await begin();
  expect(await players()).toBe(0);
  game.write("bots.ts", walkers("the first"));
  await says("the first walks");
  await expect.poll(players, slow).toBe(12);
  game.write("bots.ts", walkers("the second"));
  await says("the second walks");
  await expect.poll(players, slow).toBe(12);
  expect(dev.child.output.filter((line) => line.includes('"event":"bots"'))).toHaveLength(2);
});

test("what they share with the rules concerns them too, the page does not", async () => {
  await begin("--bots", "1");
  game.write("bots.ts", walkers("the first"));
  await says("the first walks");
  const sent = (): number =>
    dev.child.output.filter((line) => line.includes('"event":"bots"')).length;
  const reloaded = (): number =>
    dev.child.output.filter((line) => line.includes('"event":"reloaded"')).length;
  const [before, first] = [reloaded(), sent()];
  game.write("client/index.html", game.read("client/index.html").replace("Field", "Meadow"));
  await expect.poll(reloaded, slow).toBe(before + 1);
  expect(sent()).toBe(first);
  game.write("shared.ts", game.read("shared.ts").replace("max: 100", "max: 200"));
  await expect.poll(sent, slow).toBe(first + 1);
  await expect.poll(players, slow).toBe(1);
});

test("a mistake in bots.ts is shown with its place, and those who walk go on", async () => {
  await begin("--bots", "1");
  game.write("bots.ts", walkers("the first"));
  await says("the first walks");
  game.write("bots.ts", "export default nothing at all;");
  await dev.child.until((output) =>
    output.some((line) => /"event":"fault".*"bots\.ts:1:/.test(line)),
  );
  await expect.poll(players, slow).toBe(1);
  game.write("bots.ts", walkers("the third"));
  await says("the third walks");
});

test("when a rule has thrown and is mended, they come back", async () => {
  await begin("--bots", "1");
  game.write("bots.ts", walkers("the first"));
  await says("the first walks");
  const good = game.read("server.ts");
  const bad = good.replace(
    "join:",
    'tick() {\n        throw new Error("no more");\n      },\n      join:',
  );
  game.write("server.ts", bad);
  await expect.poll(players, slow).toBe(0);
  game.write("server.ts", good);
  await expect.poll(players, slow).toBe(1);
});

test("they go when `dev` is killed without a chance to send them away", async () => {
  await begin("--bots", "1");
  game.write("bots.ts", walkers("").replace('" walks"', "`pid ${process.pid}`"));
  const isPid = (line: string): boolean => line.startsWith("pid ");
  await dev.child.until((output) => output.some(isPid));
  const pid = Number(dev.child.output.find(isPid)?.slice(4));
  dev.child.signal("SIGKILL");
  await expect.poll(() => isRunning(pid), slow).toBe(false);
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    expect(error).toMatchObject({ code: "ESRCH" });
    return false;
  }
}
