import { connect, type Client } from "@realmwright/client";
import { createServer, createLog, type Server } from "@realmwright/server";
import { afterEach, beforeEach, expect, test } from "vitest";
import { until } from "../testing/until.ts";
import {
  type FieldGame,
  fieldGame,
  Heard,
  Hit,
  Move,
  Shout,
  Strike,
  Walker,
  walking,
} from "../testing/field-game.ts";

let server: Server;
let clients: Client<FieldGame>[];

beforeEach(async () => {
  clients = [];
  server = createServer({
    game: fieldGame(),
    secret: new Uint8Array(32).fill(7),
    http: { port: 0 },
    log: createLog({ level: "silent" }),
  });
  await server.start();
});
afterEach(async () => {
  for (const client of clients) client.close();
  await server.stop();
});

const open = async (
  name: string,
  encoding: "binary" | "msgpack" | "json",
): Promise<Client<FieldGame>> => {
  const client = await connect<FieldGame>({
    url: `${server.url.replace("http", "ws")}/ws`,
    guest: { name },
    encoding,
    game: { rooms: { field: { predict: walking } } },
  });
  clients.push(client);
  return client;
};

test.each(["binary", "msgpack", "json"] as const)(
  "over real sockets a %s client joins, moves, acts, hears and talks",
  async (encoding) => {
    const ada = await open("Ada", encoding);
    const bob = await open("Bob", "binary");
    expect(ada.name).toBe("Ada");
    const here = await ada.join("field", { x: 200 });
    const there = await bob.join("field");
    await until(() => here.all(Walker).length === 2 || "both in sight");
    expect(
      here
        .all(Walker)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(["Ada", "Bob"]);
    const hits: string[] = [];
    there.on(Hit, ({ target, damage }) =>
      hits.push(`${there.get(Walker, target)?.name} ${damage}`),
    );
    const lines: string[] = [];
    there.onChat(({ name, text }) => lines.push(`${name}: ${text}`));
    const heard: string[] = [];
    there.on(Heard, ({ text }) => heard.push(text));

    const target = here.all(Walker).find(({ name }) => name === "Bob")!.id;
    expect(await here.send(Strike, { target })).toMatchObject({ ok: true });
    expect(await here.send(Strike, { target: here.self!.id })).toMatchObject({
      ok: false,
      code: "NOT_ONESELF",
    });
    expect((await here.send(Shout, { text: "hey" })).ok).toBe(true);
    here.chat("hello Bob");
    await until(() => lines.length === 1 || "the chat line");
    expect([hits, lines, heard]).toEqual([["Bob 10"], ["Ada: hello Bob"], ["hey"]]);
    await until(() => there.document.shared.shouts === 1 || "the board");
    await until(() => here.document.private.coins === 1 || "the purse");

    here.input(Move, { dx: 1, dy: 0 });
    await until(() => {
      here.update();
      return here.self!.id > 0 && here.view(here.get(Walker, here.self!.id)!).x > 201;
    });
    here.input(Move, { dx: 0, dy: 0 });
    expect(here.stats.corrections).toBe(0);
    const seen = there.all(Walker).find(({ name }) => name === "Ada")!;
    await until(() => seen.x > 200.5 || "Bob sees Ada walk");
    await expect(ada.join("field", { banned: true })).rejects.toMatchObject({
      code: "ALREADY_A_MEMBER",
    });
  },
);
