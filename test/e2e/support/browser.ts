import { existsSync } from "node:fs";
import { chromium, type Browser, type Page } from "playwright-core";

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

/** What a page of the game `realm` lets developers see and do: `globalThis.realm`. */
export interface RealmHandle {
  readonly ready: boolean;
  readonly zone: string;
  readonly errors: number;
  self(): { x: number; y: number; hp: number; name: string; alive: boolean } | undefined;
  entities(): { id: number; type: string; name: string; x: number; y: number; hp: number }[];
  chatLog(): { name: string; text: string }[];
  stats(): Record<string, number>;
  walkTo(x: number, y: number): void;
  hold(dx: number, dy: number): void;
  attack(): void;
  say(text: string): void;
}

/** Opens the game and waits until the player stands in the world. */
export async function play(browser: Browser, url: string, query: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.goto(`${url}?auto=1&${query}`);
  await page.waitForFunction(() => (globalThis as { realm?: RealmHandle }).realm?.ready === true);
  return page;
}

/** Asks the page's handle. */
export function ask<T>(page: Page, question: (realm: RealmHandle) => T): Promise<T> {
  return page.evaluate(`(${question.toString()})(globalThis.realm)`) as Promise<T>;
}

/** Waits until the page's handle answers with something true. */
export async function until(
  page: Page,
  question: (realm: RealmHandle) => unknown,
  timeoutMs = 20_000,
): Promise<void> {
  await page.waitForFunction(`(${question.toString()})(globalThis.realm)`, undefined, {
    timeout: timeoutMs,
  });
}
