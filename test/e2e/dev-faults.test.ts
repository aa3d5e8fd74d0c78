// Under `dev` the page shows what a rule throws while it runs, and what the page throws itself.
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { field, GameFolder, serve, type Serving } from "../cli/support/command.ts";
import { chromiumPath, openBrowser } from "./support/browser.ts";

/** A page that puts something else in its body when its room has ended, as the tutorial's does. */
const main = `import { connect } from "realmwright/client";
import type game from "../server.ts";
const client = await connect<typeof game>({ guest: {} });
const room = client.room ?? (await client.join("field"));
room.onLeft(({ code }) => document.body.replaceChildren("You are out: " + code));
document.title = "in";
`;
const tick = "tick() {\n        (undefined as unknown as { x: () => void }).x();\n      },\n      ";

describe.skipIf(chromiumPath === undefined)("errors of what runs under dev", () => {
  let browser: Browser;
  let game: GameFolder;
  let dev: Serving;
  let page: Page;
  let overlay: Locator;

  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  beforeEach(async () => {
    const html =
      '<!doctype html>\n<title>out</title>\n<script type="module" src="./main.ts"></script>\n';
    game = new GameFolder({ ...field, "client/index.html": html, "client/main.ts": main });
    dev = await serve(["dev", game.path, "--port", "0"]);
    page = await browser.newPage();
    overlay = page.locator("#realmwright-overlay");
    await page.goto(dev.url);
    await page.waitForFunction("document.title === 'in'");
  });
  afterEach(async () => {
    await page.close();
    await dev.child.stop();
    game.remove();
  });

  it("shows what a hook has thrown over a page that replaces its body, and over one opened later", async () => {
    const good = game.read("server.ts");
    game.write("server.ts", good.replace("join:", `${tick}join:`));
    await page.getByText("You are out: ROOM_FAILED").waitFor();
    const isTold = /^×?\s*Cannot read .+\nserver\.ts:11:\d+ \(its room has ended; .+\)\n[^]+\^/;
    await expect.poll(() => overlay.innerText()).toMatch(isTold);

    const later = await browser.newPage();
    await later.goto(dev.url);
    await expect.poll(() => later.locator("#realmwright-overlay").innerText()).toMatch(isTold);
    await later.close();

    game.write("server.ts", good);
    await page.waitForFunction("document.title === 'in'");
    await overlay.waitFor({ state: "hidden" });
  });

  it("shows what the page throws with the place in its source, until that is mended", async () => {
    game.write("client/main.ts", `${main}\n\nframee<string>("<img src=x onerror=alert(1)>");\n`);
    await expect
      .poll(() => overlay.innerText())
      .toMatch(
        /ReferenceError: framee is not defined\nclient\/main\.ts:9:1 \(in this page; .+\)\n/,
      );
    expect(await overlay.innerText()).toMatch(/^9: framee.+<img src=x.+\n +\^$/m);
    expect(await overlay.locator("img").count()).toBe(0);
    game.write("client/main.ts", main);
    await page.waitForFunction("document.title === 'in'");
    await overlay.waitFor({ state: "hidden" });
  });

  it("shows rejections that nothing took, and what is thrown and no error", async () => {
    game.write(
      "client/main.ts",
      'const go = async () => {\n  throw new Error("<b>no</b>");\n};\nvoid go();\n',
    );
    await expect
      .poll(() => overlay.innerText())
      .toMatch(/Error: <b>no<\/b>\nclient\/main\.ts:2:\d+ \(in this page; .+\)\n/);
    game.write("client/main.ts", "throw { toString: () => 'a stone' };\n");
    await expect.poll(() => overlay.innerText()).toMatch(/Thrown: a stone\n.*\(in this page; .+\)/);
  });

  it("is told once of what comes with each frame, and can be hidden", async () => {
    game.write(
      "client/main.ts",
      'globalThis.frames = 0;\nconst frame = () => {\n  requestAnimationFrame(frame);\n  frames++;\n  throw new Error("again");\n};\nframe();\n',
    );
    await expect.poll(() => overlay.innerText()).toContain("client/main.ts:5:");
    await overlay.getByRole("button").click();
    await overlay.waitFor({ state: "hidden" });
    await page.waitForFunction("globalThis.end ??= frames + 5, frames > globalThis.end");
    expect(await overlay.isVisible()).toBe(false);
  });
});
