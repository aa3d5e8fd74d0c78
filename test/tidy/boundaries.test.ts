// Plants one violation of each rule in a copy of the repository's outline, and lints the copy with the repository's
// own configuration: what is found here fails `npm run check`.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root, sources } from "./repository.ts";

type Planted = [file: string, text: string, rule: string, message: string];

/** The imports that the architecture forbids; the linter's message says why. */
const imports: [file: string, text: string, message: string][] = [
  // protocol ← core ← client | server ← testkit
  ["packages/protocol/src/a.ts", use("@realmwright/core"), "only none of our packages"],
  ["packages/core/src/a.ts", use("@realmwright/server"), "packages/core may not import"],
  ["packages/core/src/b.ts", use("@realmwright/client/internal"), "packages/core may not import"],
  ["packages/core/src/c.ts", use("@realmwright/kits"), "packages/core may not import"],
  ["packages/core/src/d.ts", use("@realmwright/core"), "packages/core may not import"],
  ["packages/client/src/a.ts", use("@realmwright/server"), "packages/client may not import"],
  ["packages/server/src/a.ts", use("@realmwright/client"), "packages/server may not import"],
  ["packages/server/src/b.ts", use("@realmwright/testkit"), "packages/server may not import"],
  ["packages/testkit/src/a.ts", use("@realmwright/cli"), "packages/testkit may not import"],
  ["apps/cli/src/a.ts", use("@realmwright/kits"), "apps/cli may not import"],

  // However the import is written.
  ["packages/core/src/e.ts", 'export const a = import("@realmwright/server");', "may not import"],
  ["packages/core/src/f.ts", 'export type { A } from "@realmwright/server";', "may not import"],
  ["packages/core/src/g.ts", 'export type A = import("@realmwright/server").A;', "may not import"],
  ["packages/core/src/h.ts", 'export { a } from "@realmwright/server";', "may not import"],
  ["packages/core/src/i.ts", 'export * from "@realmwright/server";', "may not import"],

  // Kits and games use public doors only.
  ["packages/kits/src/a.ts", use("@realmwright/core/internal"), "packages/kits may not import"],
  ["packages/kits/src/b.ts", use("@realmwright/protocol/internal"), "packages/kits may not import"],
  ["packages/kits/src/c.ts", use("@realmwright/server"), "packages/kits may not import"],
  ["games/realm/a.ts", use("@realmwright/core"), "games/realm may not import"],
  ["games/realm/b.ts", use("@realmwright/server/internal"), "games/realm may not import"],
  ["games/realm/c.ts", use("../racer/shared.ts"), "this path leaves games/realm"],

  // Nobody reaches past a door.
  ["packages/client/src/b.ts", use("@realmwright/core/src/world.ts"), "may not import"],
  ["packages/client/src/c.ts", use("../../core/src/index.ts"), "this path leaves packages/client"],
  ["test/e2e/a.ts", use("../../packages/server/src/index.ts"), "this path leaves test"],
  ["bench/a.ts", use("../packages/core/src/index.ts"), "this path leaves bench"],
  ["packages/core/stray/a.ts", use("../../../tools/run.mjs"), "this path leaves packages/core"],

  // Published code uses the libraries that its package declares.
  ["packages/core/src/j.ts", use("left-pad"), "not in the dependencies of packages/core"],
  ["packages/testkit/src/j.ts", use("fast-check"), "not in the dependencies of packages/testkit"],

  // What runs in browsers imports nothing of Node.
  ["packages/protocol/src/b.ts", use("node:fs"), "runs in browsers too"],
  ["packages/core/src/k.ts", use("node:zlib"), "runs in browsers too"],
  ["packages/client/src/d.ts", use("node:net"), "runs in browsers too"],
  ["packages/kits/src/d.ts", use("node:crypto"), "runs in browsers too"],

  // Inside the server.
  ["packages/server/src/transports/a.ts", use("../edge/edge.ts"), "an adapter imports ports only"],
  ["packages/server/src/sql/a.ts", use("../services/chat/store.ts"), "imports ports only"],
  ["packages/server/src/hot/a.ts", use("../index.ts"), "an adapter imports ports only"],
  ["packages/server/src/bus/threads/a.ts", use("../../room/room.ts"), "imports ports only"],
  ["packages/server/src/scripting/a.ts", use("../http/http.ts"), "neither HTTP nor rooms"],
  ["packages/server/src/ports/a.ts", use("../room/room.ts"), "a port knows nobody"],
  ["packages/server/src/services/chat/a.ts", use("../parties/store.ts"), "(chat → parties)"],

  // The oracle's model has nothing of the product, however it is asked for.
  ["test/oracle/model/a.ts", use("@realmwright/core"), "test/oracle/model may not import"],
  ["test/oracle/model/b.ts", use("../run.ts"), "this path leaves test/oracle/model"],
  ["test/oracle/model/c.ts", "const a = 1;\nexport const b = import(`./${a}.ts`);", "by a literal"],
  ["test/oracle/model/d.ts", 'export const a = import("@realm" + "wright/core");', "by a literal"],
  ["test/oracle/model/e.ts", "export const a = import(`@realmwright/core`);", "by a literal"],
  ["test/oracle/model/f.ts", 'export const a = require("@realmwright/core");', "no require"],
  ["test/oracle/model/g.ts", "const a = require;\nexport const b = a('x');", "no require"],
  [
    "test/oracle/model/h.test.ts",
    'import * as m from "node:module";\nexport const a = m.createRequire("/");',
    "no require",
  ],

  // A new folder needs a place in the map.
  ["apps/unheard-of/src/a.ts", use("node:fs"), "is in no zone"],
];

