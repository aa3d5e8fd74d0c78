import { describe, expect, test } from "vitest";
import { z } from "zod";
import { operation, type AnyOperation } from "../services/operation.ts";
import { Counters } from "../testing/counters.ts";
import type { GeneratedRequest } from "../testing/described-api.ts";
import { explore, type Exploration } from "../testing/explore.ts";
import { appSender, operationsBench, subjects } from "../testing/operations-bench.ts";
import { openApiDocument } from "./openapi.ts";

const info = { title: "Counters", version: "1" };

const callers = [
  { name: "nobody", role: undefined, headers: {} },
  { name: "a stranger", role: undefined, headers: { authorization: "Bearer stranger" } },
  ...[...subjects].map(([token, { name, role }]) => ({
    name,
    role,
    headers: { authorization: `Bearer ${token}` },
  })),
];

/** The counters, some of which are there all the time, explored; with a change that plants a bug. */
async function exploreCounters(
  runs: number,
  change: (operations: AnyOperation[]) => AnyOperation[] = (all) => all,
): Promise<Awaited<ReturnType<typeof explore>>> {
  const counters = new Counters();
  const honest = counters.operations();
  const { app } = operationsBench(change(honest));
  let turn = 0;
  const known: Exploration["known"] = (_operation, member, caller) =>
    member === "id"
      ? () => {
          const owner = turn++ % 5 === 0 ? "a-rival" : `a-${caller.name}`;
          const own = counters.ids.find((id) => counters.ownerOf(id) === owner);
          return own ?? counters.add(owner, "wins").id;
        }
      : undefined;
  const isAllowed = ({ operationId, caller, input }: GeneratedRequest): boolean => {
    const { id } = input;
    const owner = typeof id === "string" ? counters.ownerOf(id) : undefined;
    const isOver = caller.role === "admin" || caller.role === "service";
    return (
      isOver || owner === undefined || owner === `a-${caller.name}` || operationId.endsWith("count")
    );
  };
  // what is described is what was meant
  const document: unknown = JSON.parse(JSON.stringify(openApiDocument(honest, info)));
  try {
    return await explore({ document, callers, runs, known, isAllowed, send: appSender(app) });
  } finally {
    await app.close();
  }
}

describe("[S-OP13] generated requests of every role", () => {
  test("find nothing wrong, and enough of them are served", async () => {
    const shares = await exploreCounters(300);
    expect(shares.size).toBe(8);
    for (const [name, { asked, served }] of shares) {
      expect([name, asked]).toEqual([name, 300]);
      expect([name, served > 0.3 * asked], `${served} of ${asked}`).toEqual([name, true]);
    }
  }, 60_000);

  type Change = Partial<AnyOperation>;
  const swapped =
    (name: string, change: (was: AnyOperation) => Change) =>
    (all: AnyOperation[]): AnyOperation[] =>
      all.map((was) => (was.name === name ? { ...was, ...change(was) } : was));
  const anyCounter = { id: "c1", name: "x", value: 1, owner: "a-player" };

  test.each<[string, (all: AnyOperation[]) => AnyOperation[], RegExp]>([
    [
      "an operation that asks for no token",
      swapped("counters.list", () => ({ action: "server.read", run: async () => ({ items: [] }) })),
      /counters\.list: .* may not do that/u,
    ],
    [
      "an operation for fewer roles that all may",
      swapped("counters.reset", () => ({ action: "objects.write" })),
      /counters\.reset: .* may not/u,
    ],
    [
      "an operation that forgets the owner",
      swapped("counters.read", () => ({ run: async (_call, { id }) => ({ ...anyCounter, id }) })),
      /counters\.read: .* may not/u,
    ],
    [
      "an answer outside of its schema",
      swapped("counters.count", () => ({
        output: z.unknown(),
        run: async () => ({ count: -1, asker: null }),
      })),
      /counters\.count: it does not fit its schema/u,
    ],
    [
      "an answer with more than its schema",
      swapped("counters.count", () => ({
        output: z.unknown(),
        run: async () => ({ count: 1, asker: null, passwords: [] }),
      })),
      /counters\.count: it does not fit its schema/u,
    ],
    [
      "an answer that is none",
      swapped("counters.count", () => ({ run: async () => ({ count: 1.5, asker: null }) })),
      /counters\.count: it failed with 500/u,
    ],
    [
      "input that nobody checks",
      swapped("counters.create", () => ({ input: z.looseObject({}), run: async () => anyCounter })),
      /counters\.create(?:\.alias1)?: (?:it took what does not fit|it failed)/u,
    ],
    [
      "an error that is not described",
      swapped("counters.remove", () => ({
        run: async () => {
          throw Object.assign(new Error("teapot"), { statusCode: 418 });
        },
      })),
      /counters\.remove: 418 is not described/u,
    ],
    [
      "something that throws for one odd value in a hundred",
      swapped("counters.add", (was) => ({
        run: (call, input) => {
          if ((input["by"] as number) === 100) throw new TypeError("overflow");
          return was.run(call, input);
        },
      })),
      /counters\.add: it failed with 500/u,
    ],
  ])(
    "catch %s",
    async (_, change, fault) => {
      await expect(exploreCounters(1000, change)).rejects.toThrow(fault);
    },
    60_000,
  );
});

