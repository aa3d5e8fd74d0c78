import { limits } from "@realmwright/protocol";
import type { FastifyInstance, InjectOptions } from "fastify";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { operation, type AnyOperation } from "../services/operation.ts";
import { Counters } from "../testing/counters.ts";
import { operationsBench } from "../testing/operations-bench.ts";

let counters: Counters;
let bench: ReturnType<typeof operationsBench>;
let app: FastifyInstance;

beforeEach(() => serve());
afterEach(() => app.close());

function serve(more: readonly AnyOperation[] = []): void {
  counters = new Counters();
  bench = operationsBench([...counters.operations(), ...more]);
  ({ app } = bench);
}

type Method = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS";

function ask(
  method: Method,
  url: string,
  body?: unknown,
  { token = "player", headers = {} }: { token?: string; headers?: Record<string, string> } = {},
) {
  const options: InjectOptions = {
    method,
    url,
    headers: {
      host: "localhost",
      ...(token === "" ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined
      ? {}
      : { payload: typeof body === "string" ? body : JSON.stringify(body) }),
  };
  return app.inject(options);
}

describe("[S-OP1] the input", () => {
  test("comes from path, query and body together, each in its place", async () => {
    const { id } = counters.add("a-player", "wins");
    const made = await ask("POST", "/counter/new", { name: "x", start: 2 });
    expect([made.statusCode, made.json()]).toMatchObject([201, { name: "x", value: 2 }]);
    const added = await ask("POST", `/counters/${id}/add?quiet=true`, { by: 5 });
    expect(added.json()).toEqual({ id, name: "wins", value: 5, owner: "a-player" });
    expect((await ask("DELETE", `/counters/${id}`)).statusCode).toBe(204);
    expect((await ask("GET", `/counters/${id}`)).json()).toMatchObject({ code: "NOT_FOUND" });
  });

  test("of a query is what the schema wants: numbers, booleans and lists", async () => {
    for (const name of ["a", "b", "c"]) counters.add("a-player", name);
    const names = async (query: string) =>
      (await ask("GET", `/counters?${query}`))
        .json<{ items?: { name: string }[] }>()
        .items?.map(({ name }) => name);
    expect(await names("limit=2&isDown=true")).toEqual(["c", "b"]);
    expect(await names("named=b")).toEqual(["b"]);
    expect(await names("named=b&named=a")).toEqual(["a", "b"]);
    for (const bad of [
      "limit=0x2",
      "limit=",
      "limit=1e1",
      "limit=%201",
      "limit=99999999999999999",
    ]) {
      expect([bad, await names(bad)]).toEqual([bad, undefined]);
    }
    for (const bad of ["isDown=1", "isDown=True", "isDown", "limit=1&limit=2", "limit[]=1"]) {
      expect([bad, await names(bad)]).toEqual([bad, undefined]);
    }
  });

  test.each([
    ["POST", "/counters/c0/add", { by: 1, id: "c1" }, "/id"],
    ["POST", "/counters/c0/add?by=1", {}, "/by"],
    ["POST", "/counters/c0/add", { by: 1, quiet: true }, "/quiet"],
    ["POST", "/counters", { name: "x", owner: "a-admin" }, "/owner"],
    ["GET", "/counters?__proto__=x", undefined, "/__proto__"],
    ["GET", "/counters?constructor=x", undefined, "/constructor"],
    ["GET", "/counters/c0?id=c1", undefined, "/id"],
  ] as const)("%s %s with %j has a member where it does not belong", async (...given) => {
    const [method, url, body, path] = given;
    counters.add("a-player", "wins");
    const response = await ask(method, url, body);
    expect(response.statusCode).toBe(400);
    expect(response.json()).toMatchObject({ code: "REQUEST_INVALID", problems: [{ path }] });
  });

  test("and the paths must fit each other, and no two operations one path", () => {
    const wrong = (path: string, place: "path" | "query") =>
      operation({
        name: "wrong.one",
        action: "server.read",
        route: { method: "GET", path },
        summary: "Is wrong.",
        input: z.strictObject({ id: z.string() }),
        in: { id: place },
        output: z.object({}),
        errors: [],
        run: async () => ({}),
      });
    expect(() => operationsBench([wrong("/wrong", "path")])).toThrow(TypeError);
    expect(() => operationsBench([wrong("/wrong/:other", "query")])).toThrow(TypeError);
    const twice = [wrong("/w/:id", "path"), wrong("/w/:id", "path")];
    expect(() => operationsBench(twice)).toThrow(TypeError);
  });
});

describe("[S-OP2] input that does not fit", () => {
  test("is told by place and kind, never by value", async () => {
    const secret = "hunter2-hunter2-hunter2";
    const response = await ask("POST", "/counters", { name: secret, start: secret });
    const { problems } = response.json<{ problems: { path: string; got: string }[] }>();
    expect(problems.map(({ path }) => path)).toEqual(["/name", "/start"]);
    expect(problems[1]!.got).toBe("a text of 23 characters");
    expect(response.body).not.toContain("hunter2");
  });

  test("names 8 places at most, and long foreign names are cut", async () => {
    const body = Object.fromEntries(Array.from({ length: 99 }, (_, i) => [`k${i}`, i]));
    const many = (await ask("POST", "/counters", body)).json<{ problems: unknown[] }>();
    expect(many.problems.length).toBeLessThanOrEqual(limits.problems.value);
    const long = await ask("POST", "/counters", { ["\ud800".repeat(5000)]: 1 });
    expect(long.statusCode).toBe(400);
    expect(long.body.length).toBeLessThan(800);
  });

  test("jsonDepth: a body of 16 levels is read, one of 17 is not", async () => {
    const { id } = counters.add("a-player", "wins");
    const nested = (levels: number): unknown => (levels === 0 ? 1 : [nested(levels - 1)]);
    const { value: max } = limits.jsonDepth;
    const add = (levels: number) =>
      ask("POST", `/counters/${id}/add`, { by: 1, note: nested(levels - 1) });
    expect((await add(max)).statusCode).toBe(200);
    const refused = await add(max + 1);
    expect(refused.json()).toMatchObject({ status: 400, code: "MESSAGE_MALFORMED" });
    const deep = `{"by":1,"note":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
    expect((await ask("POST", `/counters/${id}/add`, deep)).statusCode).toBe(400);
  });

  test.each([
    '{"by":1,"__proto__":{"isAdmin":true}}',
    '{"by":1,"note":{"__proto__":{"isAdmin":true}}}',
    '{"by":1,"note":{"\\u005f_proto__":1}}',
    '{"by":1,"note":{"constructor":{"prototype":{"isAdmin":true}}}}',
    '{"by":1e999}',
    '{"by":9007199254740993}',
    '{"by":1}}',
    '{"by":1,}',
    "\ufeff",
    "[]",
    '"text"',
    "7",
  ])("a body of %s changes nothing", async (body) => {
    const { id } = counters.add("a-player", "wins");
    const response = await ask("POST", `/counters/${id}/add`, body);
    expect([response.statusCode, response.json<{ code: string }>().code]).toEqual([
      400,
      "REQUEST_INVALID",
    ]);
    expect((await ask("GET", `/counters/${id}`)).json()).toMatchObject({ value: 0 });
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
  });
});

describe("[S-OP3] the answer", () => {
  const answer = (output: z.ZodType, value: unknown) =>
    serve([
      operation({
        name: "odd.answer",
        action: "server.read",
        route: { method: "GET", path: "/odd" },
        summary: "Answers.",
        input: z.strictObject({}),
        output,
        errors: [],
        run: async () => value,
      }),
    ]);

  test("has what its schema names and nothing else", async () => {
    counters.add("a-player", "wins");
    const list = await ask("GET", "/counters");
    expect(list.json<{ items: unknown[] }>().items).toHaveLength(1);
    expect(list.body).not.toContain("hush");
  });

  test.each([
    [z.object({ n: z.int() }), { n: "secret inside" }],
    [z.object({ n: z.int() }), undefined],
    [z.strictObject({}), { password: "secret inside" }],
  ])("that does not fit is ours, and says nothing", async (output, value) => {
    answer(output, value);
    const response = await ask("GET", "/odd?token=abc");
    expect(response.statusCode).toBe(400);
    const failed = await ask("GET", "/odd");
    expect([failed.statusCode, failed.json<{ code: string }>().code]).toEqual([500, "INTERNAL"]);
    expect(failed.body).not.toMatch(/secret|password|schema/u);
    expect(bench.log.of("error")).toMatchObject([{ data: { path: "/odd" } }]);
    expect(JSON.stringify(bench.log.lines)).not.toContain("abc");
  });
});

describe("[S-OP7] methods and media", () => {
  test.each([
    ["PATCH", "/counters", "POST, GET, HEAD, OPTIONS"],
    ["DELETE", "/counters", "POST, GET, HEAD, OPTIONS"],
    ["GET", "/counter/new", "POST, OPTIONS"],
    ["HEAD", "/counter/new", "POST, OPTIONS"],
    ["POST", "/counters/c0", "GET, DELETE, PUT, HEAD, OPTIONS"],
  ] as const)("%s %s is not there", async (method, url, allow) => {
    const response = await ask(method, url);
    expect([response.statusCode, response.headers["allow"]]).toEqual([405, allow]);
    const options = await ask("OPTIONS", url);
    expect([options.statusCode, options.headers["allow"], options.body]).toEqual([204, allow, ""]);
  });

  test("HEAD is a GET without a body", async () => {
    const head = await ask("HEAD", "/counters/count");
    expect([head.statusCode, head.body]).toEqual([200, ""]);
    expect(Number(head.headers["content-length"])).toBeGreaterThan(10);
    expect((await ask("HEAD", "/counters", undefined, { token: "" })).statusCode).toBe(401);
  });

  test.each([
    ["text/html", 406],
    ["application/json;q=0", 406],
    ["application/xml, text/*", 406],
    ["application/json", 200],
    ["text/html, application/*;q=0.1", 200],
    ["*/*", 200],
    ["", 200],
  ])("accept: %s gets %i", async (accept, status) => {
    const response = await ask("GET", "/counters/count", undefined, { headers: { accept } });
    expect(response.statusCode).toBe(status);
  });

  test.each([
    ["application/json", 201],
    ["application/json; charset=utf-8", 201],
    ["APPLICATION/JSON", 201],
    ["application/json ; x=y", 201],
    ["text/plain", 415],
    ["application/x-www-form-urlencoded", 415],
    ["multipart/form-data; boundary=x", 415],
    ["application/jsonx", 415],
    ["application/json\t, text/plain", 415],
    ["application/json,text/plain", 415],
    ["text/plain; application/json", 415],
    ["application/merge-patch+json", 415],
    ["application", 415],
    [";application/json", 415],
  ])("a body of %s gets %i", async (type, status) => {
    const response = await ask(
      "POST",
      "/counters",
      { name: "x" },
      { headers: { "content-type": type } },
    );
    expect(response.statusCode).toBe(status);
  });

  test("a packed body is not unpacked", async () => {
    const headers = { "content-encoding": "gzip" };
    expect((await ask("POST", "/counters", { name: "x" }, { headers })).statusCode).toBe(415);
  });
});
