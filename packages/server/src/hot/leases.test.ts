import { describe, expect, it } from "vitest";
import type { HotReply } from "../ports/hot.ts";
import { checkKeys } from "./checks.ts";
import type { Engine } from "./engine.ts";
import { hotLeases } from "./leases.ts";

describe("leases", () => {
  it("[S-HOT8] all keys of a lease carry one tag, whatever it is called, and no other's", async () => {
    const asked: (readonly string[])[] = [];
    const engine: Engine = {
      call: () => Promise.resolve(null),
      run(_, keys): Promise<HotReply> {
        asked.push(checkKeys(keys));
        return Promise.resolve("1");
      },
      subscribe: () => Promise.reject(new Error("not asked for")),
      version: () => Promise.resolve(""),
      isReady: () => true,
      onReturn: () => () => {},
      close: () => Promise.resolve(),
    };
    const leases = hotLeases(engine, (key) => `game:${key}`);
    const names = ["a", "}", "{", "{}", "a}b", "%7D", "%", "}:epoch", "{a}", "a:epoch"];
    for (const name of names) {
      const lease = (await leases.acquire(name, "x", 1000))!;
      await leases.renew(lease, 1000);
      await leases.write(lease, "x");
    }
    expect(asked.length).toBe(3 * names.length);
    expect(new Set(asked.flat()).size).toBe(3 * names.length);
  });
});
