// The flags of `dev` and `start`, each in a run that shows what it does.
import { once } from "node:events";
import { request } from "node:http";
import { networkInterfaces } from "node:os";
import { stripVTControlCharacters } from "node:util";
import WebSocket from "ws";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { begin, GameFolder, metric, serve, walkers, type Serving } from "./support/command.ts";

let game: GameFolder;
let running: Serving[];
beforeEach(() => {
  game = new GameFolder();
  running = [];
});
afterEach(async () => {
  for (const { child } of running) await child.stop();
  game.remove();
});

async function start(...flags: readonly string[]): Promise<Serving> {
  const serving = await serve(["start", game.path, "--port", "0", ...flags]);
  running.push(serving);
  return serving;
}

/** The status of an answer to a request with these headers. */
async function status(url: string, headers: Readonly<Record<string, string>>): Promise<number> {
  const asked = request(`${url}/readyz`, { headers }).end();
  const [answer] = (await once(asked, "response")) as [{ statusCode: number; resume(): void }];
  answer.resume();
  return answer.statusCode;
}

/** Opens a WebSocket: "open", or why not. */
async function socket(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly answer: string; readonly close: () => void }> {
  const ws = new WebSocket(`${url.replace("http", "ws")}/ws`, { headers });
  const answer = await new Promise<string>((resolve) => {
    ws.on("open", () => resolve("open"));
    ws.on("error", (error) => resolve(error.message));
  });
  return { answer, close: () => ws.terminate() };
}

describe("where it listens", () => {
  test("--port 0 takes any port, --host the address", async () => {
    const { url, port } = await start("--host", "127.0.0.2");
    expect(port).toBeGreaterThan(0);
    expect(url).toBe(`http://127.0.0.2:${port}`);
    expect(await status(url, {})).toBe(200);
    expect(await status(url, { host: "localhost" })).toBe(200);
  });

  test("-p names the port, and dev takes the very one that it is told", async () => {
    const { port, child } = await start();
    await child.stop();
    const again = await serve(["dev", game.path, "-p", String(port)]);
    running.push(again);
    expect(again.port).toBe(port);
  });

  test("--lan is for every name and address", async () => {
    const { port } = await start("--lan");
    const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
    const address = addresses.find(({ family }) => family === "IPv4")!.address;
    expect(await status(`http://${address}:${port}`, { host: "anything.example" })).toBe(200);
  });
});

describe("who may come", () => {
  test("--host-name lets requests by that name in, and by no other", async () => {
    const { url } = await start("--host-name", "a.example", "--host-name", "b.example");
    expect(await status(url, { host: "a.example" })).toBe(200);
    expect(await status(url, { host: "b.example:443" })).toBe(200);
    expect(await status(url, { host: "c.example" })).toBe(421);
  });

  test("--origin lets pages of that origin in, and of no other", async () => {
    const { url } = await start("--origin", "https://a.example/", "--origin", "http://b.example");
    for (const [origin, answer] of [
      ["https://a.example", "open"],
      ["http://b.example", "open"],
      ["http://a.example", "Unexpected server response: 403"],
    ] as const) {
      const opened = await socket(url, { origin });
      expect(opened.answer).toBe(answer);
      opened.close();
    }
  });

  test.each([
    [[], "Unexpected server response: 429"],
    [["--proxy-hops", "1"], "open"],
  ] as const)("%j: limits by address see what a proxy in front says: %s", async (flags, last) => {
    const { url } = await start(...flags);
    const opened = [];
    // one more than one address may have before it has authenticated
    for (let i = 0; i <= 20; i++) {
      opened.push(await socket(url, { "x-forwarded-for": `198.51.100.${i}` }));
    }
    for (const { close } of opened) close();
    expect(opened.slice(0, 20).every(({ answer }) => answer === "open")).toBe(true);
    expect(opened[20]?.answer).toBe(last);
  });
});

describe("how it runs", () => {
  test("--edges, and --log info, which tells of them on standard error", async () => {
    const { child, url } = await start("--edges", "2", "--log", "info");
    const listening = child.output.find((line) => line.includes('"msg":"listening"'))!;
    expect(JSON.parse(listening)).toMatchObject({ edges: 2, url });
    const { answer, close } = await socket(url);
    expect(answer).toBe("open");
    close();
  });

  test("--log silent says nothing but that it is ready and stopped", async () => {
    const { child } = await start("--log", "silent");
    await child.stop();
    expect(child.output.map((line) => (JSON.parse(line) as { event: string }).event)).toEqual([
      "ready",
      "stopped",
    ]);
  });

  test("--json speaks JSON to a terminal too; without it, it speaks to people", async () => {
    const flags = ["start", game.path, "--port", "0"];
    const toPeople = begin(flags, { isTerminal: true });
    await toPeople.until((output) => output.some((line) => line.includes("Ctrl-C stops it.")));
    await toPeople.stop();
    const said = stripVTControlCharacters(toPeople.output.join("\n"));
    expect(said).toContain("➜ Play");
    expect(said).not.toContain('"event"');
    const toMachines = begin(["--json", ...flags], { isTerminal: true });
    await toMachines.until((output) => output.some((line) => line.startsWith('{"event":"ready"')));
    await toMachines.stop();
    expect(toMachines.output.join("\n")).not.toContain("➜");
  });

  test("--bots sends so many in, --bots 0 none", async () => {
    game.write("bots.ts", walkers("somebody"));
    for (const [flags, count] of [
      [["--bots", "3"], 3],
      [[], 12],
      [["--bots", "0"], 0],
    ] as const) {
      const dev = await serve(["dev", game.path, "--port", "0", ...flags]);
      running.push(dev);
      if (count === 0) expect(dev.child.output.join("\n")).not.toContain('"event":"bots"');
      else await expect.poll(() => metric(dev.url, "realmwright_players"), slow).toBe(count);
      await dev.child.stop();
    }
  });
});

describe("how it ends", () => {
  test("with nobody connected it does not wait, whatever --grace says", async () => {
    const { child } = await start("--grace", "3600");
    await child.stop();
    expect(child.output.at(-1)).toBe('{"event":"stopped"}');
  });

  test("--grace: with somebody connected it goes on so long; a second signal ends it at once", async () => {
    game.write("bots.ts", walkers("one"));
    const { child, url } = await start("--grace", "3600");
    const bots = begin(["bots", "1", "--url", url, "--game", game.path]);
    await expect.poll(() => metric(url, "realmwright_players"), slow).toBe(1);
    child.signal("SIGTERM");
    await expect.poll(() => status(url, {}), slow).toBe(503);
    expect(await metric(url, "realmwright_players")).toBe(1);
    child.signal("SIGTERM");
    expect(await child.ended).toBe(130);
    await bots.stop();
  });

  test("--grace 0: who is connected is not waited for", async () => {
    game.write("bots.ts", walkers("one"));
    const { child, url } = await start("--grace", "0");
    const bots = begin(["bots", "1", "--url", url, "--game", game.path]);
    await expect.poll(() => metric(url, "realmwright_players"), slow).toBe(1);
    await child.stop();
    expect(child.output.at(-1)).toBe('{"event":"stopped"}');
    await bots.stop();
  });
});

const slow = { timeout: 30_000 };
