import { existsSync } from "node:fs";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";

/** Where Chromium is, or undefined: set-up has said so, and CI has failed already. */
export const chromiumPath: string | undefined = [
  process.env["CHROMIUM"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
].find((path) => path !== undefined && existsSync(path));

/** A browser without a window that draws by software and speaks to this machine only. */
export function openBrowser(): Promise<Browser> {
  if (chromiumPath === undefined) throw new Error("no Chromium; set CHROMIUM to its path");
  return chromium.launch({
    executablePath: chromiumPath,
    args: [
      "--no-sandbox",
      "--use-gl=angle",
      "--use-angle=swiftshader",
      "--enable-unsafe-swiftshader",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      // Pages of several players run side by side: none may be put to sleep for being in the back.
      "--disable-background-timer-throttling",
      "--disable-backgrounding-occluded-windows",
      "--disable-renderer-backgrounding",
    ],
  });
}

/** What these tests use of `globalThis.realm`, which games/realm/client/handle.ts makes. */
export interface RealmHandle {
  readonly ready: boolean;
  readonly zone: string;
  readonly errors: number;
  self(): { x: number; y: number; hp: number; name: string; alive: boolean } | undefined;
  entities(): { id: number; type: string; name: string; x: number; y: number; hp: number }[];
  chatLog(): { name: string; text: string }[];
  stats(): { reconnects: number; corrections: number; connection: string; tick: number };
  walkTo(x: number, y: number): boolean;
  attack(x?: number, y?: number): void;
  say(text: string): void;
}

/** A page in the world, and how many WebSockets it has opened so far. */
export interface Player {
  readonly page: Page;
  readonly sockets: () => number;
}

const desktop: BrowserContextOptions = { viewport: { width: 1280, height: 800 } };

/** A phone's size, and fingers. */
export const phone: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 1,
  isMobile: true,
  hasTouch: true,
};

/** Opens the game and waits until the player stands in the world. */
export async function play(
  browser: Browser,
  url: string,
  query: string,
  device: BrowserContextOptions = desktop,
): Promise<Player> {
  const context = await browser.newContext(device);
  const page = await context.newPage();
  let sockets = 0;
  page.on("websocket", () => sockets++);
  await page.goto(`${url}/?auto=1&${query}`);
  await until(page, (realm) => realm.ready);
  return { page, sockets: () => sockets };
}

/** Asks the page's handle. `given` goes along, as JSON. */
export function ask<T, A = undefined>(
  page: Page,
  question: (realm: RealmHandle, given: A) => T,
  given?: A,
): Promise<T> {
  return page.evaluate<T>(call(question, given));
}

/** Waits until the page's handle answers with something true. */
export async function until<A = undefined>(
  page: Page,
  question: (realm: RealmHandle, given: A) => unknown,
  given?: A,
  timeoutMs = 30_000,
): Promise<void> {
  await page.waitForFunction(call(question, given), undefined, { timeout: timeoutMs });
}

/** A question as source, which the page runs with its handle; false while there is no handle. */
function call<A>(
  question: (realm: RealmHandle, given: A) => unknown,
  given: A | undefined,
): string {
  const text = JSON.stringify(given) ?? "undefined";
  return `globalThis.realm === undefined ? false : (${question.toString()})(globalThis.realm, ${text})`;
}

/** A row of the town, in tiles, on which nothing stands for eight tiles to both sides of where people arrive. */
export const openRow = 31.5;

/** Walks to the door that leads to a zone, and through it. */
export async function walkThrough(page: Page, to: string): Promise<void> {
  const zone = await ask(page, (realm) => realm.zone);
  const response = await page.request.get(new URL(`/maps/maps/${zone}.tmj.json`, page.url()).href);
  const door = doorTo((await response.json()) as PlainMap, to);
  await ask(page, (realm, at) => realm.walkTo(at.x, at.y), door);
  await until(page, (realm, name) => realm.zone === name && realm.ready, to, 60_000);
}

/** Waits until the player has stood in one place for five ticks. */
export async function standStill(page: Page): Promise<void> {
  await until(page, (realm) => {
    const stand = globalThis as { at?: { x: number; y: number; tick: number } };
    const { x, y } = realm.self()!;
    const { tick } = realm.stats();
    if (stand.at?.x !== x || stand.at.y !== y) stand.at = { x, y, tick };
    return tick >= stand.at.tick + 5;
  });
}

/** What of a map, as the server tells it, leads elsewhere. */
interface PlainMap {
  readonly tileWidth: number;
  readonly tileHeight: number;
  readonly layers: readonly {
    readonly objects?: readonly {
      readonly className: string;
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
      readonly properties: Readonly<Record<string, unknown>>;
    }[];
  }[];
}

function doorTo(map: PlainMap, to: string): { x: number; y: number } {
  const objects = map.layers.flatMap((layer) => layer.objects ?? []);
  const door = objects.find(
    ({ className, properties }) => className === "door" && properties["to"] === to,
  );
  if (door === undefined) throw new Error(`no door leads to ${to}`);
  return {
    x: (door.x + door.width / 2) / map.tileWidth,
    y: (door.y + door.height / 2) / map.tileHeight,
  };
}

/** Runs after the nearest monster and strikes, until the page is left or one has lost hit points. */
export async function hunt(page: Page): Promise<void> {
  await page.evaluate(() => {
    const { realm } = globalThis as unknown as { realm: RealmHandle };
    const turn = setInterval(() => {
      const self = realm.self();
      const monsters = realm.entities().filter(({ type, hp }) => type === "monster" && hp > 0);
      if (self === undefined || monsters.length === 0) return;
      const distance = (of: { x: number; y: number }): number =>
        Math.hypot(of.x - self.x, of.y - self.y);
      const prey = monsters.reduce((near, other) =>
        distance(other) < distance(near) ? other : near,
      );
      if (distance(prey) > 1.2) realm.walkTo(prey.x, prey.y);
      else realm.attack(prey.x, prey.y);
    }, 150);
    Object.assign(globalThis, { stopHunt: () => clearInterval(turn) });
  });
}
