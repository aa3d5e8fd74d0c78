import { randomBytes } from "node:crypto";
import { limits } from "@realmwright/protocol";
import type { FastifyInstance, InjectOptions } from "fastify";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openStore } from "../../sql/open-store.ts";
import { testOptions } from "../../sql/testing/test-options.ts";
import type { Store } from "../../ports/store.ts";
import { operationsBench } from "../../testing/operations-bench.ts";
import type { AnyOperation } from "../operation.ts";
import { Objects } from "./objects.ts";
import { objectOperations } from "./operations.ts";
import { addPlayers } from "./testing/add-players.ts";

/** Accounts of the bench by name. */
const ids: Readonly<Record<string, string>> = {
  player: "00000000-0000-4000-8000-000000000001",
  rival: "00000000-0000-4000-8000-000000000002",
};
const game = "00000000-0000-0000-0000-000000000000";

let store: Store;
let app: FastifyInstance;

beforeEach(async () => {
  const options = testOptions("sqlite::memory:");
  store = await openStore(options);
  await addPlayers(store, ...Object.values(ids).map((account) => ({ account })));
  const objects = new Objects(store, { ...options, random: (length) => randomBytes(length) });
  ({ app } = operationsBench(objectOperations(objects).map(withIds)));
});
afterEach(async () => {
  await app.close();
  await store.close();
});

/** The bench's accounts have no ids of the store. */
function withIds(operation: AnyOperation): AnyOperation {
  return {
    ...operation,
    run({ subject, ...call }, input) {
      const account = ids[subject?.name ?? ""] ?? "00000000-0000-4000-8000-00000000000f";
      return operation.run({ ...call, subject: subject && { ...subject, account } }, input);
    },
  };
}

async function ask(
  method: "GET" | "PUT" | "POST" | "DELETE",
  url: string,
  body?: object,
  more: { readonly by?: string; readonly key?: string } = {},
) {
  const request: InjectOptions = {
    method,
    url,
    headers: {
      host: "localhost",
      authorization: `Bearer ${more.by ?? "player"}`,
      ...(more.key === undefined ? {} : { "idempotency-key": more.key }),
    },
    ...(body === undefined ? {} : { payload: body }),
  };
  const response = await app.inject(request);
  return { status: response.statusCode, body: response.json<Record<string, unknown>>() };
}

