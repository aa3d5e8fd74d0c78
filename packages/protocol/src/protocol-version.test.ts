import { describe, expect, test } from "vitest";
import { messageSpecs } from "./messages/message.ts";
import { protocolHash, protocolVersion, protocolVersionMin } from "./protocol-version.ts";

/** Hash of the message tables by version. A version that was released never changes. */
const hashes: Readonly<Record<number, string>> = {
  1: "6a46ed55eb1608dc",
};

describe("the protocol's version", () => {
  test("P-MSG4 the message tables are those of the version", () => {
    // If this fails, the tables changed: raise protocolVersion, add its line to the history and its
    // hash here, and say from which version on a server still understands (protocolVersionMin).
    expect(protocolHash()).toBe(hashes[protocolVersion]);
  });

  test("P-MSG4 every version from the oldest spoken one has its hash", () => {
    expect(protocolVersionMin).toBeLessThanOrEqual(protocolVersion);
    for (let version = protocolVersionMin; version <= protocolVersion; version++) {
      expect(hashes[version]).toMatch(/^[0-9a-f]{16}$/u);
    }
  });

  test("P-MSG4 numbers of messages and of their fields are used once, and 15 is the id's", () => {
    for (const sender of ["client", "server"] as const) {
      const numbers = messageSpecs
        .filter((spec) => spec.from.includes(sender))
        .map((spec) => spec.number);
      expect(new Set(numbers).size).toBe(numbers.length);
    }
    for (const { columns } of messageSpecs) {
      const numbers = Object.values(columns).flatMap(({ n, type }) =>
        type.kind === "code" ? [n, type.own] : [n],
      );
      expect(new Set(numbers).size).toBe(numbers.length);
      for (const number of numbers) expect(number >= 1 && number <= 14).toBe(true);
    }
  });
});
