import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { inTests, serverLayers, zones } from "./map.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");

/**
 * Lint rule: every import, static or dynamic, of values or of types, keeps to the map. Where the map wants imports in plain
 * sight, one whose name is worked out, and any `require`, is refused.
 */
export const boundaries = {
  create(/** @type {any} */ context) {
    const file = path.relative(root, context.filename).replaceAll("\\", "/");
    const check = checkerFor(file);
    const isPlain = zoneOf(file)?.plain === true;
    const visit = (/** @type {any} */ node) => {
      const source = node.source ?? node.argument?.literal ?? node.argument;
      if (typeof source?.value !== "string") {
        if (isPlain && node.type === "ImportExpression") {
          context.report({ node, message: "what is imported here is named by a literal" });
        }
        return;
      }
      const problem = check(source.value);
      if (problem !== undefined) context.report({ node: source, message: problem });
    };
    return {
      ImportDeclaration: visit,
      ImportExpression: visit,
      ExportAllDeclaration: visit,
      ExportNamedDeclaration: visit,
      TSImportType: visit,
      Identifier(/** @type {any} */ node) {
        if (isPlain && /^(createR|r)equire$/.test(node.name)) {
          context.report({ node, message: "no require here: import, by a literal" });
        }
      },
    };
  },
};

/**
 * @param {string} file from the root
 * @returns {(specifier: string) => string | undefined} what is wrong with an import in that file
 */
function checkerFor(file) {
  const zone = zoneOf(file);
  if (zone === undefined)
    return () => `${file} is in no zone of tools/lint/map.mjs: add its folder there`;
  const home = /** @type {string} */ (homeOf(file, zone.folder));
  const isTest = /\.test\.ts$|\/testing\//.test(file);
  const doors = isTest ? [...zone.doors, ...inTests.doors] : zone.doors;

  return (specifier) => {
    if (specifier.startsWith(".")) {
      const target = path.posix.join(path.posix.dirname(file), specifier);
      return leavesHome(target, home, zone) ?? (isTest ? undefined : leavesLayer(file, target));
    }
    if (isBuiltin(specifier)) {
      if (zone.node || (isTest && inTests.node)) return undefined;
      return `${home} runs in browsers too: it may not import ${specifier}`;
    }
    if (/^(@realmwright\/|realmwright(\/|$))/.test(specifier)) {
      if (doors.some((door) => opens(door, specifier))) return undefined;
      return `${home} may not import ${specifier}, only ${doors.join(", ") || "none of our packages"}`;
    }
    return undeclared(specifier, home, isTest);
  };
}

/** @param {string} file from the root */
function zoneOf(file) {
  return zones.find(({ folder }) => homeOf(file, folder) !== undefined);
}

/**
 * @param {string} file
 * @param {string} folder of a zone
 * @returns {string | undefined} the folder with its `*` filled in, if the file lies in it
 */
function homeOf(file, folder) {
  const length = folder.split("/").length;
  const start = file.split("/").slice(0, length);
  return folder.split("/").every((name, i) => name === "*" || name === start[i])
    ? start.join("/")
    : undefined;
}

/**
 * @param {string} target
 * @param {string} home
 * @param {import("./map.mjs").Zone} zone
 */
function leavesHome(target, home, zone) {
  const allowed = [home, ...(zone.reach ?? [])];
  if (allowed.some((folder) => target.startsWith(`${folder}/`))) return undefined;
  return `this path leaves ${home}: import a package by its name, through its door`;
}

/**
 * @param {string} file
 * @param {string} target
 */
function leavesLayer(file, target) {
  const [from = "", to = ""] = [file, target].map(
    (name) => /^packages\/server\/src\/(.*)/.exec(name)?.[1],
  );
  const [layer = "", service] = from.split("/");
  const [targetLayer = "", targetService] = to.split("/");
  if (targetLayer === layer) {
    // A file that lies in services/ itself is common to all services.
    const other = layer === "services" && targetService !== service && to.split("/").length > 2;
    if (!other || from.split("/").length < 3) return undefined;
    return `no service imports another (${service} → ${targetService}): go through a port or a domain event`;
  }
  const rule = serverLayers[layer];
  if (rule === undefined || rule.mayUse.includes(targetLayer)) return undefined;
  return `${layer} may not import ${to}: ${rule.why}`;
}

/**
 * @param {string} door
 * @param {string} specifier
 */
function opens(door, specifier) {
  return door.endsWith("/*") ? specifier.startsWith(door.slice(0, -1)) : specifier === door;
}

/**
 * @param {string} specifier of a library
 * @param {string} home
 * @param {boolean} isTest
 */
function undeclared(specifier, home, isTest) {
  const name = specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
  const own = manifestOf(home === "tools" ? "." : home);
  const { dependencies, optionalDependencies, peerDependencies, devDependencies } = own;
  const declared = { ...dependencies, ...optionalDependencies, ...peerDependencies };
  // What is never published may use development tools, and so may tests.
  if (own.private || isTest)
    Object.assign(declared, devDependencies, manifestOf(".").devDependencies);
  if (name in declared) return undefined;
  return `${name} is not in the dependencies of ${home}/package.json`;
}

/** @type {Map<string, any>} */
const manifests = new Map();

/** @param {string} folder */
function manifestOf(folder) {
  let manifest = manifests.get(folder);
  if (manifest === undefined) {
    manifest = JSON.parse(readFileSync(path.join(root, folder, "package.json"), "utf8"));
    manifests.set(folder, manifest);
  }
  return manifest;
}
