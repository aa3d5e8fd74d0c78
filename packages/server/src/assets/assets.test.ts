import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { deflateSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FileTree } from "./file-tree.ts";
import { GameFiles } from "./game-files.ts";
import { mapJson } from "./map-json.ts";
import { mediaType } from "./media-type.ts";

let base: string;
let root: string;

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), "realm-assets-"));
  root = join(base, "assets");
  await mkdir(join(root, "maps"), { recursive: true });
  await mkdir(join(root, ".hidden"));
  await writeFile(join(base, "secret.txt"), "secret");
  await writeFile(join(base, "assets-not"), "secret");
  await writeFile(join(root, "hero.png"), "picture");
  await writeFile(join(root, "empty.txt"), "");
  await writeFile(join(root, ".env"), "secret");
  await writeFile(join(root, ".hidden", "file.txt"), "secret");
  await symlink(join(base, "secret.txt"), join(root, "leak.txt"));
  await symlink(join(root, "hero.png"), join(root, "alias.png"));
  await symlink(base, join(root, "up"));
  await writeFile(join(root, "maps", "town.tmj"), JSON.stringify(townMap()));
  await writeFile(join(root, "maps", "ground.tsj"), JSON.stringify(groundTileset()));
});
afterAll(() => rm(base, { recursive: true, force: true }));

describe("[S-HTTP3] a tree of files", () => {
  test("opens what lies below its root", async () => {
    const tree = new FileTree(root);
    const file = await tree.open("hero.png");
    expect(file?.facts).toMatchObject({ path: "hero.png", bytes: 7 });
    expect(file?.facts.hash).toMatch(/^[0-9a-f]{24}$/);
    expect((await buffer(file!.stream())).toString()).toBe("picture");
    expect((await tree.read("alias.png")).toString()).toBe("picture");
    const empty = await tree.open("empty.txt");
    expect((await buffer(empty!.stream())).length).toBe(0);
  });

  test.each([
    "",
    "/",
    ".",
    "..",
    "../secret.txt",
    "maps/../../secret.txt",
    "maps/..",
    "./hero.png",
    "/etc/passwd",
    "//etc/passwd",
    "hero.png/",
    "hero.png/x",
    "maps",
    ".env",
    ".hidden/file.txt",
    "maps\\..\\..\\secret.txt",
    "hero.png\0.txt",
    "leak.txt",
    "up/secret.txt",
    "up/assets/hero.png/../../secret.txt",
    "none.png",
    "x".repeat(513),
    "x".repeat(300),
  ])("has no file %j", async (path) => {
    expect(await new FileTree(root).open(path)).toBeUndefined();
    await expect(new FileTree(root).read(path)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("never shows a secret, whatever the path", async () => {
    const tree = new FileTree(root);
    const part = fc.constantFrom(
      "..",
      ".",
      "up",
      "maps",
      "secret.txt",
      "%2e%2e",
      "assets",
      "",
      "leak.txt",
    );
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 6 }), async (parts) => {
        const file = await tree.open(parts.join("/"));
        if (file === undefined) return;
        const content = await buffer(file.stream());
        expect(content.toString()).not.toBe("secret");
      }),
      { numRuns: 300 },
    );
  });

  test("lists its files with their hashes, hidden ones and ways out left out", async () => {
    const files = await new FileTree(root).list();
    const paths = files.map(({ path }) => path);
    expect(paths).toEqual([
      "alias.png",
      "empty.txt",
      "hero.png",
      "maps/ground.tsj",
      "maps/town.tmj",
    ]);
    expect(files[0]!.hash).toBe(files[2]!.hash);
    expect(await new FileTree(join(base, "nowhere")).list()).toEqual([]);
    expect(await new FileTree(join(base, "nowhere")).open("x")).toBeUndefined();
  });

  test("sees a change by size or time", async () => {
    const tree = new FileTree(root);
    const place = join(root, "maps", "note.txt");
    await writeFile(place, "one");
    const hash = async () => {
      const file = await tree.open("maps/note.txt");
      await file!.close();
      return file!.facts.hash;
    };
    const first = await hash();
    expect(await hash()).toBe(first);
    await writeFile(place, "two");
    await utimes(place, new Date(), new Date(Date.UTC(2030, 1, 1)));
    const second = await hash();
    expect(second).not.toBe(first);
    await writeFile(place, "three");
    expect(await hash()).not.toBe(second);
    await rm(place);
    expect(await tree.open("maps/note.txt")).toBeUndefined();
  });
});

