import { InvalidArgumentError } from "commander";
import { describe, expect, it } from "vitest";
import {
  above0,
  banReason,
  hostNames,
  origins,
  port,
  seconds,
  serverUrl,
  whole,
} from "./arguments.ts";

describe("what follows a flag", () => {
  it.each([
    [whole(0, 64), "0", 0],
    [whole(0, 64), "64", 64],
    [above0(100), "0.01", 0.01],
    [above0(100), "100", 100],
    [seconds, "0", 0],
    [seconds, "0.5", 0.5],
    [seconds, "86400", 86_400],
    [port, "0", 0],
    [port, "65535", 65_535],
    [banReason, "called names: ü", "called names: ü"],
    [banReason, "x".repeat(256), "x".repeat(256)],
  ] as const)("%o takes %s", (read, text, value) => {
    expect(read(text)).toBe(value);
  });

  it.each([
    ...["", "-1", "65", "1.5", "1e1", "0x10", " 1", "NaN", "many"].map(
      (text) => [whole(0, 64), text] as const,
    ),
    ...["0", "100.01", "101", "-1", "", "Infinity", "%"].map(
      (text) => [above0(100), text] as const,
    ),
    ...["-1", "86401", "5s", ""].map((text) => [seconds, text] as const),
    ...["65536", "-1", "80.5", "", "http"].map((text) => [port, text] as const),
    ...["", "x".repeat(257), "a\nb", "\ud800"].map((text) => [banReason, text] as const),
    ...["localhost:8080", "ftp://localhost", "ws://localhost", "", "//x"].map(
      (text) => [serverUrl, text] as const,
    ),
  ] as const)("%o refuses %j", (read, text) => {
    expect(() => read(text)).toThrow(InvalidArgumentError);
  });

  it.each([
    ["https://play.example.com", "https://play.example.com"],
    ["HTTPS://Play.Example.com:443/", "https://play.example.com"],
    ["http://localhost:5173", "http://localhost:5173"],
    ["capacitor://localhost", "capacitor://localhost"],
    ["*", "*"],
  ])("the origin %s counts as %s", (text, origin) => {
    expect(origins(text, ["http://before"])).toEqual(["http://before", origin]);
  });

  it.each([
    "example.com",
    "https://",
    "https://a/b",
    "https://a?b",
    "https://u@a",
    "null",
    "",
    "**",
  ])("%j is no origin", (text) => {
    expect(() => origins(text, [])).toThrow(InvalidArgumentError);
  });

  it.each(["play.example.com", "192.0.2.1", "[2001:db8::1]", "*"])("%s is a host name", (name) => {
    expect(hostNames(name, ["before"])).toEqual(["before", name]);
  });

  it.each(["https://a", "a:80", "2001:db8::1", "a/b", "", "a b", "*.a"])(
    "%j is no host name",
    (text) => {
      expect(() => hostNames(text, [])).toThrow(InvalidArgumentError);
    },
  );
});
