import { afterEach, describe, expect, test, vi } from "vitest";
import { deviceStorage, doorUrl, pageStorage, platformPorts } from "./platform.ts";

afterEach(() => vi.unstubAllGlobals());

describe("in a page", () => {
  test.each([
    ["https://play.example.com/arena/", undefined, "wss://play.example.com/ws"],
    ["http://localhost:8080/?look=mage#top", undefined, "ws://localhost:8080/ws"],
    ["https://play.example.com/", "/other/door", "wss://play.example.com/other/door"],
    ["https://play.example.com/", "ws://localhost:9000/ws", "ws://localhost:9000/ws"],
  ])("C-CON10 of %s, %s leads to %s", (href, address, door) => {
    vi.stubGlobal("location", { href });
    expect(doorUrl(address)).toBe(door);
  });

  test("C-CON10 the session is kept in sessionStorage, unless the user forbids it", () => {
    const storage = { getItem: () => null };
    vi.stubGlobal("document", {});
    vi.stubGlobal("sessionStorage", storage);
    expect(pageStorage()).toBe(storage);
    vi.stubGlobal("sessionStorage", undefined);
    Object.defineProperty(globalThis, "sessionStorage", {
      configurable: true,
      get: () => {
        throw new Error("the user forbids it");
      },
    });
    expect(pageStorage()).toBeUndefined();
  });

  test("C-ACC3 a login is kept in localStorage, unless the user forbids it", () => {
    const storage = { getItem: () => null };
    vi.stubGlobal("document", {});
    vi.stubGlobal("localStorage", storage);
    expect(deviceStorage()).toBe(storage);
    Object.defineProperty(globalThis, "localStorage", {
      configurable: true,
      get: () => {
        throw new Error("the user forbids it");
      },
    });
    expect(deviceStorage()).toBeUndefined();
  });
});

describe("C-ACC5 the lock", () => {
  const { lock } = platformPorts();
  const failing = (): Promise<never> => Promise.reject(new TypeError("the work failed"));

  test("is the platform's, one at a time", async () => {
    const trace: string[] = [];
    const request = vi.fn<(...args: unknown[]) => Promise<unknown>>(
      async (_name, _options, work) => await (work as () => Promise<unknown>)(),
    );
    vi.stubGlobal("navigator", { locks: { request } });
    expect(await lock("login", () => Promise.resolve(trace.push("work")))).toBe(1);
    await expect(lock("login", failing)).rejects.toThrow("the work failed");
    expect(request.mock.calls.map(([name]) => name)).toEqual(["login", "login"]);
    expect(trace).toEqual(["work"]);
  });

  test("is done without where there is none, where it is forbidden, and where its holder sleeps", async () => {
    const work = (): Promise<string> => Promise.resolve("done");
    vi.stubGlobal("navigator", {});
    expect(await lock("login", work)).toBe("done");
    for (const reason of ["SecurityError", "TimeoutError"]) {
      const request = (): Promise<never> => Promise.reject(new DOMException("no", reason));
      vi.stubGlobal("navigator", { locks: { request } });
      expect(await lock("login", work)).toBe("done");
    }
  });
});

test("C-ACC5 keys are as long as the server allows, and never the same", () => {
  const { key } = platformPorts();
  const keys = Array.from({ length: 100 }, key);
  expect(new Set(keys).size).toBe(100);
  for (const one of keys) expect(one).toMatch(/^[!-~]{16,64}$/);
});

describe("outside of pages", () => {
  test.each([
    ["http://localhost:8080", "ws://localhost:8080/ws"],
    ["https://play.example.com/", "wss://play.example.com/ws"],
    ["wss://play.example.com/ws?x=1", "wss://play.example.com/ws?x=1"],
  ])("C-CON10 %s leads to %s", (address, door) => {
    expect(doorUrl(address)).toBe(door);
  });

  test("C-CON10 no address, or what is none, is an error; nothing is stored", () => {
    expect(() => doorUrl(undefined)).toThrow(TypeError);
    expect(() => doorUrl("nowhere")).toThrow(TypeError);
    expect([pageStorage(), deviceStorage()]).toEqual([undefined, undefined]);
  });
});
