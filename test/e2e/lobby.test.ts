// The game lobby as people play it: tables, codes, four in a row, spectators, chat.
import type { Browser, BrowserContextOptions, Locator, Page } from "playwright-core";
import { connect } from "realmwright/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GameFolder, serve } from "../cli/support/command.ts";
import { chromiumPath, openBrowser, phone } from "./support/browser.ts";
import { realmwright, type Running } from "./support/realmwright.ts";

const desktop: BrowserContextOptions = { viewport: { width: 1280, height: 800 } };

describe.skipIf(chromiumPath === undefined)("the game lobby", () => {
  let server: Running;
  let browser: Browser;
  let ann: Page;
  let ben: Page;
  let cid: Page;
  let code: string;
  const faults: string[] = [];

  const visit = async (name: string, hash: string, device = desktop): Promise<Page> => {
    const page = await (await browser.newContext(device)).newPage();
    page.on("pageerror", (error) => faults.push(`${name}: ${error.message}`));
    await page.goto(`${server.url}/${hash}`);
    await page.getByLabel("Your name").fill(name);
    await page.getByRole("button", { name: "Come in" }).click();
    return page;
  };

  const shows = (page: Page, text: string | RegExp): Promise<void> =>
    page.locator("#phase").filter({ hasText: text }).waitFor();

  beforeAll(async () => {
    server = await realmwright(["start", "games/lobby", "--port", "0"]);
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  it("opens a table, which others find in the list and by its code", async () => {
    ann = await visit("Ann", "");
    await ann.locator("#table-name").fill("Friday");
    await ann.locator("#table-players").selectOption("2");
    await ann.getByRole("button", { name: "Open", exact: true }).click();
    await shows(ann, "Send the code");
    code = (await ann.locator("#copy").textContent())!;
    expect(code).toMatch(/^[2-9A-HJ-NP-Z]{6}$/);
    expect(new URL(ann.url()).hash).toBe(`#${code}`);

    ben = await visit("Ben", `#${code}`, phone);
    await shows(ben, "2 to go");
    cid = await visit("Cid", "");
    await cid.locator(".line", { hasText: "Friday" }).getByText("2 of 2").waitFor();
    await cid.getByRole("button", { name: "Watch Friday" }).click();
    await ann.getByText("Watching: Cid").waitFor();
    expect(await cid.locator("#ready").isVisible()).toBe(false);
  });

  it("lets who watches watch on after the page is loaded anew, at a full table too", async () => {
    expect(new URL(cid.url()).hash).toBe(`#${code}/watch`);
    await cid.getByText("You are watching.").waitFor();
    await cid.reload();
    await cid.getByText("You are watching.").waitFor();
    await ann.getByText("Watching: Cid").waitFor();
    await expect.poll(() => ann.locator(".player").allInnerTexts()).toHaveLength(2);
    expect(new URL(cid.url()).hash).toBe(`#${code}/watch`);
  });

  it("walks tokens about, chats, and lets the host alone change the table", async () => {
    const before = await tokenOf(ben, "Ann").boundingBox();
    const floor = (await ann.locator("#floor").boundingBox())!;
    await ann.mouse.click(floor.x + floor.width * 0.8, floor.y + floor.height * 0.8);
    await ben.waitForFunction(
      ([name, x]) => {
        const tokens = [...document.querySelectorAll(".token")];
        const token = tokens.find(({ textContent }) => textContent === name);
        return token !== undefined && token.getBoundingClientRect().x > x + 20;
      },
      ["Ann", before!.x] as const,
    );

    await cid.getByLabel("Say something").fill("Good luck!");
    await cid.keyboard.press("Enter");
    // on a phone it waits behind a button, and is counted
    await ben.getByRole("button", { name: "Chat, 1 unread" }).tap();
    for (const page of [ann, ben, cid]) {
      await page.locator("#chat-log li", { hasText: "Cid Good luck!" }).waitFor();
    }
    await ben.getByRole("button", { name: "Close the chat" }).tap();
    await ben.getByRole("button", { name: "Chat", exact: true }).waitFor();

    expect(await ben.locator("#settings").isVisible()).toBe(false);
    await ann.getByText("Settings").click();
    await ann.getByLabel("Note to all").fill("Best of three");
    // what is written there stays while others do something
    await ann.locator("#chat-text").focus();
    await ben.getByRole("button", { name: "Ready" }).click();
    await shows(ann, "1 to go");
    expect(await ann.getByLabel("Note to all").inputValue()).toBe("Best of three");
    await ben.getByRole("button", { name: "Ready ✓" }).click();
    await shows(ann, "2 to go");
    await ann.getByRole("button", { name: "Save" }).click();
    await ann.getByText("Saved ✓").waitFor();
    for (const page of [ben, cid]) {
      await page.locator(".note", { hasText: "Best of three" }).waitFor();
    }
  });

  it("plays a round, a spectator looking on", async () => {
    for (const page of [ann, ben]) await page.getByRole("button", { name: "Ready" }).click();
    await shows(ann, "Your move");
    await shows(ben, "Ann moves");
    expect(await ben.getByRole("button", { name: "Column 1" }).isDisabled()).toBe(true);
    for (let turn = 0; turn < 3; turn++) {
      await ann.getByRole("button", { name: "Column 1" }).click();
      await shows(ben, "Your move");
      await ben.getByRole("button", { name: "Column 2" }).tap();
      await shows(ann, "Your move");
    }
    await ann.keyboard.press("1");
    await shows(ann, "You have won!");
    for (const page of [ben, cid]) await shows(page, "Ann has won.");
    expect(await cid.locator(".cell.won").count()).toBe(4);
    expect(await ben.locator(".player", { hasText: "Ann" }).locator(".score").textContent()).toBe(
      "1 round won",
    );
  });

  it("keeps the seat of a page that is loaded anew, and plays again", async () => {
    await ann.reload();
    await shows(ann, "You have won!");
    for (const page of [ben, ann]) await page.getByRole("button", { name: "Play again" }).click();
    await shows(ben, "Your move");
    await shows(ann, "Ben moves");
    expect(await ann.locator(".player", { hasText: "Ben" }).getAttribute("class")).toContain(
      "turn",
    );
  });

  it("gives the table to who stays, and says where there is none", async () => {
    await ann.getByRole("button", { name: "Leave the table" }).click();
    await ann.getByRole("heading", { name: "Tables", exact: true }).waitFor();
    await shows(ben, "You have won! Ann has left.");
    await ben.locator("#settings").waitFor();
    await ann.getByLabel("Code").fill("222222");
    await ann.getByRole("button", { name: "Join", exact: true }).click();
    await ann.getByText("There is no table of that code.").waitFor();
    await ben.getByRole("button", { name: "Leave the table" }).click();
    await cid.goBack();
    await cid.getByRole("heading", { name: "Tables", exact: true }).waitFor();
    expect(new URL(cid.url()).hash).toBe("");
    await ann.getByText("No table is open.").waitFor();
    expect(faults).toEqual([]);
  });

  it("says that the server was restarted, to a page that stays and to one that is loaded", async () => {
    await ann.getByRole("button", { name: "Open", exact: true }).click();
    await shows(ann, "Send the code");
    const { hash } = new URL(ann.url());
    const dan = await visit("Dan", hash);
    await shows(dan, "2 to go");
    await dan.goto("about:blank");
    const { port } = server;
    await server.stop();
    server = await realmwright(["start", "games/lobby", "--port", String(port)]);
    await ann.locator("#home-notice", { hasText: "The server is restarted" }).waitFor();
    await dan.goto(server.url + hash);
    await dan.locator("#home-notice", { hasText: "the server was restarted" }).waitFor();
    expect(faults).toEqual([]);
  });
});

describe.skipIf(chromiumPath === undefined)("a game of scripts under dev", () => {
  it("shows a script that does not load over its page, until it is mended", async () => {
    const good = "-- room: hall\nlocal room = {}\nreturn realm.room(room)\n";
    const page = "<!doctype html>\n<title>Hall</title>\n";
    const game = new GameFolder({ "scripts/hall.lua": good, "client/index.html": page });
    const dev = await serve(["dev", game.path, "--port", "0"]);
    const browser = await openBrowser();
    try {
      const shown = await browser.newPage();
      await shown.goto(dev.url);
      const overlay = shown.locator("#realmwright-overlay");
      game.write("scripts/hall.lua", good.replace("{}", "= {}"));
      await overlay.waitFor();
      expect(await overlay.innerText()).toMatch(
        /unexpected symbol near '='\nscripts\/hall\.lua:2[^]+2: local room = = \{\}/,
      );
      game.write("scripts/hall.lua", good);
      await overlay.waitFor({ state: "hidden" });

      // what fails as it runs, in a call and in a room
      game.write("scripts/say.lua", "local none\nreturn none.text\n");
      const failing = `-- room: hall
local room = {}
function room.join(state, player)
  state.seats[1] = player.name
end
return realm.room(room)
`;
      await dev.child.until((output) => output.filter(isReloaded).length === 2);
      const client = await connect({ url: dev.url, guest: { name: "Ada" }, storage: null });
      await expect(client.rpc("say")).rejects.toMatchObject({ code: "SCRIPT_FAILED" });
      await overlay.waitFor();
      expect(await overlay.innerText()).toMatch(/none[^]+scripts\/say\.lua:2[^]+return none\.text/);
      game.write("scripts/hall.lua", failing);
      await overlay.waitFor({ state: "hidden" });
      await client.join("hall").catch(() => undefined);
      await overlay.waitFor();
      expect(await overlay.innerText()).toMatch(/seats[^]+scripts\/hall\.lua:4[^]+player\.name/);
      client.close();
    } finally {
      await browser.close();
      await dev.child.stop();
      game.remove();
    }
  });
});

function isReloaded(line: string): boolean {
  return line.startsWith('{"event":"reloaded"');
}

function tokenOf(page: Page, name: string): Locator {
  return page.locator(".token", { hasText: name });
}
