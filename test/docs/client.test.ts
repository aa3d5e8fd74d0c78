// The program of docs/guide/client.md plays the game of that page, against a server.
import path from "node:path";
import { createLog, createServer, type Server } from "@realmwright/server";
import type { GameDefinition } from "realmwright";
import { afterEach, beforeEach, expect, test } from "vitest";
import { node, type Child } from "./support/child.ts";
import { blocksOf } from "./support/code-blocks.ts";
import { PageFolder, programOf } from "./support/page-program.ts";

const printed = "http://localhost:8080";

let pages: PageFolder;
let server: Server | undefined;
let child: Child | undefined;
beforeEach(() => {
  pages = new PageFolder();
});
afterEach(async () => {
  await child?.stop();
  await server?.stop();
  pages.remove();
});

/** What a page has and Node has not. */
const prelude = (url: string): string => `data:text/javascript,
globalThis.location = { href: "${url}/" };
globalThis.requestAnimationFrame = (call) => setTimeout(() => call(performance.now()), 16);
`;

test("client.md: connects, joins, sees, moves and reconnects as it says", async () => {
  const files = new Map(programOf(blocksOf("docs/guide/client.md")));
  const folder = pages.write(files);
  const { default: game } = (await import(path.join(folder, "server.ts"))) as {
    default: GameDefinition;
  };
  server = createServer({
    game,
    secret: new Uint8Array(32).fill(7),
    http: { port: 0 },
    log: createLog({ level: "silent" }),
  });
  await server.start();
  const program = files.get("page.ts")!;
  expect(program.split(printed)).toHaveLength(2);
  const run = pages.write(files.set("page.ts", program.replace(printed, server.url)));
  child = node(
    [
      ...["--disable-warning=ExperimentalWarning", "--conditions=@realmwright/source"],
      ...["--import", encodeURI(prelude(server.url)), "page.ts"],
    ],
    run,
  );
  const told = (pattern: RegExp) => (output: readonly string[]) =>
    output.some((line) => pattern.test(line));
  await child.until(told(/^field 0 20$/u));
  await child.until(told(/^now in field $/u));
  // one's own hero walks to the right, from where the blue ones begin
  await child.until(told(/^1(?:19|2\d)\.\d\d 64\.00 Ada$/u));
  await child.until(told(/^Bot comes into sight false$/u));
  expect(child.output.filter((line) => /error/iu.test(line))).toEqual([]);
});
