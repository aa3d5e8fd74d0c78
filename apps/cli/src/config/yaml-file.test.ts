import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ConfigFailure } from "./problem.ts";
import { readYaml, yamlBytesMax, type YamlNode } from "./yaml-file.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = (text: string): unknown => plain(readYaml(bytes(text), "c.yaml"));

function plain({ value }: YamlNode): unknown {
  if (value instanceof Map) {
    return Object.fromEntries(
      [...(value as ReadonlyMap<string, { node: YamlNode }>)].map(([key, { node }]) => [
        key,
        plain(node),
      ]),
    );
  }
  return Array.isArray(value) ? (value as readonly YamlNode[]).map((item) => plain(item)) : value;
}

function refusal(text: string | Uint8Array): string {
  try {
    readYaml(typeof text === "string" ? bytes(text) : text, "c.yaml");
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigFailure);
    return (error as ConfigFailure).message;
  }
  throw new Error("was read");
}

describe("a YAML file", () => {
  it.each([
    ["a: 1\nb: [x, 'y']\n", { a: 1, b: ["x", "y"] }],
    ["\uFEFFa: 1\n", { a: 1 }],
    ["a:\r\n  b: true\r\n", { a: { b: true } }],
    ["", null],
    ["# nothing\n", null],
    ["a: &x [1]\nb: *x\n", { a: [1], b: [1] }],
    [
      "a: yes\nb: 010\nc: 2026-01-01\nd: ~\ne:\n",
      { a: "yes", b: 10, c: "2026-01-01", d: null, e: null },
    ],
    ['{"a": {"b": [1, "2"]}}', { a: { b: [1, "2"] } }],
  ])("%j is read", (text, value) => {
    expect(read(text)).toEqual(value);
  });

  it.each([
    ["a:\n\tb: 1\n", "c.yaml:2:1: a tab is no indentation in YAML."],
    ["a: 1\nb: 2\na: 3\n", "c.yaml:3:1: a stands on line 1 already."],
    ["a:\n  b: 1\n  b: 2\n", "c.yaml:3:3: b stands on line 2 already."],
    ["a: 1\n---\nb: 2\n", "c.yaml:2:1: a second document begins."],
    ["a: !!js/function x\n", "c.yaml:1:4: tags (!…) are not known here."],
    ["a: !!binary aGVsbG8=\n", "c.yaml:1:13: tags (!…) are not known here."],
    ["a: &a [*a]\n", /^c\.yaml:1:\d+: (there is too much|no &a stands)/],
    ["a: *b\n", "c.yaml:1:4: no &b stands before this alias."],
    ["a: *b\nb: &b 1\n", "c.yaml:1:4: no &b stands before this alias."],
    ["? [a, b]\n: 1\n", "c.yaml:1:3: a name must be plain text."],
    ["1: 2\n", "c.yaml:1:1: a name must be plain text."],
    ["a:\n  b: 1\n c: 2\n", "c.yaml:3:1: this line is not indented like those beside it."],
    ['a: "x\nb: 1\n', /^c\.yaml:\d+:\d+: .*quote/],
    ["a: 1\0\n", "c.yaml: it holds zero bytes."],
  ])("[S-CFG3] %j is refused with its place", (text, message) => {
    if (typeof message === "string") expect(refusal(text)).toBe(message);
    else expect(refusal(text)).toMatch(message);
  });

  it("[S-CFG3] that is no UTF-8 is refused", () => {
    expect(refusal(Uint8Array.of(97, 58, 32, 0xff))).toBe("c.yaml: it is no UTF-8 text.");
    expect(refusal(new Uint8Array(Buffer.from("a: 1\n", "utf16le")))).toMatch(/zero bytes/);
  });

  it("[S-CFG3] may have 64 KiB and no more", () => {
    const line = "a: 1\n";
    const most = line + "#".repeat(yamlBytesMax - line.length);
    expect(read(most)).toEqual({ a: 1 });
    expect(refusal(`${most}#`)).toBe("c.yaml: it has 65537 bytes of 65536 at most.");
  });

  it("[S-CFG3] may have 100 aliases and no more", () => {
    const list = (count: number): string => `a: &x 1\nb: [${"*x,".repeat(count)}]\n`;
    expect((read(list(100)) as { b: unknown[] }).b).toHaveLength(100);
    expect(refusal(list(101))).toMatch(/^c\.yaml:2:\d+: there are more than 100 aliases/);
  });

  it("[S-CFG3] whose aliases multiply is refused before it grows", () => {
    const level = (i: number): string => `l${i}: &l${i} [${`*l${i - 1},`.repeat(9)}]\n`;
    const laughs = `l0: &l0 [lol]\n${Array.from({ length: 9 }, (_, i) => level(i + 1)).join("")}`;
    expect(refusal(laughs)).toMatch(/more than 100 aliases|too much in it/);
  });

  it.each(["[", "{a: ", "- ", "? ", "a:\n "])(
    "[S-CFG3] nested by %j without end is refused",
    (part) => {
      expect(refusal(part.repeat(Math.floor(60_000 / part.length)))).toMatch(/^c\.yaml/);
    },
  );

  it("[S-CFG3] with thousands of names is refused or read, soon", () => {
    const names = Array.from({ length: 6000 }, (_, i) => `k${i}: 1`).join("\n");
    expect(Object.keys(read(names) as object)).toHaveLength(6000);
    const items = `a: [${"1,".repeat(9_996)}1]\n`;
    expect((read(items) as { a: unknown[] }).a).toHaveLength(9_997);
    expect(refusal(`a: [${"1,".repeat(10_000)}]\n`)).toMatch(/too much in it/);
  });

  it("[S-CFG3] of any bytes is read or refused, and nothing else is thrown", () => {
    const text = fc.stringMatching(/^[-a-c:{}[\]&*!|>'"#%@`,? \n\t]{0,60}$/);
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 80 }), text.map(bytes)), (any) => {
        try {
          readYaml(any, "c.yaml");
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigFailure);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("leaves prototypes alone", () => {
    readYaml(
      bytes("__proto__: {polluted: 1}\nconstructor: {prototype: {polluted: 1}}\n"),
      "c.yaml",
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });
});
