import { deflateSync, inflateSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TiledErrorReason } from "./errors.ts";
import { TiledError } from "./errors.ts";
import { TILED_LIMITS } from "./limits.ts";
import { fullJson, fullXml } from "./testing/full-map.ts";
import { mapJson, mapXml, noPorts, objectLayer, tileLayer, tileset } from "./testing/maps.ts";
import type { TiledPorts } from "./tiled-map.ts";
import { readTiledMap } from "./tiled-map.ts";

const ports: TiledPorts = {
  ...noPorts,
  inflate: (bytes, _compression, bytesMax) => inflateSync(bytes, { maxOutputLength: bytesMax }),
};

async function refusal(file: Uint8Array | string, using: TiledPorts = ports): Promise<TiledError> {
  try {
    await readTiledMap(file, using);
  } catch (error) {
    expect(error).toBeInstanceOf(TiledError);
    return error as TiledError;
  }
  throw new Error("the map was accepted");
}

async function expectRefusal(
  file: Uint8Array | string,
  reason: TiledErrorReason,
  where: string,
  problem: RegExp,
  using: TiledPorts = ports,
): Promise<void> {
  const error = await refusal(file, using);
  expect({ code: error.code, reason: error.reason, where: error.where }).toEqual({
    code: "MAP_INVALID",
    reason,
    where,
  });
  expect(error.message).toMatch(problem);
}

const layerOf = (more: object): string => mapJson({ layers: [tileLayer(4, 3, { ...more })] });
const base64Layer = (data: string, compression = ""): string =>
  layerOf({ encoding: "base64", compression, data });
const deflated = (bytes: number): string => deflateSync(new Uint8Array(bytes)).toString("base64");
const property = (name: string, type: string, value: unknown): string =>
  mapJson({ properties: [{ name, type, value }] });

describe("a damaged file", () => {
  it.each<[string, string | Uint8Array, RegExp]>([
    ["empty", "", /neither XML nor JSON/],
    ["neither format", "map", /neither XML nor JSON/],
    ["cut JSON", mapJson().slice(0, -5), /neither XML nor JSON/],
    ["cut XML", mapXml("").slice(0, -5), /not well-formed/],
    ["crossed tags", mapXml("<layer></data>"), /not well-formed/],
    ["a tileset", `<tileset name="a" tilewidth="1" tileheight="1"/>`, /no map/],
    ["a JSON tileset", `{"type":"tileset"}`, /no map/],
    ["a JSON list", "[]", /an object/],
    ["JSON null", "null", /an object/],
    ["two roots", "<map/><map/>", /root/],
    ["bytes that are no UTF-8", Uint8Array.of(0x7b, 0xff, 0xfe), /UTF-8/],
    ["no size", mapJson({ width: undefined }), /"width" is missing/],
    ["a size of 0", mapJson({ width: 0 }), /"width" is not/],
    ["a size that is none", mapJson({ height: "3" }), /"height" is not/],
    ["half a tile", mapJson({ width: 1.5 }), /"width" is not/],
    [
      "XML with words for numbers",
      mapXml("").replace('width="4"', 'width="four"'),
      /"width" is not/,
    ],
    ["a tile size of 0", mapJson({ tilewidth: 0 }), /"tilewidth" is not/],
    ["layers that are no list", mapJson({ layers: {} }), /"layers" is not/],
    ["properties that are no list", mapJson({ properties: { a: 1 } }), /"properties" is not/],
  ])("%s is refused", async (_name, file, problem) => {
    await expectRefusal(file, "invalid", "map", problem);
  });
});

describe("entities", () => {
  it("of a document's own are refused with their document type", async () => {
    const lol = `<!DOCTYPE map [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>`;
    await expectRefusal(lol + mapXml("").slice(38), "invalid", "map", /DOCTYPE/);
    const file = `<!doctype map SYSTEM "file:///etc/passwd">`;
    await expectRefusal(file + mapXml("").slice(38), "invalid", "map", /DOCTYPE/);
  });

  it.each([
    "&b;",
    "&",
    "&amp",
    "&#0;",
    "&#xD800;",
    "&#x110000;",
    "&#99999999;",
    "&;",
    "&#;",
    "&lt",
  ])("%s are refused", async (entity) => {
    const file = mapXml(`<properties><property name="a" value="x${entity}y"/></properties>`);
    await expectRefusal(file, "invalid", "map", /unknown XML entity/);
  });
});