describe("[S-OP9] the document", () => {
  const described = () => {
    const all = new Counters().operations();
    const text = (operations: AnyOperation[]): string =>
      JSON.stringify(openApiDocument(operations, info));
    return { all, text, document: JSON.parse(text(all)) as Described };
  };
  interface Described {
    readonly openapi: string;
    readonly paths: Record<string, Record<string, DescribedPath>>;
    readonly components: { readonly schemas: Record<string, unknown> };
  }
  interface DescribedPath {
    readonly operationId: string;
    readonly summary: string;
    readonly tags: string[];
    readonly deprecated: boolean;
    readonly security: object[];
    readonly parameters: { name: string; in: string; required: boolean; schema: object }[];
    readonly requestBody?: { content: Record<string, { schema: object; example: unknown }> };
    readonly responses: Record<string, { content: Record<string, unknown>; headers?: object }>;
  }

  test("names every operation, with who may and what it refuses", () => {
    const { document } = described();
    expect(document.openapi).toBe("3.1.0");
    expect(Object.keys(document.paths)).toEqual([
      "/counter/new",
      "/counters",
      "/counters/count",
      "/counters/{id}",
      "/counters/{id}/add",
    ]);
    const create = document.paths["/counters"]!["post"]!;
    expect(create).toMatchObject({
      operationId: "counters.create",
      tags: ["counters"],
      deprecated: false,
      security: [{ bearer: [] }],
      parameters: [{ name: "idempotency-key", in: "header" }],
      requestBody: { content: { "application/json": { example: { name: "wins", start: 3 } } } },
    });
    expect(Object.keys(create.responses)).toEqual([
      "201",
      "400",
      "401",
      "403",
      "406",
      "408",
      "413",
      "415",
      "421",
      "429",
      "431",
      "500",
      "503",
    ]);
    expect(JSON.stringify(create.responses["401"])).toContain("TOKEN_EXPIRED");
    expect(create.responses["429"]!.headers).toHaveProperty("retry-after");
    expect(document.paths["/counters/count"]!["get"]!.security).toEqual([]);
  });

  test("tags other paths of the same operation, which are as good", () => {
    const { document } = described();
    expect(document.paths["/counter/new"]!["post"]).toMatchObject({
      operationId: "counters.create.alias1",
      tags: ["other paths"],
      deprecated: false,
    });
  });

  test("has parameters with their types, and bodies without them", () => {
    const { document } = described();
    const add = document.paths["/counters/{id}/add"]!["post"]!;
    expect(add.parameters).toMatchObject([
      { name: "id", in: "path", required: true, schema: { type: "string" } },
      { name: "quiet", in: "query", required: false, schema: { type: "boolean" } },
    ]);
    const { schema } = add.requestBody!.content["application/json"]!;
    expect(schema).toMatchObject({ required: ["by"], additionalProperties: false });
    expect(schema).not.toHaveProperty("properties.id");
    const list = document.paths["/counters"]!["get"]!;
    expect(list).not.toHaveProperty("requestBody");
  });

  test("leads every reference somewhere, also those of schemas without an end", () => {
    const { document, text, all } = described();
    const tree: z.ZodType = z.lazy(() => z.object({ below: z.array(tree) }));
    const grow = operation({
      name: "trees.grow",
      action: "server.read",
      route: { method: "POST", path: "/trees" },
      summary: "Grows.",
      input: z.strictObject({ note: z.json() }),
      output: z.object({ tree }),
      errors: [],
      run: async () => ({ tree: { below: [] } }),
    });
    const whole = JSON.parse(text([...all, grow])) as Described;
    const references = JSON.stringify(whole).match(/"\$ref":"[^"]*"/gu) ?? [];
    expect(references.length).toBeGreaterThan(5);
    for (const reference of references) {
      const name = /"#\/components\/schemas\/([\w.-]+)"/u.exec(reference)?.[1] ?? reference;
      expect(Object.keys(whole.components.schemas)).toContain(name);
    }
    expect(JSON.stringify(document)).not.toContain("$defs");
  });

  const shape = (id: string, more: z.ZodRawShape = {}): z.ZodObject =>
    z.object({ name: z.string(), at: z.int(), ...more }).meta({ id, description: "A thing." });
  const showing = (name: string, output: z.ZodType): AnyOperation =>
    operation({
      name: `things.${name}`,
      action: "server.read",
      route: { method: "GET", path: `/things/${name}` },
      summary: "Shows.",
      input: z.strictObject({}),
      output,
      errors: [],
      run: async () => ({}),
    });

  test("calls a shape that operations share by its name, and says it once", () => {
    const { text } = described();
    const thing = shape("Thing");
    const listed = z.object({ things: z.array(thing), best: thing.nullable() });
    const whole = JSON.parse(text([showing("one", thing), showing("all", listed)])) as Described;
    const $ref = "#/components/schemas/Thing";
    const schemaOf = (path: string): unknown => {
      const answer = whole.paths[path]!["get"]!.responses["200"]!.content["application/json"];
      return (answer as { schema: unknown }).schema;
    };
    expect(schemaOf("/things/one")).toEqual({ $ref });
    expect(schemaOf("/things/all")).toMatchObject({
      properties: { things: { items: { $ref } }, best: { anyOf: [{ $ref }, { type: "null" }] } },
    });
    expect(Object.keys(whole.components.schemas)).toEqual(["Problem", "Thing"]);
    // that a number is exact is no bound of what it says
    expect(whole.components.schemas["Thing"]).toEqual({
      type: "object",
      description: "A thing.",
      properties: { name: { type: "string" }, at: { type: "integer" } },
      required: ["name", "at"],
      additionalProperties: false,
    });
  });

  test("is none for two shapes of one name, nor for one called like our own", () => {
    const { text } = described();
    const other = shape("Thing", { more: z.string() });
    expect(() => text([showing("one", shape("Thing")), showing("two", other)])).toThrow(
      "Two schemas are called Thing",
    );
    expect(() => text([showing("one", shape("Problem"))])).toThrow(
      "Two schemas are called Problem",
    );
  });

  test("is the same text whatever the order of the operations", () => {
    const { all, text } = described();
    expect(text([...all].reverse())).toBe(text(all));
  });

  test("is served as it is", async () => {
    const { app } = operationsBench(new Counters().operations());
    const response = await app.inject({ url: "/openapi.json", headers: { host: "localhost" } });
    expect(response.headers["content-type"]).toBe("application/json; charset=utf-8");
    expect(response.json<Described>().paths).toEqual(described().document.paths);
    await app.close();
  });
});
