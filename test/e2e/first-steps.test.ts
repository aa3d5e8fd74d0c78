// What somebody sees who comes into the game realm for the first time, by the first screen.
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, chromiumPath, openBrowser, phone, until } from "./support/browser.ts";
import { realmwright, type Running } from "./support/realmwright.ts";

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const flat: BrowserContextOptions = { ...phone, viewport: { width: 844, height: 390 } };
const desktop: BrowserContextOptions = { viewport: { width: 1280, height: 800 } };

/** What one presses, and where one looks. */
const controls = ["#vitals", "#minimap-frame", "#menu button", ".skill"];
const onPhones = [...controls, "#stick"];

describe.skipIf(chromiumPath === undefined)("a first visit", () => {
  let server: Running;
  let browser: Browser;

  beforeAll(async () => {
    server = await realmwright(["start", "games/realm", "--port", "0"]);
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  const enter = async (device: BrowserContextOptions): Promise<Page> => {
    const page = await (await browser.newContext(device)).newPage();
    await page.goto(server.url);
    const play = page.locator("#play:enabled");
    const text = await page.locator("#status", { hasText: "Play" }).textContent();
    expect(text).toBe(device.hasTouch === true ? "Tap Play" : "Press Enter, or click Play");
    await (device.hasTouch === true ? play.tap() : page.keyboard.press("Enter"));
    await until(page, (realm) => realm.ready);
    await page.locator("#help").waitFor();
    return page;
  };

  it.each([
    ["a desktop", desktop, controls],
    ["a phone", phone, onPhones],
    ["a phone on its side", flat, onPhones],
  ])("explains the game beside the hero and the controls of %s", async (_, device, pressed) => {
    const page = await enter(device);
    const { width, height } = page.viewportSize()!;
    const [card] = await boxesOf(page, "#help");
    const hero = {
      left: width / 2 - 40,
      right: width / 2 + 40,
      top: height / 2 - 42,
      bottom: height / 2 + 36,
    };
    const whole = { left: 0, top: 0, right: width, bottom: height };
    expect(isInside(card!, whole)).toBe(true);
    expect(meet(card!, hero)).toBe(false);
    for (const selector of pressed) {
      const boxes = await boxesOf(page, selector);
      expect(boxes.length).toBeGreaterThan(0);
      expect(
        boxes.filter((box) => meet(card!, box)),
        selector,
      ).toEqual([]);
    }
    // what can not be pressed yet says why, in its own bounds
    const locked = page.locator(".skill.locked .wait");
    expect(await locked.allInnerTexts()).toEqual(["level 2", "level 3"]);
    expect(
      await locked.evaluateAll((all) => all.filter((one) => one.scrollWidth > one.clientWidth)),
    ).toEqual([]);
    // nothing of it has to be scrolled for
    expect(
      await page.locator("#help").evaluate((help) => help.scrollHeight <= help.clientHeight),
    ).toBe(true);
    await page.context().close();
  });

  it("remembers an Enter that comes while the world is fetched", async () => {
    const page = await (await browser.newContext(desktop)).newPage();
    const fetched = Promise.withResolvers<void>();
    await page.route("**/assets/index.json", async (route) => {
      await fetched.promise;
      await route.continue();
    });
    await page.goto(server.url);
    expect(await page.locator("#play").isDisabled()).toBe(true);
    await page.keyboard.press("Enter");
    await page.locator("#status", { hasText: "In you go" }).waitFor();
    fetched.resolve();
    await until(page, (realm) => realm.ready);
    expect((await ask(page, (realm) => realm.self()))!.name).toBe(
      await page.locator("#name").inputValue(),
    );
    await page.context().close();
  });

  it("takes the card away with the first key, which does what it does besides", async () => {
    const page = await enter(desktop);
    const help = page.locator("#help");
    const { x } = (await ask(page, (realm) => realm.self()))!;
    await page.keyboard.down("a");
    await help.waitFor({ state: "hidden" });
    await until(page, (realm, from) => realm.self()!.x < from, x);
    await page.keyboard.up("a");
    expect(await help.isVisible()).toBe(false);
    await page.keyboard.press("h");
    await help.waitFor();
    await page.keyboard.press("h");
    await help.waitFor({ state: "hidden" });
    await page.locator("#help-button").click();
    await help.waitFor();
    await page.mouse.click(640, 600);
    await help.waitFor({ state: "hidden" });
    await page.context().close();
  });

  it.each(["#world", "#help"])("takes it away with a tap on %s", async (place) => {
    const page = await enter(phone);
    const [card] = await boxesOf(page, "#help");
    const y = place === "#help" ? card!.top + 40 : 520;
    await page.touchscreen.tap(100, y);
    await page.locator("#help").waitFor({ state: "hidden" });
    expect(await page.locator("#help-button").getAttribute("aria-expanded")).toBe("false");
    await page.context().close();
  });
});

function boxesOf(page: Page, selector: string): Promise<Box[]> {
  return page.locator(selector).evaluateAll((all) =>
    all.map((each) => {
      const { left, top, right, bottom } = each.getBoundingClientRect();
      return { left, top, right, bottom };
    }),
  );
}

function meet(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

function isInside(a: Box, b: Box): boolean {
  return a.left >= b.left && a.right <= b.right && a.top >= b.top && a.bottom <= b.bottom;
}
