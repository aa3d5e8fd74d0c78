// The game of docs/guide/tutorial.md, written and run as the page says, and played in a browser by what can be seen.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TutorialReader } from "../docs/support/tutorial.ts";
import { chromiumPath, openBrowser, phone } from "./support/browser.ts";

/** What somebody sees who looks at the page: canvas pixels and the table. */
interface Sight {
  /** Middle of one's own disc. */
  readonly x: number;
  readonly y: number;
  /** Middle of the coin that is nearest to it. */
  readonly coinX: number;
  readonly coinY: number;
  /** Pixels of all coins, and of all other players. */
  readonly gold: number;
  readonly blue: number;
  /** Of the first in the table; -1 while it is empty. */
  readonly score: number;
  /** Names in the table. */
  readonly players: readonly string[];
}

/** As the page says, and once more with edges in threads of their own. */
const ways = ["", " --edges 2"];

describe.skipIf(chromiumPath === undefined).each(ways)("the tutorial's game%s", (added) => {
  let reader: TutorialReader;
  let browser: Browser;
  let page: Page;
  let errors: string[];

  beforeAll(async () => {
    errors = [];
    reader = new TutorialReader();
    await reader.write(reader.files.filter((file) => !file.endsWith("bots.ts")));
    const { url } = await reader.play(added);
    browser = await openBrowser();
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.on("console", (message) => {
      if (message.type() === "error") errors.push(message.text());
    });
    page.on("pageerror", (error) => errors.push(error.message));
    await page.goto(url);
  });

  afterAll(async () => {
    await browser?.close();
    await reader?.leave();
  });

  it("lets one gather coins, and takes changes while it runs", async () => {
    const start = await seen(page, (sight) => sight.gold > 0 && sight.players.length === 1);
    const first = await gather(page);
    expect(first.score).toBeGreaterThan(start.score);

    await page.evaluate("globalThis.isSamePage = true");
    reader.edit("games/my-game/server.ts");
    const richer = await seen(page, (sight) => sight.gold > first.gold * 2.2);
    // a coin may have come down on the player
    expect(richer.score).toBeGreaterThanOrEqual(first.score);
    expect(richer.players).toEqual(first.players);
    expect(await page.evaluate("globalThis.isSamePage")).toBe(true);

    reader.edit("games/my-game/shared.ts");
    await page.waitForFunction("globalThis.isSamePage === undefined && document.readyState");
    const back = await seen(page, (sight) => sight.score > 0);
    expect(back.score).toBeGreaterThanOrEqual(richer.score);
    expect(back.players).toEqual(first.players);
    expect(await page.evaluate("fetch('/main.js').then((main) => main.text())")).toContain(
      "const speed = 10;",
    );
    const more = await gather(page);
    expect(more.score).toBeGreaterThan(back.score);
    expect(errors).toEqual([]);
  });

  it("shows others who play", async () => {
    const context = await browser.newContext();
    const other = await context.newPage();
    await other.goto(page.url());
    // out from under the first player, should that one stand where everybody begins
    await other.keyboard.down("ArrowDown");
    const two = (sight: Sight): boolean => sight.players.length === 2 && sight.blue > 0;
    const [here, there] = [await seen(page, two), await seen(other, two)];
    expect(here.players.toSorted()).toEqual(there.players.toSorted());
    await context.close();
  });

  it("fits a phone, where one walks to the finger", async () => {
    const context = await browser.newContext(phone);
    const small = await context.newPage();
    await small.goto(page.url());
    const start = await seen(
      small,
      ({ gold, players, x }) => gold > 0 && players.length > 0 && x > 0,
    );
    const [width, bottom] = await small.evaluate(() => [
      document.documentElement.scrollWidth,
      document.querySelector("pre")!.getBoundingClientRect().bottom,
    ]);
    expect(width).toBe(small.viewportSize()!.width);
    expect(bottom).toBeLessThan(small.viewportSize()!.height);
    const field = (await small.locator("canvas").boundingBox())!;
    // the corner that is farthest from where one began, in the canvas's own pixels
    const side = 800;
    const goal = { x: start.x < 400 ? 700 : 100, y: start.y < 400 ? 700 : 100 };
    const left = (now: Sight): number => Math.hypot(goal.x - now.x, goal.y - now.y);
    await small.mouse.move(
      field.x + (goal.x / side) * field.width,
      field.y + (goal.y / side) * field.height,
    );
    await small.mouse.down();
    const there = await seen(small, (now) => left(now) < 20);
    await small.mouse.up();
    expect(left(there)).toBeLessThan(left(start) / 4);
    await context.close();
  });
});

/** Looks at the page. */
function look(page: Page): Promise<Sight> {
  return page.evaluate(() => {
    const canvas = document.querySelector("canvas")!;
    const { width, height } = canvas;
    const { data } = canvas.getContext("2d")!.getImageData(0, 0, width, height);
    const is = (i: number, [r, g, b]: readonly [number, number, number]): boolean =>
      data[i] === r && data[i + 1] === g && data[i + 2] === b;
    let [own, x, y, gold, blue] = [0, 0, 0, 0, 0];
    for (let i = 0; i < data.length; i += 4) {
      if (is(i, [255, 210, 74])) gold++;
      if (is(i, [142, 197, 255])) blue++;
      // its name above has the same colour, and is in the same column
      if (!is(i, [255, 122, 92])) continue;
      own++;
      x += (i / 4) % width;
      y += Math.floor(i / 4 / width);
    }
    [x, y] = [x / own, y / own];
    let [coinX, coinY, best] = [x, y, Infinity];
    for (let i = 0; i < data.length; i += 4) {
      if (!is(i, [255, 210, 74])) continue;
      const far = Math.hypot(((i / 4) % width) - x, Math.floor(i / 4 / width) - y);
      if (far < best) [best, coinX, coinY] = [far, (i / 4) % width, Math.floor(i / 4 / width)];
    }
    const table = document.querySelector("pre")!.textContent;
    const rows = [...table.matchAll(/^(\d+) (.+)$/gm)];
    const score = Number(rows[0]?.[1] ?? -1);
    const players = rows.map((row) => row[2] ?? "");
    return { x, y, coinX, coinY, gold, blue, score, players };
  });
}

/** Looks until the page is as wanted. */
async function seen(page: Page, isThere: (sight: Sight) => boolean): Promise<Sight> {
  for (;;) {
    const sight = await look(page);
    if (isThere(sight)) return sight;
    await nextFrame(page);
  }
}

/** Walks to the nearest coin by the arrow keys until the score has risen. */
async function gather(page: Page): Promise<Sight> {
  const { score } = await look(page);
  const held = new Set<string>();
  const hold = async (key: string, isWanted: boolean): Promise<void> => {
    if (held.has(key) === isWanted) return;
    if (isWanted) held.add(key);
    else held.delete(key);
    await (isWanted ? page.keyboard.down(key) : page.keyboard.up(key));
  };
  const near = 8;
  for (;;) {
    const sight = await look(page);
    const isDone = sight.score > score;
    const [dx, dy] = isDone ? [0, 0] : [sight.coinX - sight.x, sight.coinY - sight.y];
    await hold("ArrowRight", dx > near);
    await hold("ArrowLeft", dx < -near);
    await hold("ArrowDown", dy > near);
    await hold("ArrowUp", dy < -near);
    if (isDone) return sight;
    await nextFrame(page);
  }
}

function nextFrame(page: Page): Promise<void> {
  return page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => resolve())));
}
