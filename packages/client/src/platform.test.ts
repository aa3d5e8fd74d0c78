import { afterEach, describe, expect, test, vi } from "vitest";
import { doorUrl, pageStorage } from "./platform.ts";

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
    expect(pageStorage()).toBeUndefined();
  });
});
