import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumPath, openBrowser } from "./support/browser.ts";
import { realmwright, type Running } from "./support/realmwright.ts";

describe.each([0, 2])("[S-OP10] the page at /docs, with %i edge threads", (edges) => {
  describe.skipIf(chromiumPath === undefined)("in a browser", () => {
    let server: Running;
    let browser: Browser;
    let page: Page;
    const asked: string[] = [];
    const complaints: string[] = [];

    beforeAll(async () => {
      server = await realmwright(["start", "games/realm", "--port", "0", "--edges", `${edges}`]);
      browser = await openBrowser();
      page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
      page.on("request", (request) => asked.push(request.url()));
      page.on("pageerror", (error) => complaints.push(error.message));
      page.on("console", (message) => {
        if (message.type() === "error") complaints.push(message.text());
      });
    });

    afterAll(async () => {
      await browser?.close();
      await server?.stop();
    });

    it("shows every operation, and one of them can be tried", async () => {
      const response = await page.goto(`${server.url}/docs`);
      const policy = response!.headers()["content-security-policy"] ?? "";
      expect(policy).toMatch(/^default-src 'none'; script-src 'self';/u);
      expect(policy).not.toMatch(/unsafe|https?:|\*/u);
      await page.waitForSelector(".opblock");
      const described = await page.request.get(`${server.url}/openapi.json`);
      const { paths } = (await described.json()) as { paths: Record<string, object> };
      const shown = await page.locator(".opblock-summary-path").allInnerTexts();
      // a place for a line break stands before each part of a path
      const plain = shown.map((path) => path.replaceAll("\u200b", "").trim());
      expect([...new Set(plain)].sort()).toEqual(Object.keys(paths).sort());
      const login = page.locator(".opblock", { hasText: "/guest-login" }).first();
      await login.locator(".opblock-summary").click();
      await login.locator(".try-out__btn").click();
      await login.locator("textarea").fill('{ "name": "Ada" }');
      await login.locator(".execute").click();
      const answer = login.locator(".live-responses-table .response .response-col_status");
      await answer.first().getByText("200").waitFor();
      expect(await login.locator(".live-responses-table").innerText()).toContain('"Ada"');
    });

    it("names shared shapes, and shows a lock on what needs a token only", async () => {
      const models = page.locator(".models .json-schema-2020-12__title");
      const names = (await models.allInnerTexts()).map((name) => name.trim());
      for (const name of ["Account", "Login", "Problem", "Profile", "StoredObject"]) {
        expect(names).toContain(name);
      }
      const locks = (path: string): Promise<number> =>
        page
          .locator(".opblock-summary", { has: page.locator(`[data-path="${path}"]`) })
          .locator(".authorization__btn")
          .count();
      expect(await locks("/v1/login")).toBe(0);
      expect(await locks("/v1/accounts/me")).toBe(1);
    });

    it("fits a phone, answers and parameters too", async () => {
      const phone = await browser.newContext({
        viewport: { width: 390, height: 800 },
        isMobile: true,
        hasTouch: true,
      });
      const held = await phone.newPage();
      held.on("console", (message) => {
        if (message.type() === "error") complaints.push(message.text());
      });
      await held.goto(`${server.url}/docs`);
      const objects = held.locator(".opblock", { hasText: "/v1/objects/" }).first();
      await objects.locator(".opblock-summary").tap();
      const answer = objects.locator(".responses-table .response-col_description").nth(1);
      await answer.waitFor();
      // without a viewport of its own a page is laid out 980 px wide, and shown smaller
      expect(await held.evaluate(() => window.innerWidth)).toBe(390);
      expect(await held.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
      const { x, width } = (await answer.boundingBox())!;
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x + width).toBeLessThanOrEqual(390);
      expect(width).toBeGreaterThan(250);
      await phone.close();
    });

    it("asks nobody else, and breaks none of its own rules", () => {
      expect(asked.length).toBeGreaterThan(5);
      expect(
        asked.filter((url) => !url.startsWith(server.url) && !url.startsWith("data:")),
      ).toEqual([]);
      expect(complaints).toEqual([]);
    });
  });
});
