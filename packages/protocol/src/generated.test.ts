import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { errors } from "./errors.ts";
import { limits } from "./limits.ts";
import { messageSpecs } from "./messages/message.ts";
import { generatedFiles } from "../tools/generated-files.ts";

const root = new URL("../../../", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), "utf8");

describe("generated files", () => {
  test.each([...generatedFiles().keys()])("P-MSG6 %s is what the tables say", (path) => {
    // If this fails: node --conditions=@realmwright/source packages/protocol/tools/generate-docs.ts
    expect(read(path)).toBe(generatedFiles().get(path));
  });

  test("P-MSG6 the pages name every error, limit and message, and no other", () => {
    const named = (page: string): string[] =>
      [...read(`docs/reference/${page}`).matchAll(/^\| `(\w+)` \| [\d,]+ \|/gmu)].map(
        (of) => of[1] as string,
      );
    expect(named("errors.md").toSorted()).toEqual(Object.keys(errors).toSorted());
    expect(named("limits.md").toSorted()).toEqual(Object.keys(limits).toSorted());
    const sections = [...read("docs/reference/protocol.md").matchAll(/^### `(\w+)`/gmu)];
    expect(sections.map((of) => of[1])).toEqual(messageSpecs.map((spec) => spec.type));
  });

  test("P-MSG6 every message has an example with its bytes", () => {
    const text = read("docs/reference/protocol.md");
    for (const section of text.split(/^### /mu).slice(1)) {
      expect(section).toContain("```json");
      expect(section).toMatch(/binary[,:] \d+ bytes/u);
    }
  });
});
