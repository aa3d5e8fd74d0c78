import type { FastifyInstance } from "fastify";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Counters } from "../testing/counters.ts";
import { operationsBench } from "../testing/operations-bench.ts";

let app: FastifyInstance;
beforeEach(() => {
  ({ app } = operationsBench(new Counters().operations()));
});
afterEach(() => app.close());

const type = "content-type";
const json = "application/json";

async function refused(payload: string | Buffer, headers: Record<string, string>) {
  const common = { host: "localhost", authorization: "Bearer player" };
  const response = await app.inject({
    method: "POST",
    url: "/counters",
    headers: { ...common, ...headers },
    payload,
  });
  return { status: response.statusCode, body: response.json<Record<string, unknown>>() };
}

describe("[S-OP2] what does not come as far as a schema is told what was expected", () => {
  const expectsJson = { expected: "JSON" };
  test.each([
    ["no content type", '{"name":"x"}', {}, 415, { expected: "content-type: application/json" }],
    ["a form", "name=x", { [type]: "application/x-www-form-urlencoded" }, 415, { path: "" }],
    ["an empty body", "", { [type]: json }, 400, { expected: "JSON", got: "nothing" }],
    ["broken JSON", '{"name":', { [type]: json }, 400, expectsJson],
    ["a prototype", '{"__proto__":{"name":"x"}}', { [type]: json }, 400, expectsJson],
    [
      "an unfit Accept",
      '{"name":"x"}',
      { [type]: json, accept: "text/html" },
      406,
      { expected: "accept: application/json" },
    ],
    [
      "a compressed body",
      '{"name":"x"}',
      { [type]: json, "content-encoding": "gzip" },
      415,
      { expected: "no content-encoding" },
    ],
  ])("%s", async (_what, payload, headers, status, problem) => {
    const { body, status: got } = await refused(payload, headers);
    expect(got).toBe(status);
    expect(body).toMatchObject({ code: "REQUEST_INVALID", problems: [problem] });
  });

  test.each([
    ["a lone byte", [0xff]],
    ["a cut character", [0xe2, 0x82]],
    ["an overlong slash", [0xc0, 0xaf]],
    ["half a pair", [0xed, 0xa0, 0x80]],
  ])("bytes that are no UTF-8 are malformed: %s", async (_what, bytes) => {
    const payload = Buffer.concat([
      Buffer.from('{"name":"x'),
      Buffer.from(bytes),
      Buffer.from('"}'),
    ]);
    const { body, status } = await refused(payload, { [type]: json });
    expect([status, body["code"]]).toEqual([400, "MESSAGE_MALFORMED"]);
  });

  test("other bytes are taken as they are", async () => {
    const payload = Buffer.from('{"name":"Zoë 🐉"}');
    expect((await refused(payload, { [type]: json })).body).toMatchObject({ name: "Zoë 🐉" });
  });
});
