import { TcpProxy } from "@realmwright/testkit";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  ask,
  chromiumPath,
  hunt,
  openBrowser,
  openRow,
  phone,
  play,
  standStill,
  until,
  walkThrough,
  type Player,
  type RealmHandle,
} from "./support/browser.ts";
import { realmwright, type Running } from "./support/realmwright.ts";

/** With the edge in the server's thread, and with edges in threads of their own: then everything crosses as bytes. */
describe.each([0, 2])("the game realm with %i edge threads", (edges) => {
  const serve = (): Promise<Running> =>
    realmwright(["start", "games/realm", "--port", "0", "--edges", String(edges)]);

  describe.skipIf(chromiumPath === undefined)("in two browsers, a desktop and a phone", () => {
    let server: Running;
    let browser: Browser;
    let ada: Player;
    let bob: Player;

    beforeAll(async () => {
      server = await serve();
      browser = await openBrowser();
      ada = await play(browser, server.url, "name=Ada&look=knight");
      bob = await play(browser, server.url, "name=Bob&look=mage", phone);
    });

    afterAll(async () => {
      await browser?.close();
      await server?.stop();
    });

    it("P-SNAP7 shows two players to each other, at the same place", async () => {
      await until(ada.page, (realm) => realm.entities().some(({ name }) => name === "Bob"));
      await until(bob.page, (realm) => realm.entities().some(({ name }) => name === "Ada"));
      const own = (await ask(ada.page, (realm) => realm.self()))!;
      const seen = (await ask(bob.page, (realm) =>
        realm.entities().find(({ name }) => name === "Ada"),
      ))!;
      expect(Math.hypot(own.x - seen.x, own.y - seen.y)).toBeLessThan(0.5);
    });

    it("lets one walk and the other see it, without a correction", async () => {
      const { x } = (await ask(ada.page, (realm) => realm.self()))!;
      await ask(ada.page, (realm, to) => realm.walkTo(to.x, to.y), { x: x - 4, y: openRow });
      await until(ada.page, (realm, to) => realm.self()!.x < to, x - 3.5);
      await until(
        bob.page,
        (realm, to) => realm.entities().find(({ name }) => name === "Ada")!.x < to,
        x - 3.4,
      );
      expect(await ask(ada.page, (realm) => realm.stats().corrections)).toBe(0);
    });

    it("P-ROOM12 carries a chat line, as text and nothing else", async () => {
      await ask(ada.page, (realm) => realm.say("hello <img src=x onerror=alert(1)> Bob"));
      await until(bob.page, (realm) =>
        realm.chatLog().some(({ name, text }) => name === "Ada" && text.startsWith("hello <img")),
      );
      expect(await bob.page.locator("img[src='x']").count()).toBe(0);
    });

    it("P-ROOM9 leads through the door into the forest and back, on one connection", async () => {
      await walkThrough(ada.page, "forest");
      await walkThrough(ada.page, "town");
      expect(ada.sockets()).toBe(1);
      expect(await ask(ada.page, (realm) => realm.stats().reconnects)).toBe(0);
    });

    it("lets both fight what lives in the forest", async () => {
      for (const { page } of [ada, bob]) await walkThrough(page, "forest");
      for (const { page } of [ada, bob]) await hunt(page);
      // A blow of either shows to both: some monster in sight is hurt.
      for (const { page } of [ada, bob]) {
        await until(
          page,
          (realm) => {
            const page = globalThis as { most?: Map<number, number> };
            const most = (page.most ??= new Map());
            return realm.entities().some(({ id, type, hp }) => {
              if (type !== "monster") return false;
              most.set(id, Math.max(most.get(id) ?? 0, hp));
              return hp < most.get(id)!;
            });
          },
          undefined,
          90_000,
        );
      }
      for (const { page } of [ada, bob]) {
        expect(await ask(page, (realm) => realm.errors)).toBe(0);
      }
    });
  });

  describe.skipIf(chromiumPath === undefined)("over a bad line", () => {
    let server: Running;
    let browser: Browser;
    let proxy: TcpProxy;
    let cleo: Player;

    beforeAll(async () => {
      server = await serve();
      proxy = await TcpProxy.start(server.port);
      browser = await openBrowser();
      cleo = await play(browser, `http://localhost:${proxy.port}`, "name=Cleo&look=rogue");
    });

    afterAll(async () => {
      await browser?.close();
      await proxy?.stop();
      await server?.stop();
    });

    it("P-SES9 brings a browser back into its seat after a reset", async () => {
      const { page } = cleo;
      const start = (await ask(page, (realm) => realm.self()))!;
      await ask(page, (realm, to) => realm.walkTo(to.x, to.y), { x: start.x - 3, y: openRow });
      await until(page, (realm, to) => realm.self()!.x < to, start.x - 2);
      await standStill(page);
      const before = (await ask(page, (realm) => realm.self()))!;
      const then = await ask(page, (realm) => realm.stats());
      proxy.reset();
      await until(page, isBack, then);
      const after = (await ask(page, (realm) => realm.self()))!;
      expect(after.name).toBe("Cleo");
      expect([after.x, after.y]).toEqual([before.x, before.y]);
    });

    it("P-SES9 brings it back after the line was dead for 5 s", async () => {
      const { page } = cleo;
      const before = (await ask(page, (realm) => realm.self()))!;
      const accepted = proxy.accepted;
      proxy.stall(true);
      // What is on its way has come when the proxy holds what came after it.
      await expect.poll(() => proxy.heldBytes, { timeout: 30_000 }).toBeGreaterThan(0);
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
      const then = await ask(page, (realm) => realm.stats());
      expect(then.connection).toBe("open");
      // Five seconds by the page's own clock, while nothing comes or goes.
      const begun = await page.evaluate(() => performance.now());
      await page.waitForFunction((then) => performance.now() > then, begun + 5_000);
      expect(await ask(page, (realm) => realm.stats().tick)).toBe(then.tick);
      proxy.stall(false);
      // Each side has given the other up meanwhile.
      await until(page, isBack, then);
      expect(proxy.accepted).toBeGreaterThan(accepted);
      const after = (await ask(page, (realm) => realm.self()))!;
      expect([after.name, after.x, after.y]).toEqual(["Cleo", before.x, before.y]);
      // Everything between is a gap: a hundred ticks in five seconds.
      expect(await ask(page, (realm) => realm.stats().tick)).toBeGreaterThan(then.tick + 80);
      await ask(page, (realm, to) => realm.walkTo(to.x, to.y), { x: before.x + 3, y: before.y });
      await until(page, (realm, to) => realm.ready && realm.self()!.x > to, before.x + 2);
      const names = await ask(page, (realm) => realm.entities().map(({ name }) => name));
      expect(names.filter((name) => name === "Cleo")).toHaveLength(1);
    });
  });
});

/** Whether the page has lost its connection since then, has another one, and hears of the world by it. */
function isBack(realm: RealmHandle, then: ReturnType<RealmHandle["stats"]>): boolean {
  const { reconnects, connection, tick } = realm.stats();
  return realm.ready && reconnects > then.reconnects && connection === "open" && tick > then.tick;
}
