import { readFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { GuestLogin } from "../../auth/guest-login.ts";
import { operationsOf } from "../../http/services.ts";
import { systemClock } from "../../scheduler/system-clock.ts";
import { limitValues } from "../../session/limit-values.ts";
import { operationsBench } from "../../testing/operations-bench.ts";
import { scriptOperations } from "./operations.ts";
import { asRoom, ScriptsStage } from "./testing/scripts-stage.ts";

let stage: ScriptsStage;
let app: ReturnType<typeof operationsBench>["app"];

beforeEach(async () => {
  stage = await ScriptsStage.open();
  const rules = { secret: new Uint8Array(32).fill(1), issuer: "realmwright", audience: "arena" };
  const random = (length: number): Uint8Array => new Uint8Array(length);
  const login = new GuestLogin(rules, { clock: systemClock(), random });
  const services = { operations: scriptOperations(stage.scripts), runScript: stage.scripts.run };
  ({ app } = operationsBench(operationsOf(services, login, limitValues())));
});
afterEach(async () => {
  await app.close();
  await stage.close();
});

const ask = async (
  method: "GET" | "POST",
  url: string,
  token: string,
  payload?: object,
  key?: string,
): Promise<{ status: number; body: unknown }> => {
  const headers = {
    host: "localhost",
    authorization: `Bearer ${token}`,
    ...(key === undefined ? {} : { "idempotency-key": key }),
  };
  const response = await app.inject({ method, url, headers, ...(payload && { payload }) });
  return { status: response.statusCode, body: response.json() };
};
const rpc = (script: string, args: unknown = {}, key?: string) =>
  ask("POST", "/api/rpc", "player", { script, args }, key);

test("[S-LUA19] a script is called over HTTP, and the next text of it serves the next call", async () => {
  await stage.load({ add: "local a = realm.arguments() return a.x + a.y" });
  expect(await rpc("add", { x: 1, y: 2 })).toEqual({ status: 200, body: 3 });
  await stage.load({ add: "return ARGV[2]" });
  expect(await rpc("add")).toEqual({
    status: 200,
    body: { account: "a-player", name: "player", role: "player", isGuest: false },
  });
  await stage.load({ add: "return (" });
  expect((await rpc("add")).status).toBe(200);
  expect(await rpc("none")).toMatchObject({ status: 404, body: { code: "SCRIPT_UNKNOWN" } });
});

test("[S-LUA22] a script's own refusal is a problem with its code", async () => {
  await stage.load({ a: "realm.refuse('TOO_POOR', 'You have 3 gold.')", b: "error('secret')" });
  expect(await rpc("a")).toEqual({
    status: 409,
    body: {
      type: "about:blank",
      title: "The script refuses this.",
      status: 409,
      code: "SCRIPT_REFUSED",
      action: "fix",
      refusal: { code: "TOO_POOR", text: "You have 3 gold." },
    },
  });
  const failed = await rpc("b");
  expect(failed).toMatchObject({ status: 422, body: { code: "SCRIPT_FAILED" } });
  expect(JSON.stringify(failed)).not.toContain("secret");
});

test("[S-LUA23] the same idempotency key is answered the same", async () => {
  await stage.load({ n: "-- keys: n\nreturn redis.call('INCR', KEYS[1])" });
  const answers = [await rpc("n", {}, "k"), await rpc("n", {}, "k"), await rpc("n", {}, "l")];
  expect(answers.map(({ body }) => body)).toEqual([1, 1, 2]);
  expect(await rpc("n", { x: 1 }, "k")).toMatchObject({
    status: 409,
    body: { code: "KEY_REUSED" },
  });
});

test.each(['{"__proto__":{"a":1}}', '{"a":{"__proto__":1}}', '{"constructor":1}', "[[[[[[]]]]]]"])(
  "[S-LUA19] whatever a script answers is no fault of the server's: %s",
  async (text) => {
    await stage.load({ a: `return '${text}'` });
    expect((await rpc("a")).status).toBe(200);
    expect({}).not.toHaveProperty("a");
  },
);

test("[S-LUA22] an answer of 32 levels is taken, a deeper one refused and told in the log", async () => {
  const nested = (levels: number): string => `return ("["):rep(${levels}) .. ("]"):rep(${levels})`;
  await stage.load({ a: nested(32), b: nested(33), c: nested(100_000) });
  expect((await rpc("a")).status).toBe(200);
  for (const script of ["b", "c"]) {
    expect(await rpc(script)).toMatchObject({ status: 422, body: { code: "SCRIPT_FAILED" } });
    expect(stage.under.log.of("warn").at(-1)).toMatchObject({
      data: { script, problem: "its answer has more than 32 levels" },
    });
  }
});

test("[S-LUA27] admins see which version of each script is in use, and what is wrong", async () => {
  await stage.load({ a: "return 1", room: `-- room: lobby\n-- reload: live\n${asRoom}return 1` });
  await stage.load({ a: "return (", b: "return (" });
  const { status, body } = await ask("GET", "/v1/scripts", "admin");
  const problem = { file: "a.lua", line: 1, text: expect.any(String) as string };
  expect([status, body]).toEqual([
    200,
    {
      scripts: [
        {
          name: "a",
          version: 1,
          hash: expect.stringMatching(/^[\da-f]{64}$/u) as string,
          sinceMs: expect.any(Number) as number,
          reload: "start",
          problem,
        },
        { name: "b", reload: "start", problem: { ...problem, file: "b.lua" } },
        {
          name: "room",
          version: 1,
          hash: expect.any(String) as string,
          sinceMs: expect.any(Number) as number,
          reload: "live",
          room: "lobby",
        },
      ],
    },
  ]);
  for (const token of ["player", "moderator", "service"]) {
    expect((await ask("GET", "/v1/scripts", token)).status, token).toBe(403);
  }
});

test("[S-LUA19] the script of the guide does what the guide says", async () => {
  const file = new URL("../../../../../docs/guide/scripting.md", import.meta.url);
  const page = readFileSync(file, "utf8");
  const block = (language: string): string =>
    new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "mu").exec(page)![1]!;
  const give =
    '-- keys: purse:{account}\nredis.call("HSET", KEYS[1], "gold", ARGV[1]:match("%d+"))';
  await stage.load({ buy: block("lua"), give });
  await rpc("give", { gold: 42 });
  const { script, args } = JSON.parse(/-d '(.*)'/u.exec(block("sh"))![1]!) as {
    script: string;
    args: unknown;
  };
  expect(await rpc(script, args)).toEqual({ status: 200, body: { gold: 12 } });
  expect(await rpc(script, args)).toEqual({
    status: 409,
    body: JSON.parse(block("json")) as unknown,
  });
});