const globals =
  "Date performance setTimeout setInterval setImmediate queueMicrotask process Buffer console fetch " +
  "WebSocket crypto globalThis";

const forbidden: Planted[] = [
  ...imports.map(([file, text, message]): Planted => [file, text, "boundaries", message]),
  [
    "packages/server/src/cycle-a.ts",
    'import { b } from "./cycle-b.ts";\nexport const a = b;',
    "no-cycle",
    "",
  ],
  [
    "packages/server/src/cycle-b.ts",
    'import { a } from "./cycle-a.ts";\nexport const b = a;',
    "no-cycle",
    "",
  ],

  // Pure packages: clock, randomness, timers and the world outside are passed in.
  ...["protocol", "core", "kits"].flatMap((name) =>
    globals.split(" ").map((word): Planted => {
      const file = `packages/${name}/src/pure/uses-${word.toLowerCase()}.ts`;
      return [file, `export const a = ${word};`, "no-restricted-globals", `'${word}'`];
    }),
  ),
  ["packages/core/src/m.ts", "export const a = Math.random();", "no-restricted-properties", ""],
  ["packages/kits/src/m.ts", "export const a = Math.sin(1);", "no-restricted-properties", ""],
  [
    "packages/core/src/n.ts",
    "const { hypot } = Math;\nexport { hypot };",
    "no-restricted-properties",
    "",
  ],

  // Only the command reads the environment.
  ["packages/server/src/e.ts", "export const a = process.env;", "no-process-env", ""],
  ["packages/server/src/f.ts", use("node:process"), "no-restricted-imports", "environment"],
  ["games/realm/e.ts", "export const a = process.env;", "no-process-env", ""],

  // Modules hold no state.
  [
    "packages/server/src/s.ts",
    "let a = 1;\nexport function b() { a++; return a; }",
    "no-module-state",
    "",
  ],
  ["packages/server/src/t.ts", "export const a = new Map();", "no-module-state", ""],
  ["packages/server/src/u.ts", "export const a: string[] = [];", "no-module-state", ""],
  [
    "packages/server/src/v.ts",
    "export class A { static a = 1; b() { return A.a; } }",
    "no-module-state",
    "",
  ],

  // Doors and files.
  ["packages/server/src/index.ts", 'export * from "./ok.ts";', "named-exports", ""],
  ["packages/core/src/BadName.ts", "export const a = 1;", "filename-case", ""],
  ["packages/core/src/long.ts", `${"//\n".repeat(450)}export const a = 1;`, "max-lines", "(451)"],
  ["packages/core/src/late.ts", "// FIXME later\nexport {};", "no-warning-comments", ""],
  ["packages/server/src/p.ts", 'console.log("a");', "no-console", ""],
];

