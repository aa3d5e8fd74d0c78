// The game lobby by keyboard alone, by other names, from other places, and by who may not.
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { connect } from "realmwright/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
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

  const open = async (hash: string, device = desktop): Promise<Page> => {
    const page = await (await browser.newContext(device)).newPage();
    page.setDefaultTimeout(15_000);
    page.on("pageerror", (error) => faults.push(error.message));
    await page.goto(`${server.url}/${hash}`);
    return page;
  };
  const visit = async (name: string, hash: string, device = desktop): Promise<Page> => {
    const page = await open(hash, device);
    await page.getByLabel("Your name").fill(name);
    await page.getByRole("button", { name: "Come in" }).click();
    return page;
  };
  const shows = (page: Page, text: string): Promise<void> =>
    page.locator("#phase").filter({ hasText: text }).waitFor();
  const hears = (page: Page, text: string): Promise<void> =>
    page.locator("#told").filter({ hasText: text }).waitFor({ state: "attached" });
  /** Presses Tab until what has the focus is called so. Fails where one does not get there. */
  const tabTo = async (page: Page, selector: string): Promise<void> => {
    for (let i = 0; i < 40; i++) {
      if (await page.locator(`${selector}:focus`).count()) return;
      await page.keyboard.press("Tab");
    }
    throw new Error(`the tab key does not lead to ${selector}`);
  };

  beforeAll(async () => {
    server = await realmwright(["start", "games/lobby", "--port", "0"]);
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  it("is played to its end by the keyboard alone, and what happens is told", async () => {
    ann = await open("", { ...desktop, reducedMotion: "reduce" });
    await ann.locator("#name:focus").waitFor();
    await ann.keyboard.type("Ann");
    await ann.keyboard.press("Enter");
    await ann.locator("#home h1:focus").waitFor();
    await tabTo(ann, "#table-name");
    await ann.keyboard.type("Keys");
    await tabTo(ann, "#table-players");
    await ann.keyboard.press("2");
    await tabTo(ann, "#create-form button");
    await ann.keyboard.press("Enter");
    await shows(ann, "Send the code");
    code = (await ann.locator("#copy").textContent())!;
    ben = await visit("Ben", `#${code}`, phone);
    await shows(ann, "2 to go");
    await tabTo(ann, "#ready");
    await ann.keyboard.press("Enter");
    await ben.getByRole("button", { name: "Ready" }).tap();
    await hears(ann, "Your move");

    await tabTo(ann, "#board .column");
    expect(
      await ann
        .locator(".column:focus")
        .evaluate((column) => getComputedStyle(column).outlineStyle),
    ).toBe("solid");
    await ann.keyboard.press("Home");
    for (let turn = 0; turn < 3; turn++) {
      await ann.keyboard.press("Enter");
      await hears(ben, `Ann has played column 1. Your move`);
      await ben.getByRole("button", { name: "Column 2" }).tap();
      await hears(ann, "Ben has played column 2. Your move");
      // whose turn it is not stays where it was
      expect(await ann.locator(".column:focus").getAttribute("aria-label")).toMatch(
        /^Column 1: Ann/,
      );
    }
    expect(await ann.locator(".column").nth(1).getAttribute("aria-label")).toBe(
      "Column 2: Ben, Ben, Ben",
    );
    await ann.keyboard.press("ArrowRight");
    await ann.keyboard.press("ArrowLeft");
    await ann.keyboard.press("Space");
    await hears(ann, "You have won!");
    await hears(ben, "Ann has won.");
    const moving = await ann.evaluate(() => document.getAnimations().length);
    expect(moving).toBe(0);
  });

  it("lets who finds no place watch, and take one when there is one", async () => {
    cid = await visit("Cid", `#${code}`);
    await cid.getByText("All places at that table are taken.").waitFor();
    await cid.getByRole("button", { name: "Watch that table" }).click();
    await cid.getByText("You are watching.").waitFor();
    expect(await cid.locator("#take-seat").isVisible()).toBe(false);
    await ann.getByText("Settings").click();
    await ann.locator("#set-players").selectOption("3");
    await ann.getByRole("button", { name: "Save" }).click();
    await cid.getByRole("button", { name: "Take a seat" }).click();
    await cid.locator("#ready").waitFor();
    await ben.locator(".player", { hasText: "Cid" }).waitFor();
    expect(new URL(cid.url()).hash).toBe(`#${code}`);
    await cid.getByRole("button", { name: "Watch instead" }).click();
    await cid.getByText("You are watching.").waitFor();
    expect(new URL(cid.url()).hash).toBe(`#${code}/watch`);
    await expect.poll(() => ben.locator(".player").count()).toBe(2);
    await ben.getByText("Watching: Cid").waitFor();
  });

  it("shows another name to all at once, and goes by it after the page is loaded anew", async () => {
    await cid.getByRole("button", { name: "Change name" }).click();
    await cid.getByLabel("Your new name").fill("ann");
    await cid.getByRole("button", { name: "Take it" }).click();
    await cid.getByText("Somebody else at this table has that name.").waitFor();
    await cid.getByLabel("Your new name").fill("Zo\u202eë \u200b");
    await cid.keyboard.press("Enter");
    for (const page of [ann, ben]) await page.getByText("Watching: Zoë").waitFor();
    await cid.reload();
    await cid.getByText("You are watching.").waitFor();
    await ann.getByText("Watching: Zoë").waitFor();

    await ann.getByRole("button", { name: "Change name" }).click();
    await ann.getByLabel("Your new name").fill("Anna");
    await ann.keyboard.press("Enter");
    await ben.locator(".player", { hasText: "Anna" }).waitFor();
    await ann.reload();
    await ann.locator(".player", { hasText: "Anna (you)" }).waitFor();
    await expect.poll(() => ben.locator(".player").count()).toBe(2);
    await shows(ben, "Anna has won.");
  });

  it("keeps what was said for who comes and who comes back", async () => {
    await cid.getByLabel("Say something").fill("\u202eHello\u0007  all ");
    await cid.keyboard.press("Enter");
    await ann.locator("#chat-log li", { hasText: /^Zoë Hello all$/ }).waitFor();
    await ann.reload();
    await ann.locator("#chat-log li", { hasText: "Zoë Hello all" }).waitFor();
    await ben.reload();
    await shows(ben, "Anna has won.");
    // nothing of it is news
    await ben.getByRole("button", { name: "Chat", exact: true }).tap();
    await ben.locator("#chat-log li", { hasText: "Zoë Hello all" }).waitFor();
    await ben.getByLabel("Say something").fill("Hi");
    await ben.keyboard.press("Enter");
    await ben.keyboard.press("Escape");
    await expect.poll(() => ben.locator("#chat").isVisible()).toBe(false);
    await ann.locator("#chat-said", { hasText: "Ben: Hi" }).waitFor({ state: "attached" });
  });

  it("gives nothing to strangers", async () => {
    const client = await connect({ url: server.url, guest: { name: "Eve" }, storage: null });
    const answer = async (script: string, args: object): Promise<unknown> => {
      try {
        return await client.rpc(script, { room: code, ...args });
      } catch (error) {
        const { code: own, refusal } = error as { code: string; refusal?: { code: string } };
        return refusal?.code ?? own;
      }
    };
    expect(await answer("say", { text: "Boo" })).toBe("NOT_HERE");
    expect(await answer("rename", { name: "Ben" })).toBe("NAME_TAKEN");
    expect(await answer("rename", { name: "Eve" })).toBe("NOT_HERE");
    expect(await answer("move_player", { x: 1, y: 1 })).toBe("FORBIDDEN");
    expect(await answer("update_state", { set: { note: "Boo" } })).toBe("FORBIDDEN");
    expect(await answer("say", { room: "../x", text: "Boo" })).not.toMatchObject({ line: 1 });
    client.close();
    expect(await ann.locator("#chat-log li").count()).toBe(2);
    expect(faults).toEqual([]);
  });
});