describe("[S-HTTP4] a game's files", () => {
  test("give texts, bytes and maps with their tilesets", async () => {
    const files = new GameFiles(root);
    expect(await files.text("hero.png")).toBe("picture");
    expect((await files.bytes("hero.png")).length).toBe(7);
    const map = await files.map("maps/town.tmj");
    expect([map.width, map.height, map.tilesets[0]?.name]).toEqual([2, 2, "ground"]);
    await expect(files.map("maps/none.tmj")).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(files.map("hero.png")).rejects.toMatchObject({ code: "MAP_INVALID" });
  });

  test("a map can not reach outside of the folder", async () => {
    const place = join(root, "maps", "evil.tmj");
    const map = { ...townMap(), tilesets: [{ firstgid: 1, source: "../../secret.txt" }] };
    await writeFile(place, JSON.stringify(map));
    await expect(new GameFiles(root).map("maps/evil.tmj")).rejects.toMatchObject({
      code: "MAP_INVALID",
      reason: "unloaded",
    });
    await rm(place);
  });

  test("a map becomes plain JSON: arrays, objects, paths of assets", async () => {
    const map = await new GameFiles(root).map("maps/town.tmj");
    const json = JSON.parse(JSON.stringify(mapJson(map, "maps/town.tmj"))) as object;
    expect(json).toMatchObject({
      width: 2,
      height: 2,
      tileWidth: 16,
      properties: { music: "calm.ogg" },
      tilesets: [
        {
          firstGid: 1,
          name: "ground",
          columns: 2,
          image: { path: "tiles/ground.png", width: 32, height: 16 },
          tiles: [
            { id: 1, properties: { solid: true }, animation: [{ tileId: 0, durationMs: 100 }] },
          ],
        },
      ],
      layers: [
        { kind: "tiles", name: "floor", gids: [1, 2, 2, 0], flips: [0, 1, 0, 0] },
        {
          kind: "objects",
          name: "things",
          objects: [{ name: "door", shape: "rectangle", x: 8, properties: { to: "forest" } }],
        },
      ],
    });
    expect(JSON.stringify(json)).not.toContain("eJ");
  });
});

test.each([
  ["a.png", "image/png"],
  ["a/b.HTML", "text/html; charset=utf-8"],
  ["a.tsx", "application/xml; charset=utf-8"],
  ["a.constructor", "application/octet-stream"],
  ["noending", "application/octet-stream"],
])("%s is %s", (path, type) => {
  expect(mediaType(path)).toBe(type);
});

function townMap(): Record<string, unknown> {
  const gids = Uint32Array.of(1, 2 | 0x8000_0000, 2, 0);
  return {
    type: "map",
    orientation: "orthogonal",
    width: 2,
    height: 2,
    tilewidth: 16,
    tileheight: 16,
    properties: [{ name: "music", type: "string", value: "calm.ogg" }],
    tilesets: [{ firstgid: 1, source: "ground.tsj" }],
    layers: [
      {
        id: 1,
        type: "tilelayer",
        name: "floor",
        width: 2,
        height: 2,
        encoding: "base64",
        compression: "zlib",
        data: deflateSync(Buffer.from(gids.buffer)).toString("base64"),
      },
      {
        id: 2,
        type: "objectgroup",
        name: "things",
        objects: [
          {
            id: 1,
            name: "door",
            x: 8,
            y: 8,
            width: 16,
            height: 16,
            properties: [{ name: "to", type: "string", value: "forest" }],
          },
        ],
      },
    ],
  };
}

function groundTileset(): Record<string, unknown> {
  return {
    type: "tileset",
    name: "ground",
    tilewidth: 16,
    tileheight: 16,
    tilecount: 2,
    columns: 2,
    image: "../tiles/ground.png",
    imagewidth: 32,
    imageheight: 16,
    tiles: [
      {
        id: 1,
        properties: [{ name: "solid", type: "bool", value: true }],
        animation: [{ tileid: 0, duration: 100 }],
      },
    ],
  };
}
