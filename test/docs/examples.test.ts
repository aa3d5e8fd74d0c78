// Every block of TypeScript in the documentation compiles against the packages as they are.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sources } from "../tidy/repository.ts";
import { blocksOf, codeBlocks } from "./support/code-blocks.ts";
import { PageFolder, programOf } from "./support/page-program.ts";
import { complaints } from "./support/type-check.ts";

const pages = sources("{README.md,docs/README.md,docs/guide/*.md,packages/*/README.md}").filter(
  (page) => blocksOf(page).some(({ language }) => language === "ts"),
);

describe("the examples", () => {
  let folder: PageFolder;
  beforeAll(() => {
    folder = new PageFolder();
  });
  afterAll(() => folder.remove());

  test("are on these pages", () => {
    expect(pages).toEqual(
      expect.arrayContaining(["client", "kits", "maps", "rooms-and-hooks"].map(guide)),
    );
  });

  test.for(pages)("of %s compile", async (page) => {
    expect(await complaints(folder.write(programOf(blocksOf(page))))).toEqual([]);
  });

  test("would not, if they were wrong", async () => {
    const blocks = codeBlocks(
      '# Page\n\n```ts\nimport { t } from "realmwright";\n```\n\n```ts\nt.uint("many");\n```\n',
    );
    expect(await complaints(folder.write(programOf(blocks)))).toEqual([
      expect.stringMatching(/^page\.ts\(8,8\): error TS2345/),
    ]);
  });
});

function guide(name: string): string {
  return `docs/guide/${name}.md`;
}