const allowed: [file: string, text: string][] = [
  ["test/oracle/model/ok.ts", `${use("./a.ts")}\nexport const b = import("./a.ts");`],
  ["test/oracle/ok.ts", "const a = 1;\nexport const b = import(`./${a}.ts`);"],
  ["packages/core/src/ok.ts", use("@realmwright/protocol", "@realmwright/protocol/internal")],
  ["packages/core/src/ok.test.ts", use("fast-check", "node:fs", "@realmwright/testkit")],
  ["packages/core/src/math.ts", "export const a = Math.sqrt(2) + Math.floor(1.5) + Math.abs(-1);"],
  ["packages/core/src/full.ts", `${"//\n".repeat(449)}export const a = 1;`],
  ["packages/client/src/ok.ts", use("@realmwright/protocol/internal", "@realmwright/core")],
  ["packages/kits/src/ok.ts", use("@realmwright/core", "@realmwright/protocol")],
  ["packages/server/src/ok.ts", use("@realmwright/core/internal", "node:fs", "ws")],
  ["packages/server/src/time.ts", "export const a = Math.sin(2) + performance.now();"],
  ["packages/server/src/constants.ts", "export const a: readonly string[] = [];"],
  ["packages/server/src/scratch.ts", "export const a = new Float64Array(1);"],
  ["packages/server/src/bus/threads/ok.ts", use("../../ports/bus.ts", "../own.ts", "node:net")],
  ["packages/server/src/bus/threads/ok.test.ts", use("../../room/room.ts", "../../testing/a.ts")],
  ["packages/server/src/testing/ok.ts", use("fast-check", "node:net")],
  ["packages/core/src/tiled/testing/ok.ts", use("fast-check", "node:zlib")],
  ["packages/server/src/room/ok.ts", use("../ports/clock.ts", "../edge/edge.ts")],
  ["packages/server/src/services/chat/ok.ts", use("./store.ts", "../operation.ts")],
  ["packages/server/src/services/all.ts", use("./chat/operations.ts")],
  ["packages/testkit/src/ok.ts", use("@realmwright/server/internal", "@realmwright/client")],
  ["apps/cli/src/ok.ts", use("@realmwright/server/internal", "@realmwright/testkit", "node:fs")],
  ["apps/cli/src/environment.ts", "export const a = process.env;"],
  ["games/realm/ok.ts", use("realmwright", "realmwright/client", "realmwright/kits", "pixi.js")],
  ["test/e2e/ok.ts", use("@realmwright/server/internal", "realmwright/client", "./own.ts")],
];

interface Diagnostic {
  readonly filename: string;
  readonly code: string;
  readonly message: string;
  readonly help?: string;
}

let directory: string;
let diagnostics: Diagnostic[];

beforeAll(() => {
  directory = realpathSync(mkdtempSync(path.join(tmpdir(), "realmwright-boundaries-")));
  const outline = [".oxlintrc.json", ...sources("**/package.json"), ...sources("tools/lint/*.mjs")];
  for (const file of outline) cpSync(path.join(root, file), path.join(directory, file));
  for (const [file, text] of [...forbidden, ...allowed]) {
    mkdirSync(path.dirname(path.join(directory, file)), { recursive: true });
    writeFileSync(path.join(directory, file), text);
  }
  const oxlint = path.join(root, "node_modules/oxlint/bin/oxlint");
  const run = spawnSync(
    process.execPath,
    [oxlint, "--format=json", "packages", "apps", "games", "test", "bench"],
    { cwd: directory, encoding: "utf8" },
  );
  expect(run.status, run.stderr).toBe(1);
  diagnostics = (JSON.parse(run.stdout) as { diagnostics: Diagnostic[] }).diagnostics;
});

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

test.each(forbidden)("%s is refused", (file, _text, rule, message) => {
  const found = findingsIn(file).filter((finding) => finding.startsWith(`${rule}: `));
  expect(found).toHaveLength(1);
  expect(found[0]).toContain(message);
});

test.each(allowed)("%s passes", (file) => {
  expect(findingsIn(file)).toEqual([]);
});

function findingsIn(file: string): string[] {
  return diagnostics
    .filter(({ filename }) => filename === file)
    .map(({ code, message, help }) => `${/\((.+)\)/.exec(code)?.[1]}: ${message} ${help}`);
}

/** Text of a file that imports modules and passes them on, so that nothing is unused. */
function use(...modules: string[]): string {
  return modules
    .map((module, i) => `import * as a${i} from "${module}";\nexport { a${i} };\n`)
    .join("");
}
