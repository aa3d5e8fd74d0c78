import { describe, expect, it } from "vitest";
import { checkDialect, checkEngine, engineOf } from "./versions.ts";

describe("who answers as Redis", () => {
  it.each([
    ["# Server\r\nredis_version:7.4.10\r\nredis_mode:standalone\r\n", "Redis", "7.4.10"],
    [
      "# Server\r\nredis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.1.9\r\n",
      "Valkey",
      "8.1.9",
    ],
    ["redis_version:7.4.0\r\ndragonfly_version:df-v1.34.1\r\n", "Dragonfly", "1.34.1"],
  ])("[S-CFG7] %j is %s %s", (info, name, version) => {
    expect(engineOf(info)).toEqual({ name, version });
  });

  it.each(["", "redis_version:\r\n", "version:7\r\n", "x redis_version:7.0.0"])(
    "[S-CFG7] %j says no version",
    (info) => {
      expect(engineOf(info)).toBeUndefined();
    },
  );

  it.each([
    ["Redis", "7.4.10", "ok"],
    ["Redis", "7.4.9", "warning"],
    ["Redis", "7.2.15", "ok"],
    ["Redis", "7.2.14", "warning"],
    ["Redis", "6.2.23", "ok"],
    ["Redis", "8.6.5", "ok"],
    ["Redis", "8.6.4", "warning"],
    ["Redis", "8.8.0", "warning"],
    ["Redis", "8.10.0", "ok"],
    ["Redis", "9.0.0", "ok"],
    ["Redis", "7.0.15", "warning"],
    ["Redis", "8.0.99", "warning"],
    ["Redis", "5", "warning"],
    ["Valkey", "8.1.9", "ok"],
    ["Valkey", "8.1.8", "warning"],
    ["Valkey", "9.1.1", "ok"],
    ["Valkey", "9.1.0", "warning"],
    ["Valkey", "10.0.0", "ok"],
    ["Valkey", "7.2.13", "warning"],
    ["Dragonfly", "1.0.0", "ok"],
  ] as const)("[S-CFG7] %s %s: %s", (name, version, level) => {
    const finding = checkEngine({ name, version });
    expect(finding.level).toBe(level);
    expect(finding.found).toContain(version);
    expect(finding.remedy === undefined).toBe(level === "ok");
  });

  it("[S-CFG7] another Lua than 5.1 is a warning", () => {
    expect(checkDialect("Lua 5.1").level).toBe("ok");
    expect(checkDialect("Lua 5.4")).toMatchObject({ level: "warning" });
    expect(checkDialect("x".repeat(1000)).found.length).toBeLessThan(100);
  });
});