describe("a number", () => {
  it.each(["x", "e", ".x", "e+", "e1x"])(
    "of a million digits and %s is refused in time",
    async (end) => {
      const file = mapXml("").replace('width="4"', `width="${"1".repeat(1_000_000)}${end}"`);
      await expectRefusal(file, "invalid", "map", /"width" is not/);
    },
  );

  it.each(["4", "+4", "4.", "4.0", "4e0", ".4e1", "0.4E+1"])(
    "may be written as %s",
    async (width) => {
      const map = await readTiledMap(mapXml("").replace('width="4"', `width="${width}"`), ports);
      expect(map.width).toBe(4);
    },
  );

  it.each(["", ".", "e1", "+", "4e", "0x4", "4 ", "--4"])(
    "may not be written as %j",
    async (width) => {
      const file = mapXml("").replace('width="4"', `width="${width}"`);
      await expectRefusal(file, "invalid", "map", /"width" is not/);
    },
  );
});

describe("tile data", () => {
  const where = 'layer "Ground"';

  it.each<[string, string, RegExp]>([
    ["too few numbers", layerOf({ data: [1, 2] }), /12 tiles were expected, not 2/],
    ["too many numbers", layerOf({ data: Array(13).fill(0) }), /12 tiles were expected, not 13/],
    ["no data", layerOf({ data: undefined }), /12 tiles were expected, not 0/],
    ["negative numbers", layerOf({ data: Array(12).fill(-1) }), /no tile number/],
    ["fractions", layerOf({ data: Array(12).fill(0.5) }), /no tile number/],
    ["words", layerOf({ data: Array(12).fill("1") }), /no tile number/],
    ["numbers beyond 32 bits", layerOf({ data: Array(12).fill(2 ** 32) }), /no tile number/],
    ["too little CSV", layerOf({ data: "1,2,3" }), /12 tiles were expected, not 3/],
    ["too much CSV", layerOf({ data: "1,".repeat(13) }), /12 tiles were expected, not 13/],
    ["empty CSV", layerOf({ data: "" }), /12 tiles were expected, not 0/],
    ["holes in CSV", layerOf({ data: "1,,2" }), /index 1 is no tile number/],
    ["spaces inside of CSV numbers", layerOf({ data: "1,2 3,4" }), /index 1 is no tile number/],
    ["signs in CSV", layerOf({ data: "1,-2" }), /index 1 is no tile number/],
    ["CSV beyond 32 bits", layerOf({ data: "4294967296" }), /index 0 is no tile number/],
    ["cut base64", base64Layer("AAAAA"), /base64/],
    ["letters that are none", base64Layer("A!AA"), /base64/],
    ["too few bytes", base64Layer("AAAA"), /12 tiles were expected/],
    ["too many bytes", base64Layer(Buffer.alloc(52).toString("base64")), /expected, not 13/],
    ["too few zlib bytes", base64Layer(deflated(44), "zlib"), /12 tiles were expected, not 11/],
    ["one zlib byte too many", base64Layer(deflated(49), "zlib"), /zlib data/],
    ["a zlib bomb", base64Layer(deflated(50_000_000), "zlib"), /zlib data/],
    ["cut zlib", base64Layer(deflated(48).slice(0, 12), "zlib"), /zlib data/],
    ["no zlib", base64Layer("AAAA", "zlib"), /zlib data/],
    [
      "a tile of no tileset",
      layerOf({ data: [1, 9, ...Array<number>(10).fill(0)] }),
      /tile 9 at index 1 is in no/,
    ],
    [
      "only flags",
      layerOf({ data: [0x8000_0000, ...Array<number>(11).fill(0)] }),
      /tile 0 at index 0/,
    ],
    ["another width than the map", layerOf({ width: 5 }), /width is not the map's/],
    ["base64 that is a list", layerOf({ encoding: "base64" }), /"data" is not text/],
  ])("of %s is refused", async (_name, file, problem) => {
    await expectRefusal(file, "invalid", where, problem);
  });

  it("asks for no more bytes than the layer holds", async () => {
    const asked: number[] = [];
    const file = base64Layer(deflated(48), "zlib");
    await readTiledMap(file, {
      ...noPorts,
      inflate(bytes, compression, bytesMax) {
        asked.push(bytesMax);
        return ports.inflate(bytes, compression, bytesMax);
      },
    });
    expect(asked).toEqual([48]);
  });

  it("of an unknown encoding or compression is unsupported", async () => {
    await expectRefusal(layerOf({ encoding: "hex", data: "" }), "unsupported", where, /"hex"/);
    await expectRefusal(base64Layer("AAAA", "lzma"), "unsupported", where, /"lzma"/);
  });

  it("keeps the cause where decompression fails", async () => {
    const cause = new Error("no zstd on this machine");
    const error = await refusal(base64Layer("AAAA", "zstd"), {
      ...noPorts,
      inflate: () => Promise.reject(cause),
    });
    expect(error.cause).toBe(cause);
  });
});

describe("objects", () => {
  const where = 'layer "Things" object 5';
  const objectOf = (more: object): string =>
    mapJson({ layers: [objectLayer([{ id: 5, x: 0, y: 0, ...more }])] });

  it.each<[string, object, RegExp]>([
    ["a place that is no number", { y: "1" }, /"y" is not a number/],
    ["a negative size", { width: -1 }, /"width" is negative/],
    ["a tile of no tileset", { gid: 9 }, /tile 9 is in no tileset/],
    ["a polygon without points", { polygon: [] }, /polygon without points/],
    ["a polygon that is none", { polygon: "0,0" }, /"polygon" is not a list/],
    ["a point without place", { polyline: [{ x: 1 }, { x: 2, y: 3 }] }, /"y" is missing/],
    ["a shape that is no flag", { ellipse: 1 }, /"ellipse" is not true or false/],
  ])("with %s are refused", async (_name, more, problem) => {
    const error = await refusal(objectOf(more));
    expect(error.reason).toBe("invalid");
    expect(error.where.startsWith(where)).toBe(true);
    expect(error.message).toMatch(problem);
  });

  it("at places beyond all numbers are refused", async () => {
    const file = objectOf({}).replace('"x":0', '"x":1e999');
    await expectRefusal(file, "invalid", where, /"x" is not a number/);
    const xml = `<objectgroup name="Things"><object id="5" x="0" y="1e999"/></objectgroup>`;
    await expectRefusal(mapXml(xml), "invalid", where, /"y" is not a number/);
  });

  it("with XML points that are none are refused", async () => {
    for (const points of ["1,2 3", "1,2 a,b", "1,2,3 4,5", "NaN,1 2,3", "0x1,1 2,2"]) {
      const file = mapXml(
        `<objectgroup name="o"><object id="1" x="0" y="0"><polygon points="${points}"/></object></objectgroup>`,
      );
      const error = await refusal(file);
      expect(error.reason).toBe("invalid");
      expect(error.where).toBe('layer "o" object 1 polygon');
    }
  });

  it("and layers that groups move beyond all numbers are refused", async () => {
    const inner = tileLayer(4, 3, { offsetx: 1e308, opacity: 1e200 });
    for (const around of [{ offsetx: 1e308 }, { opacity: 1e200 }]) {
      const group = { type: "group", name: "g", layers: [inner], ...around };
      const file = mapJson({ layers: [group] });
      await expectRefusal(file, "invalid", 'layer "g/Ground"', /beyond all numbers/);
    }
  });

  it("made of templates are unsupported", async () => {
    await expectRefusal(objectOf({ template: "a.tx" }), "unsupported", where, /template/);
  });
});

describe("properties", () => {
  it.each<[string, unknown]>([
    ["int", 1.5],
    ["int", "1"],
    ["int", 2 ** 60],
    ["float", "x"],
    ["bool", "yes"],
    ["bool", 1],
    ["object", {}],
    ["string", 1],
    ["class", []],
    ["class", "x"],
    ["list", {}],
    ["list", [1]],
  ])("of type %s that are %j are refused", async (type, value) => {
    expect((await refusal(property("a", type, value))).reason).toBe("invalid");
  });

  it("of an unknown type are unsupported", async () => {
    await expectRefusal(
      property("a", "quaternion", 1),
      "unsupported",
      'map property "a"',
      /"quaternion"/,
    );
  });

  it("named __proto__ are refused wherever they stand, and change nothing", async () => {
    const nested = mapJson({ properties: [{ name: "a", type: "class", value: 0 }] });
    const xmlMember = `<property name="a" type="class"><properties><property name="__proto__" value="1"/></properties></property>`;
    for (const file of [
      property("__proto__", "string", "x"),
      nested.replace('"value":0', '"value":{"__proto__":{"polluted":true}}'),
      mapXml(`<properties><property name="__proto__" value="x"/></properties>`),
      mapXml(`<properties>${xmlMember}</properties>`),
      mapXml(`<layer name="l" __proto__="x"/>`),
      mapXml(`<__proto__/>`),
    ]) {
      expect((await refusal(file)).reason).toBe("invalid");
    }
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
    const odd = await readTiledMap(
      mapJson({ properties: [{ name: "constructor", value: "x" }] }),
      ports,
    );
    expect([...odd.properties]).toEqual([["constructor", "x"]]);
  });

  it("nest no deeper than the limit", async () => {
    const nest = (depth: number): unknown => (depth === 0 ? 1 : { a: nest(depth - 1) });
    const { depthMax } = TILED_LIMITS;
    await readTiledMap(property("a", "class", nest(depthMax - 1)), ports);
    expect((await refusal(property("a", "class", nest(depthMax)))).reason).toBe("too-large");
    expect((await refusal(property("a", "class", nest(3000)))).reason).toBe("too-large");
  });
});

describe("tilesets", () => {
  it.each<[string, object, RegExp]>([
    ["no first gid", { firstgid: undefined }, /"firstgid" is missing/],
    ["a first gid of 0", { firstgid: 0 }, /"firstgid" is not/],
    ["a negative count", { tilecount: -1 }, /"tilecount" is not/],
    ["no tile size", { tilewidth: undefined }, /"tilewidth" is missing/],
    ["a tile twice", { tiles: [{ id: 1 }, { id: 1 }] }, /described twice/],
    ["a tile without id", { tiles: [{}] }, /"id" is missing/],
    ["tiles of an old version", { tiles: { 1: {} } }, /"tiles" is not a list/],
    ["an unknown alignment", { objectalignment: "middle" }, /"objectalignment" is not/],
    ["an absolute source", { source: "/etc/passwd" }, /relative path/],
    ["an address as source", { source: "http://example.org/a.tsx" }, /relative path/],
    ["a drive as source", { source: "C:\\a.tsx" }, /relative path/],
    ["a source with a NUL", { source: "a\0.tsx" }, /relative path/],
  ])("with %s are refused", async (_name, more, problem) => {
    const error = await refusal(mapJson({ tilesets: [{ ...tileset, ...more }] }));
    expect(error.reason).toBe("invalid");
    expect(error.message).toMatch(problem);
  });

  it("that begin at the same gid are refused", async () => {
    const error = await refusal(mapJson({ tilesets: [tileset, tileset] }));
    expect(error.message).toMatch(/another tileset starts at 1/);
  });

  it("that can not be loaded, or are no tilesets, say so", async () => {
    const file = mapJson({ tilesets: [{ firstgid: 1, source: "a.tsx" }] });
    const cause = new Error("ENOENT");
    const loading = (content: () => Promise<string>): TiledPorts => ({ ...noPorts, load: content });
    const error = await refusal(
      file,
      loading(() => Promise.reject(cause)),
    );
    expect([error.reason, error.where, error.cause]).toEqual([
      "unloaded",
      'tileset "a.tsx"',
      cause,
    ]);
    for (const content of [mapXml(""), "", "{", "[]", "<tileset"]) {
      const wrong = await refusal(
        file,
        loading(() => Promise.resolve(content)),
      );
      expect([wrong.reason, wrong.where]).toEqual(["invalid", 'tileset "a.tsx"']);
    }
  });
});

describe("what is not offered", () => {
  it("is refused as unsupported", async () => {
    for (const orientation of ["isometric", "staggered", "hexagonal", "oblique"]) {
      await expectRefusal(mapJson({ orientation }), "unsupported", "map", new RegExp(orientation));
    }
  });

  it("an infinite map without tiles has no size", async () => {
    await expectRefusal(mapJson({ infinite: true, layers: [] }), "invalid", "map", /no chunks/);
  });
});

describe("any change to a valid file", () => {
  const pieces = [
    "0",
    "-1",
    "1e9",
    "99999999999",
    '"',
    "<",
    ">",
    "/",
    "&",
    "{",
    "}",
    "[",
    "]",
    ",",
    "null",
    "\0",
    "é",
  ];
  const edit = fc.record({
    at: fc.nat(),
    length: fc.nat({ max: 40 }),
    to: fc.nat(),
    piece: fc.constantFrom("", "copy", ...pieces),
  });

  it.each([
    ["XML", fullXml],
    ["JSON", fullJson],
  ])("of %s gives a map or a TiledError", async (_name, valid) => {
    const counts = { maps: 0, errors: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), async (edits) => {
        let file = valid;
        for (const { at, length, to, piece } of edits) {
          const start = at % (file.length + 1);
          const end = Math.min(file.length, start + length);
          const from = to % (file.length + 1);
          const middle = piece === "copy" ? file.slice(from, from + length) : piece;
          file = file.slice(0, start) + middle + file.slice(end);
        }
        try {
          const map = await readTiledMap(file, ports);
          counts.maps++;
          for (const layer of map.layers) {
            if (layer.kind === "tiles") expect(layer.gids).toHaveLength(map.width * map.height);
          }
        } catch (error) {
          counts.errors++;
          expect(error).toBeInstanceOf(TiledError);
        }
      }),
      { numRuns: 1500 },
    );
    expect(counts.maps).toBeGreaterThan(20);
    expect(counts.errors).toBeGreaterThan(500);
  });
});
