// Which code may import which: the architecture's rules as data. `boundaries.mjs` enforces them.

/**
 * @typedef {object} Zone
 * @property {string} folder from the root of the repository; `*` is any one folder
 * @property {string[]} doors modules of ours that its files may import; a trailing `/*` allows subpaths
 * @property {boolean} node whether it may import modules of Node
 * @property {boolean} [plain] whether its imports must be in plain sight: named by literals, and no `require`
 * @property {string[]} [reach] folders outside of its own that it may import by relative path
 */

/** @param {string[]} names */
const bothDoors = (...names) =>
  names.flatMap((name) => [`@realmwright/${name}`, `@realmwright/${name}/internal`]);

const everyPackage = bothDoors("protocol", "core", "kits", "client", "server", "testkit", "cli");
const everything = [...everyPackage, "realmwright", "realmwright/*"];

/** @type {Zone[]} */
export const zones = [
  // Writes the reference pages from the tables; not published.
  { folder: "packages/protocol/tools", node: true, doors: [], reach: ["packages/protocol/src"] },
  { folder: "packages/protocol", node: false, doors: [] },
  { folder: "packages/core", node: false, doors: bothDoors("protocol") },
  { folder: "packages/kits", node: false, doors: ["@realmwright/protocol", "@realmwright/core"] },
  { folder: "packages/client", node: false, doors: bothDoors("protocol", "core") },
  { folder: "packages/server", node: true, doors: bothDoors("protocol", "core") },
  {
    folder: "packages/testkit",
    node: true,
    doors: bothDoors("protocol", "core", "client", "server"),
  },
  { folder: "packages/realmwright", node: true, doors: everyPackage },
  {
    folder: "apps/cli",
    node: true,
    doors: bothDoors("protocol", "core", "client", "server", "testkit"),
  },
  { folder: "games/*", node: true, doors: ["realmwright", "realmwright/*"] },
  // The oracle knows the promises of the product and none of its code.
  { folder: "test/oracle/model", node: false, doors: [], plain: true },
  {
    folder: "test",
    node: true,
    doors: [...everything, "@realmwright/game-realm/*"],
    // Databases for tests are started in one way.
    reach: ["tools", "packages/server/src/sql/testing", "packages/server/src/hot/testing"],
  },
  {
    folder: "bench",
    node: true,
    doors: everything,
    // what tests start and generate, proofs and benches do too: database servers, requests, writes
    reach: ["testing", "sql/testing", "hot/testing", "services/objects/testing"].map(
      (folder) => `packages/server/src/${folder}`,
    ),
  },
  { folder: "tools", node: true, doors: [] },
];

/** What tests (`*.test.ts`) and their helpers (in a folder `testing`) may import besides; layers do not bind them. */
export const inTests = { node: true, doors: ["@realmwright/testkit"] };

/**
 * Folders of packages/server/src whose relative imports stay within themselves and `mayUse`. A folder that is not
 * named here may import any other.
 *
 * @type {Record<string, { mayUse: string[], why: string }>}
 */
export const serverLayers = {
  ports: { mayUse: [], why: "a port knows nobody who uses or fills it" },
  transports: { mayUse: ["ports"], why: "an adapter imports ports only" },
  sql: { mayUse: ["ports"], why: "an adapter imports ports only" },
  hot: { mayUse: ["ports"], why: "an adapter imports ports only" },
  bus: { mayUse: ["ports"], why: "an adapter imports ports only" },
  scripting: {
    mayUse: ["ports", "hot", "auth", "services"],
    why: "scripts know hot state, who calls and operations, but neither HTTP nor rooms",
  },
};
