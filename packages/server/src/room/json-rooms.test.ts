import { defineGame, room } from "@realmwright/core";
import { document, event, input, t, type Json } from "@realmwright/protocol";
import { describe, expect, test } from "vitest";
import { WholeStage, type WholeClient } from "../testing/whole-stage.ts";

const Say = input("say", { data: t.json(500) });
const Said = event("said", { data: t.json(500) });
const State = document("state", { value: t.json(4000) });
const Own = document("own", { value: t.json(500) });

/** A room that lives on documents of any shape, and asks elsewhere before it answers. */
function table(answers: Map<string, (value: Json) => void>) {
  return defineGame({
    name: "table",
    rooms: {
      table: room({
        inputs: { Say },
        events: { Said },
        documents: { shared: State, private: Own },
        on: {
          say: (at, player, { data }) => {
            const later = at.later();
            const { promise, resolve } = Promise.withResolvers<Json>();
            answers.set(JSON.stringify(data), resolve);
            at.when(promise, (answer) => {
              if (answer === "no") {
                later.refuse("NOT_YOUR_TURN");
                return;
              }
              at.document.update((state) => void (state.value = answer));
              player.document.update((own) => void (own.value = data));
              at.emit(Said, { data }, "all");
              later.take();
            });
            return later;
          },
        },
      }),
    },
  });
}

const kinds = [
  ["local", "json"],
  ["local", "binary"],
  ["bus", "msgpack"],
  ["bus", "binary"],
] as const;

async function joined(stage: WholeStage, client: WholeClient): Promise<number> {
  client.send({ type: "join", payload: { room: "table" } });
  await stage.run(100);
  return client.find("joined")!.payload.m;
}

describe.each(kinds)("a room of JSON over a %s link, in %s", (link, encoding) => {
  test("P-ROOM7 [P-SCH14] [S-INPUT9] [S-ROOM14] answers in another order, and shows what came of it", async () => {
    const answers = new Map<string, (value: Json) => void>();
    const stage = await WholeStage.start(table(answers), { link });
    const ada = await stage.open(encoding, "ada");
    const bob = await stage.open("json", "bob");
    const m = await joined(stage, ada);
    await joined(stage, bob);
    // long enough for a patch to be the shorter way to say it
    const b = "x".repeat(200);
    const moves: Json[] = [{ cell: [1, 2], text: "ä😀" }, null, [[[]], 1e21, -0.5, true]];
    for (const [i, data] of moves.entries()) {
      ada.send({ type: "input", payload: { m, seq: i + 1, name: "say", data: { data } } });
    }
    await stage.run(100);
    expect(ada.find("confirm")).toBeUndefined();
    const answer = async (i: number, value: Json): Promise<void> => {
      answers.get(JSON.stringify(moves[i]))!(value);
      await stage.run(100);
    };
    await answer(2, { board: { a: [1], b } });
    expect(ada.find("confirm")?.payload).toMatchObject({ seq: 3, ok: true });
    await answer(0, { board: { a: [1, 2], b } });
    expect(ada.find("confirm")?.payload).toMatchObject({ seq: 1, ok: true });
    await answer(1, "no");
    expect(ada.find("confirm")?.payload).toMatchObject({
      seq: 2,
      ok: false,
      code: "NOT_YOUR_TURN",
    });
    expect(ada.find("confirm")).toBeUndefined();
    for (const client of [ada, bob]) {
      const said = client.messages.filter(({ type }) => type === "event");
      expect(said.map(({ payload }) => (payload as { data: unknown }).data)).toEqual([
        { data: moves[2] },
        { data: moves[0] },
      ]);
      const patches = client.messages.filter(
        ({ type, payload }) => type === "document" && (payload as { doc: string }).doc === "shared",
      );
      expect(patches.at(-1)?.payload).toMatchObject({
        patch: [{ op: "add", path: "/value/board/a/1", value: 2 }],
      });
    }
    // who comes later reads both documents whole, by bytes in binary
    ada.send({ type: "leave", payload: { m } });
    const eve = await stage.open(encoding, "eve");
    eve.send({ type: "join", payload: { room: "table" } });
    await stage.run(100);
    expect(eve.find("joined")?.payload.documents).toEqual({
      shared: { value: { board: { a: [1, 2], b } } },
      private: { value: null },
    });
  });

  test("[P-SCH14] an input of JSON that does not fit is refused, and the room hears nothing", async () => {
    const answers = new Map<string, (value: Json) => void>();
    const stage = await WholeStage.start(table(answers), { link });
    const ada = await stage.open(encoding, "ada");
    const m = await joined(stage, ada);
    for (const [i, data] of ["x".repeat(499), [["y".repeat(500)]]].entries()) {
      ada.send({ type: "input", payload: { m, seq: i + 1, name: "say", data: { data } } });
    }
    await stage.run(100);
    for (const seq of [1, 2]) {
      expect(ada.find("confirm")?.payload).toMatchObject({ seq, ok: false, code: "INPUT_INVALID" });
      expect(ada.find("error")?.payload.code).toBe("INPUT_INVALID");
    }
    expect(answers.size).toBe(0);
  });
});