describe("[S-OBJ7] objects over HTTP", () => {
  const path = "/v1/objects/me/saves/slot-1";

  test("are written, read, listed and deleted", async () => {
    const written = await ask("PUT", path, { value: { level: 3 }, version: null });
    expect(written).toEqual({ status: 200, body: { version: expect.any(String) as unknown } });
    const object = {
      owner: ids["player"],
      collection: "saves",
      key: "slot-1",
      value: { level: 3 },
      ...written.body,
      readable: "owner",
      writable: "owner",
    };
    expect((await ask("GET", path)).body).toMatchObject(object);
    const listed = await ask("GET", "/v1/objects/me/saves?count=1");
    expect(listed.body).toMatchObject({ objects: [object] });
    const again = await ask("PUT", path, { value: {}, version: null });
    expect(again.body["problems"]).toMatchObject([{ path: "/version" }]);
    const gone = await ask("DELETE", `${path}?version=another`);
    expect(gone.body).toMatchObject({
      code: "OBJECT_CHANGED",
      problems: [{ path: "/version" }],
    });
    expect(again).toMatchObject({ status: 409, body: { code: "OBJECT_CHANGED" } });
    const version = String(written.body["version"]);
    expect(await ask("DELETE", `${path}?version=${version}`)).toEqual({
      status: 200,
      body: { existed: true },
    });
    expect(await ask("GET", path)).toMatchObject({ status: 404, body: { code: "NOT_FOUND" } });
  });

  test("belong to who owns them, by id as well as by `me`", async () => {
    await ask("PUT", path, { value: {}, readable: "anyone" });
    await ask("PUT", "/v1/objects/me/saves/own", { value: {} });
    const theirs = `/v1/objects/${ids["player"]}/saves`;
    expect((await ask("GET", `${theirs}/slot-1`, undefined, { by: "rival" })).status).toBe(200);
    expect((await ask("GET", `${theirs}/own`, undefined, { by: "rival" })).status).toBe(404);
    const { body } = await ask("GET", theirs, undefined, { by: "rival" });
    expect(body["objects"]).toHaveLength(1);
    const refused = await ask("PUT", `${theirs}/slot-1`, { value: {} }, { by: "rival" });
    expect(refused).toMatchObject({ status: 403, body: { code: "FORBIDDEN" } });
    const rules = `/v1/objects/${game}/rules/day`;
    expect((await ask("PUT", rules, { value: {} })).status).toBe(403);
    const given = { value: { xp: 2 }, readable: "anyone" };
    expect((await ask("PUT", rules, given, { by: "service" })).status).toBe(200);
    expect((await ask("GET", rules)).body).toMatchObject({ value: { xp: 2 } });
  });

  test("are written once by requests with the same key", async () => {
    const body = {
      operations: [{ op: "write", owner: "me", collection: "c", key: "k", value: {} }],
    };
    const first = await ask("POST", "/v1/objects", body, { key: "k1" });
    expect(first.body["results"]).toMatchObject([{ op: "write" }]);
    expect(await ask("POST", "/v1/objects", body, { key: "k1" })).toEqual(first);
    const other = await ask("PUT", path, { value: {} }, { key: "k1" });
    expect(other).toMatchObject({ status: 409, body: { code: "KEY_REUSED" } });
    const gone = await ask("DELETE", path, undefined, { key: "k2" });
    expect(await ask("DELETE", path, undefined, { key: "k2" })).toEqual(gone);
  });

  const long = (name: "collectionCharacters" | "objectKeyCharacters", more = 0) =>
    "k".repeat(limits[name].value + more);

  test("objectBatch, objectPage, collectionCharacters, objectKeyCharacters: so many, not one more", async () => {
    const batch = (count: number) => ({
      operations: Array.from({ length: count }, () => ({
        op: "read",
        owner: "me",
        collection: "c",
        key: "k",
      })),
    });
    for (const [more, status] of [
      [0, 200],
      [1, 400],
    ] as const) {
      const { objectBatch, objectPage } = limits;
      expect((await ask("POST", "/v1/objects", batch(objectBatch.value + more))).status).toBe(
        status,
      );
      const page = `/v1/objects/me/c?count=${objectPage.value + more}`;
      expect((await ask("GET", page)).status).toBe(status);
      const key = long("objectKeyCharacters", more);
      const one = { op: "write", owner: "me", collection: "c", key, value: {} };
      expect((await ask("POST", "/v1/objects", { operations: [one] })).status).toBe(status);
      const collection = `/v1/objects/me/${long("collectionCharacters", more)}/k`;
      expect((await ask("PUT", collection, { value: {} })).status).toBe(status);
    }
  });

  test.each([
    ["PUT", "/v1/objects/you/c/k", { value: {} }],
    ["PUT", "/v1/objects/me/c/%00", { value: {} }],
    ["PUT", "/v1/objects/me/c/a%2fb", { value: {} }],
    ["PUT", "/v1/objects/me/c/k", { value: [] }],
    ["PUT", "/v1/objects/me/c/k", { value: "text" }],
    ["PUT", "/v1/objects/me/c/k", {}],
    ["PUT", "/v1/objects/me/c/k", { value: {}, owner: ids["rival"] }],
    ["PUT", "/v1/objects/me/c/k", { value: {}, readable: "everyone" }],
    ["PUT", "/v1/objects/me/c/k", { value: {}, version: 7 }],
    ["POST", "/v1/objects", { operations: [] }],
    [
      "POST",
      "/v1/objects",
      { operations: [{ op: "drop", owner: "me", collection: "c", key: "k" }] },
    ],
    ["GET", "/v1/objects/me/c?count=0", undefined],
    ["GET", "/v1/objects/me/c?cursor=__proto__", undefined],
    ["GET", "/v1/objects/me/c/k?version=1", undefined],
  ] as const)("%s %s %j is refused", async (method, url, body) => {
    const refused = await ask(method, url, body);
    expect(refused).toMatchObject({ status: 400, body: { code: "REQUEST_INVALID" } });
  });

  test("need a token", async () => {
    const nobody = await ask("GET", path, undefined, { by: "stranger" });
    expect(nobody).toMatchObject({ status: 401, body: { code: "TOKEN_INVALID" } });
  });
});
