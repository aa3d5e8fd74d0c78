// Under `dev` a game may get its page while it runs.
import { rmSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { field, GameFolder, serve, type Serving } from "./support/command.ts";

let game: GameFolder;
let dev: Serving;
beforeEach(async () => {
  const { "client/index.html": _, ...rules } = field;
  game = new GameFolder(rules);
  dev = await serve(["dev", game.path, "--port", "0"]);
});
afterEach(async () => {
  await dev.child.stop();
  game.remove();
});

const slow = { timeout: 30_000 };
const shown = async (): Promise<string> => (await fetch(dev.url)).text();

test("it says what to create, and shows it as soon as it is there", async () => {
  expect(await shown()).toContain("Create <code>client/index.html</code>");
  // by this the browser that waits there loads what comes
  expect(await shown()).toContain("/dev/page.js");

  game.write(
    "client/index.html",
    '<!doctype html>\n<title>Field</title>\n<script type="module" src="./main.ts"></script>\n',
  );
  // a page is saved file by file
  const isFault = (line: string): boolean => line.includes('"event":"fault"');
  await dev.child.until((output) => output.some(isFault));
  expect(await shown()).toContain("It has no page yet.");
  game.write("client/main.ts", "document.title = String(1 + 1);\n");
  await expect.poll(shown, slow).toContain("<title>Field</title>");
  expect((await fetch(`${dev.url}/main.js`)).status).toBe(200);

  game.write("client/index.html", game.read("client/index.html").replace("Field", "Meadow"));
  await expect.poll(shown, slow).toContain("<title>Meadow</title>");
});

test("a page that is taken away is served no longer", async () => {
  game.write("client/index.html", field["client/index.html"]!);
  await expect.poll(shown, slow).toContain("<title>Field</title>");
  rmSync(path.join(game.path, "client"), { recursive: true });
  await expect.poll(shown, slow).toContain("It has no page yet.");
});
