// What docs/guide/accounts.md prints runs against a server that `start` has started, as it stands there.
import { createAuth } from "realmwright/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GameFolder, serve, type Serving } from "../cli/support/command.ts";
import { shell } from "./support/child.ts";
import { blocksOf } from "./support/code-blocks.ts";
import { PageFolder, programOf } from "./support/page-program.ts";

const page = "docs/guide/accounts.md";
const printed = "http://localhost:8080";

let game: GameFolder;
let serving: Serving;
let folder: PageFolder;
beforeAll(async () => {
  game = new GameFolder();
  serving = await serve(["start", game.path, "--port", "0"]);
  folder = new PageFolder();
});
afterAll(async () => {
  folder.remove();
  await serving.child.stop();
  game.remove();
});

const codeOfLogin = async (username: string, password: string): Promise<string> => {
  try {
    return (await createAuth({ url: serving.url }).login(username, password)).name;
  } catch (error) {
    return (error as { readonly code: string }).code;
  }
};

describe("accounts.md", () => {
  test.each(["once", "and once more"])("its program does what it says, %s", async () => {
    const program = programOf(blocksOf(page)).get("page.ts") ?? "";
    expect(program.split(printed)).toHaveLength(2);
    const here = new Map([["page.ts", program.replace(printed, serving.url)]]);
    const lines: unknown[][] = [];
    const { log } = console;
    console.log = (...line: unknown[]) => void lines.push(line);
    try {
      await folder.runFiles(here);
    } finally {
      console.log = log;
    }
    const username = String(lines[0]?.[2]);
    expect(lines[0]?.slice(1)).toEqual(["Ada", username, "player", false]);
    expect(username).toMatch(/^ada-[0-9a-f]{8}$/);
    expect(lines).toEqual(
      expect.arrayContaining([
        ["LOGIN_REFUSED", expect.any(String), "fix"],
        [true, false],
        [{ level: 3 }, true],
        ["now", "nobody"],
      ]),
    );
    expect(lines.filter(([word, ...more]) => word === true && more.length === 0)).toHaveLength(3);
    expect(await codeOfLogin(username, "correct horse battery")).toBe("LOGIN_REFUSED");
    expect(await codeOfLogin(username, "another horse battery")).toBe("Ada");
    // who was deleted
    expect(await codeOfLogin("bob", "battery staple horse")).toBe("LOGIN_REFUSED");
  });

  test("its commands are answered as it says", async () => {
    const commands = blocksOf(page).find(({ language }) => language === "sh");
    const child = shell(commands!.code.replace(printed, serving.url), ".");
    expect(await child.ended).toBe(0);
    const answers = child.output
      .join("\n")
      .split(/(?<=\})(?=\{)/u)
      .map((text) => JSON.parse(text) as Record<string, unknown>);
    expect(answers).toMatchObject([
      { username: "grace", isGuest: false },
      { username: "grace", role: "player" },
      { username: "grace", expiresInS: 600 },
      { expiresInS: 30 },
      {},
      { code: "SESSION_ENDED", status: 401 },
    ]);
    expect(answers).toHaveLength(6);
  });
});
