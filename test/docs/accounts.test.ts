// What docs/guide/accounts.md prints runs against a server with accounts, as it stands there.
import { RealmError } from "@realmwright/protocol";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AccountsHost } from "./support/accounts-host.ts";
import { shell } from "./support/child.ts";
import { blocksOf } from "./support/code-blocks.ts";
import { PageFolder, programOf } from "./support/page-program.ts";

const page = "docs/guide/accounts.md";
const printed = "http://localhost:8080";

let host: AccountsHost;
let folder: PageFolder;
beforeAll(async () => {
  host = await AccountsHost.start();
  folder = new PageFolder();
});
afterAll(async () => {
  folder.remove();
  await host.stop();
});

describe("accounts.md", () => {
  test("its program does what it says", async () => {
    const program = programOf(blocksOf(page)).get("page.ts") ?? "";
    expect(program.split(printed)).toHaveLength(2);
    const here = new Map([["page.ts", program.replace(printed, host.server.url)]]);
    const lines: unknown[][] = [];
    const { log } = console;
    console.log = (...line: unknown[]) => void lines.push(line);
    try {
      await folder.runFiles(here);
    } finally {
      console.log = log;
    }
    expect(lines[0]?.slice(1)).toEqual(["Ada", "ada", "player", false]);
    expect(lines).toEqual(
      expect.arrayContaining([
        ["LOGIN_REFUSED", expect.any(String), "fix"],
        [true, false],
        [{ level: 3 }, true],
        ["now", "nobody"],
      ]),
    );
    expect(lines.filter(([word, ...more]) => word === true && more.length === 0)).toHaveLength(3);
    expect(await host.userNames()).toEqual(["ada"]);
    await expect(host.login("ada", "correct horse battery")).rejects.toBeInstanceOf(RealmError);
    expect(await host.login("ada", "another horse battery")).toMatchObject({ name: "Ada" });
  });

  test("its commands are answered as it says", async () => {
    const commands = blocksOf(page).find(({ language }) => language === "sh");
    const child = shell(commands!.code.replace(printed, host.server.url), ".");
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
