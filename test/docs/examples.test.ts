// Every block of TypeScript in the documentation compiles against the packages as they are.
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sources } from "../tidy/repository.ts";
import { blocksOf, codeBlocks } from "./support/code-blocks.ts";
import { PageFolder, programOf } from "./support/page-program.ts";
import { shell } from "./support/child.ts";
import { copyRepository } from "./support/repository-copy.ts";
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

test.for(["testing", "running"].map(guide))(
  "the program of %s runs on a clone by the command that the page gives",
  async (page) => {
    const blocks = blocksOf(page);
    const commands = blocks.filter(({ language }) => language === "sh").map(({ code }) => code);
    const command = commands.find((code) => code.startsWith("npm run file -- "))!.trim();
    const copy = copyRepository();
    const file = path.join(copy.folder, command.split(" ").at(-1)!);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, programOf(blocks).get("page.ts")!);
    const child = shell(command, copy.folder);
    const code = await child.ended;
    copy.remove();
    expect(code, child.output.join("\n")).toBe(0);
  },
);

function guide(name: string): string {
  return `docs/guide/${name}.md`;
}
