import { describe, expect, test } from "vitest";
import {
  addressKey,
  clientAddress,
  isHostAllowed,
  isOriginAllowed,
  loopbackHosts,
  type PeerRules,
} from "./peers.ts";

const rules: PeerRules = { hosts: loopbackHosts, origins: [], proxyHops: 0 };

describe("[S-NET5] Host header", () => {
  test.each([
    "localhost",
    "localhost:8080",
    "LOCALHOST:1",
    "127.0.0.1:8080",
    "[::1]:8080",
    "[::1]",
  ])("%s is served", (host) => {
    expect(isHostAllowed(host, rules)).toBe(true);
  });

  test.each([
    undefined,
    "",
    "evil.example",
    "evil.example:8080",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "[::2]:8080",
    "[::1",
    "localhost:80:80",
  ])("%s is refused", (host) => {
    expect(isHostAllowed(host, rules)).toBe(false);
  });

  test("a star serves every name, even none", () => {
    expect(isHostAllowed("evil.example", { ...rules, hosts: ["*"] })).toBe(true);
    expect(isHostAllowed(undefined, { ...rules, hosts: ["*"] })).toBe(true);
  });
});

describe("[S-NET5] Origin header", () => {
  test("none, the server's own and listed ones are allowed", () => {
    expect(isOriginAllowed(undefined, "localhost:8080", rules)).toBe(true);
    expect(isOriginAllowed("http://localhost:8080", "localhost:8080", rules)).toBe(true);
    expect(isOriginAllowed("https://play.example", "play.example:443", rules)).toBe(true);
    const listed = { ...rules, origins: ["https://play.example"] };
    expect(isOriginAllowed("https://play.example", "localhost:8080", listed)).toBe(true);
  });

  test.each([
    "http://localhost:8081",
    "http://evil.example",
    "null",
    "",
    "http://localhost:8080.evil.example",
    "http://evil.example/http://localhost:8080",
  ])("%s is refused at localhost:8080", (origin) => {
    expect(isOriginAllowed(origin, "localhost:8080", rules)).toBe(false);
  });

  test("an origin without a Host header is foreign", () => {
    expect(isOriginAllowed("http://localhost", undefined, rules)).toBe(false);
  });
});

describe("[S-NET6] client address", () => {
  test("forwarded addresses count only for the trusted number of proxies", () => {
    expect(clientAddress("10.0.0.1", "203.0.113.9", 0)).toBe("10.0.0.1");
    expect(clientAddress("10.0.0.1", "198.51.100.1, 203.0.113.9", 1)).toBe("203.0.113.9");
    expect(clientAddress("10.0.0.1", "198.51.100.1, 203.0.113.9", 2)).toBe("198.51.100.1");
    expect(clientAddress("10.0.0.1", ["198.51.100.1", "203.0.113.9"], 1)).toBe("203.0.113.9");
  });

  test("what is no address is not believed", () => {
    expect(clientAddress("10.0.0.1", "unknown", 1)).toBe("10.0.0.1");
    expect(clientAddress("10.0.0.1", "203.0.113.9", 3)).toBe("10.0.0.1");
    expect(clientAddress(undefined, undefined, 0)).toBe("");
  });

  test("an IPv4 client of an IPv6 socket keeps its IPv4 address", () => {
    expect(clientAddress("::ffff:192.0.2.7", undefined, 0)).toBe("192.0.2.7");
  });
});

test.each([
  ["192.0.2.7", "192.0.2.7"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
  ["2001:db8:1:2::6", "2001:db8:1:2"],
  ["2001:0DB8::1", "2001:db8:0:0"],
  ["::1", "0:0:0:0"],
  ["::", "0:0:0:0"],
  ["1:2:3::6:7:8", "1:2:3:0"],
  ["1::4:5:6:7:8", "1:0:0:4"],
  ["1::", "1:0:0:0"],
])("limits count %s as %s", (address, key) => {
  expect(addressKey(address)).toBe(key);
});
