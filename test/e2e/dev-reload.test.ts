import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  ask,
  chromiumPath,
  openBrowser,
  openRow,
  play,
  standStill,
  until,
  type Player,
} from "./support/browser.ts";
import { copyGame, type GameCopy } from "./support/game-copy.ts";
import { realmwright, type Running } from "./support/realmwright.ts";

describe.skipIf(chromiumPath === undefined).each([0, 2])(
  "saving under dev, %i edge threads",
  (edges) => {
    let game: GameCopy;
    let server: Running;
    let browser: Browser;
    let ada: Player;

    beforeAll(async () => {
      game = copyGame("realm");
      // Who speaks is hurt: what is kept is then no value that a new hero would have.
      game.edit(
        "server.ts",
        "    drop: (",
        `    chat(zone, player, text) {
      zone.get(Player, player.entity!.id)!.hp -= 60;
      return text;
    },
    drop: (`,
      );
      const threads = ["--edges", String(edges)];
      server = await realmwright(["dev", game.folder, "--port", "0", "--bots", "0", ...threads]);
      browser = await openBrowser();
      ada = await play(browser, server.url, "name=Ada&look=knight");
      const { x } = (await ask(ada.page, (realm) => realm.self()))!;
      await ask(ada.page, (realm, to) => realm.walkTo(to.x, to.y), { x: x - 3, y: openRow });
      await until(ada.page, (realm, to) => realm.self()!.x < to, x - 2);
      await standStill(ada.page);
    });

    afterAll(async () => {
      await browser?.close();
      await server?.stop();
      game?.remove();
    });

    /** Waits for the page to say that it took what `save` changes. */
    async function seen(save: () => void): Promise<void> {
      await ada.page.evaluate(() => {
        Object.assign(globalThis, { hasReloaded: false });
        addEventListener("realmwright:reloaded", () =>
          Object.assign(globalThis, { hasReloaded: true }),
        );
      });
      save();
      await ada.page.waitForFunction("globalThis.hasReloaded", undefined, { timeout: 20_000 });
    }

    it("shows a changed rule, with socket, place and hit points kept", async () => {
      const whole = (await ask(ada.page, (realm) => realm.self()))!.hp;
      await ask(ada.page, (realm) => realm.say("ouch"));
      await until(ada.page, (realm, hp) => realm.self()!.hp <= hp, whole - 55);
      const before = (await ask(ada.page, (realm) => realm.self()))!;
      await seen(() => game.edit("shared.ts", "walkingSpeed = 5", "walkingSpeed = 10"));
      const after = (await ask(ada.page, (realm) => realm.self()))!;
      expect(ada.sockets()).toBe(1);
      expect([after.x, after.y]).toEqual([before.x, before.y]);
      // Whoever rests gets a few back meanwhile.
      expect(after.hp).toBeGreaterThanOrEqual(before.hp);
      expect(after.hp).toBeLessThan(before.hp + 20);
      await until(ada.page, (realm) => realm.ready && realm.stats().connection === "open");
      // Ten tiles a second now, on both sides: no correction.
      const corrections = await ask(ada.page, (realm) => realm.stats().corrections);
      await ask(ada.page, (realm, to) => realm.walkTo(to.x, to.y), {
        x: before.x + 6,
        y: before.y,
      });
      // Half a tile per tick; before it was a quarter.
      await until(ada.page, (realm) => {
        const page = globalThis as { walk?: { x: number; tick: number }[] };
        const now = { x: realm.self()!.x, tick: realm.stats().tick };
        (page.walk ??= []).push(now);
        return page.walk.some(
          ({ x, tick }) => now.tick - tick >= 8 && (now.x - x) / (now.tick - tick) > 0.4,
        );
      });
      await until(ada.page, (realm, to) => realm.self()!.x > to, before.x + 5.5);
      expect(await ask(ada.page, (realm) => realm.stats().corrections)).toBe(corrections);
    });

    it("leaves the game alone when a source does not compile, and shows the error as text", async () => {
      const { page } = ada;
      const good = game.read("server.ts");
      game.write("server.ts", `${good}\nconst broken = "<img src=x onerror=alert(1)>" +;\n`);
      const overlay = page.locator("#realmwright-overlay");
      await overlay.waitFor({ state: "visible" });
      const text = await overlay.innerText();
      expect(text).toMatch(/server\.ts:\d+:\d+ \(the last good version keeps running\)/);
      expect(text).toContain("<img src=x");
      expect(await overlay.locator("img").count()).toBe(0);
      const tick = await ask(page, (realm) => realm.stats().tick);
      await ask(page, (realm) => realm.walkTo(realm.self()!.x - 2, realm.self()!.y));
      await until(page, (realm, then) => realm.stats().tick > then + 20, tick);
      await seen(() => game.write("server.ts", good));
      await overlay.waitFor({ state: "hidden" });
      expect(ada.sockets()).toBe(1);
    });

    it("shows where the set-up of a room threw, and leaves the room as it runs", async () => {
      const { page } = ada;
      const good = game.read("server.ts");
      game.edit(
        "server.ts",
        "    setup(zone) {",
        '    setup(zone) {\n      throw new Error("no map");',
      );
      const overlay = page.locator("#realmwright-overlay");
      await overlay.waitFor({ state: "visible" });
      await expect
        .poll(() => overlay.innerText())
        .toMatch(/server\.ts:\d+:\d+ \(the last good version keeps running\)/);
      expect(await overlay.innerText()).toContain("no map");
      const line = await server.line(/"event":"fault".*no map/);
      expect(JSON.parse(line)).toMatchObject({
        place: expect.stringMatching(/^server\.ts:\d+:\d+$/) as string,
      });
      const tick = await ask(page, (realm) => realm.stats().tick);
      await until(page, (realm, then) => realm.stats().tick > then + 5, tick);
      await seen(() => game.write("server.ts", good));
      await overlay.waitFor({ state: "hidden" });
      expect(ada.sockets()).toBe(1);
    });

    it("shows where a rule threw, and brings players back once it is mended", async () => {
      const { page } = ada;
      const good = game.read("server.ts");
      game.edit(
        "server.ts",
        "tick: (zone) => zone.local.tick(),",
        'tick: (zone) => {\n  if (zone.players.size > 0) throw new Error("no more");\n  zone.local.tick();\n},',
      );
      const overlay = page.locator("#realmwright-overlay");
      await overlay.waitFor({ state: "visible" });
      await expect
        .poll(() => overlay.innerText())
        .toMatch(/server\.ts:\d+:\d+ \(its room has ended/);
      expect(await overlay.innerText()).toMatch(/^\d+: .*throw new Error\("no more"\);\n +\^$/m);
      await overlay.getByRole("button").click();
      await overlay.waitFor({ state: "hidden" });
      await page.evaluate("globalThis.isOldPage = true");
      game.write("server.ts", good);
      await page.waitForFunction("globalThis.isOldPage === undefined");
      await until(page, (realm) => realm.ready && realm.stats().connection === "open");
      const tick = await ask(page, (realm) => realm.stats().tick);
      await until(page, (realm, then) => realm.stats().tick > then + 5, tick);
      expect(await overlay.isVisible()).toBe(false);
    });

    it("tells at the terminal where a game fails to load", async () => {
      game.write("server.ts", `${game.read("server.ts")}\nthrow new Error("not today");\n`);
      const line = await server.line(/"event":"fault".*not today/);
      expect(JSON.parse(line)).toMatchObject({
        place: expect.stringMatching(/^server\.ts:\d+:\d+$/) as string,
      });
      expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
    });
  },
);
