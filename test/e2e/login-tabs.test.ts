// Tabs of one browser that share a login: one refreshes for all, and none throws the others out.
import type { Browser, BrowserContext, Page } from "playwright-core";
import type { Auth, connect, createAuth } from "realmwright/client";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { field, GameFolder } from "../cli/support/command.ts";
import { chromiumPath, openBrowser } from "./support/browser.ts";
import { realmwright, type Running } from "./support/realmwright.ts";

/** What the page of these tests makes of the client. */
interface Sdk {
  readonly connect: typeof connect;
  readonly createAuth: typeof createAuth;
  readonly auth: Auth;
}

const page = {
  "client/index.html":
    '<!doctype html>\n<title>Tabs</title>\n<script type="module" src="main.js"></script>\n',
  "client/main.ts": `import { connect, createAuth } from "realmwright/client";
Object.assign(globalThis, { sdk: { connect, createAuth, auth: createAuth() } });
`,
};

describe.skipIf(chromiumPath === undefined)("tabs of one browser", () => {
  let game: GameFolder;
  let server: Running;
  let browser: Browser;
  let context: BrowserContext;

  beforeAll(async () => {
    game = new GameFolder({ ...field, ...page });
    server = await realmwright(["start", game.path, "--port", "0"]);
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    game.remove();
  });
  beforeEach(async () => {
    context = await browser.newContext();
  });
  afterEach(() => context.close());

  const open = async (): Promise<Page> => {
    const page = await context.newPage();
    await page.goto(server.url);
    await page.waitForFunction("globalThis.sdk !== undefined");
    return page;
  };

  test("C-ACC5 they refresh at once, again and again, and stay logged in", async () => {
    const tabs = [await open(), await open(), await open()];
    const { account } = await ask(tabs[0]!, (sdk) => sdk.auth.register("ada", "horse and cart"));
    for (let round = 0; round < 8; round++) {
      const all = tabs.flatMap((tab) => [
        ask(tab, (sdk) => sdk.auth.refresh()),
        ask(tab, (sdk) => sdk.auth.call("accounts.me", {})),
      ]);
      for (const me of await Promise.all(all)) expect(me).toMatchObject({ account });
    }
    expect(await tabs[0]!.evaluate("navigator.locks !== undefined")).toBe(true);
    // and a page that is loaded anew in the middle of it finds what the others have left
    await Promise.all([ask(tabs[0]!, (sdk) => sdk.auth.refresh()), tabs[1]!.reload()]);
    await tabs[1]!.waitForFunction("globalThis.sdk !== undefined");
    for (const tab of tabs) {
      expect(await ask(tab, (sdk) => sdk.auth.call("accounts.me", {}))).toMatchObject({ account });
    }
  });

  test("C-ACC6 a logout in one is noticed in the other", async () => {
    const [one, other] = [await open(), await open()];
    await ask(one, (sdk) => sdk.auth.guest("Ada"));
    await ask(other, (sdk) => sdk.auth.call("accounts.me", {}));
    await ask(one, (sdk) => sdk.auth.logout());
    const refused = await ask(other, async (sdk) => {
      const ended: string[] = [];
      sdk.auth.onEnded(({ code }) => ended.push(code));
      const code = await sdk.auth.call("accounts.me", {}).then(
        () => "done",
        (error: { code: string }) => error.code,
      );
      return [code, ...ended, localStorage.length];
    });
    expect(refused).toEqual(["SESSION_ENDED", "SESSION_ENDED", 0]);
  });

  test("C-CON8 C-ACC3 guests of the tab are two players, a kept login is one", async () => {
    const [one, other] = [await open(), await open()];
    const guest = (tab: Page): Promise<string | undefined> =>
      ask(tab, async (sdk) => (await sdk.connect({ guest: {} })).account);
    expect(await guest(one)).not.toBe(await guest(other));
    await ask(one, (sdk) => sdk.auth.guest("Ada"));
    const kept = (tab: Page): Promise<string | undefined> =>
      ask(tab, async (sdk) => (await sdk.connect({ auth: sdk.auth })).account);
    const account = await kept(one);
    expect(await kept(other)).toBe(account);
    await one.reload();
    await one.waitForFunction("globalThis.sdk !== undefined");
    expect(await kept(one)).toBe(account);
  });
});

/** Asks the page's client. */
function ask<T>(page: Page, question: (sdk: Sdk) => T | Promise<T>): Promise<T> {
  return page.evaluate<T>(`(${question.toString()})(globalThis.sdk)`);
}
