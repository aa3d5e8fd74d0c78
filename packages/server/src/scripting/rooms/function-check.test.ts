import { describe, expect, test } from "vitest";
import { ScriptedStage } from "../testing/scripted-stage.ts";

const head = (reload = ""): string => `-- room: sums
-- reload: ${reload === "" ? "start" : reload}
-- input: add {"by": "int -100 100"}
-- input: put
local room = {}
function room.create(state) state.total = 0 end
function room.put(state) end
`;
const end = "return realm.room(room)";
const open = (body: string, reload?: string): Promise<ScriptedStage> =>
  ScriptedStage.open({ sums: head(reload) + body + end });
const told = (stage: ScriptedStage): unknown[] =>
  stage.log.of("warn").map(({ data }) => data["problem"]);

describe("[S-LUA44] functions of a room's table", () => {
  test("that nothing calls are told, and inputs without one", async () => {
    const stage = await open(`function room.ad() end
function room.leaves() end
function room.zzzzzz() end
room.count = 7
room[1] = function() end
`);
    const ann = await stage.join("ann");
    await stage.step(3);
    expect(told(stage)).toEqual([
      "room.ad is none of the room's hooks, and no input of this name is declared. Did you mean add?",
      "room.leaves is none of the room's hooks, and no input of this name is declared. Did you mean leave?",
      "room.zzzzzz is none of the room's hooks, and no input of this name is declared.",
      "the input add is declared, and there is no function room.add.",
    ]);
    expect(stage.log.of("warn")[0]?.data).toMatchObject({ script: "sums", version: 1 });
    for (let i = 0; i < 3; i++) expect(await stage.ask(ann, "add", { by: 1 })).toBe("NO_HANDLER");
    expect(stage.bench.log.of("warn").map(({ data }) => data["on"])).toEqual(["add"]);
    expect(told(stage)).toHaveLength(4);
  });

  test("are told of the next version too, once it runs, and never where all is well", async () => {
    const add = "function room.add(state, player, data) state.total = data.by end\n";
    const stage = await open(`${add}${hooks}`, "live");
    const ann = await stage.join("ann");
    await stage.step(3);
    expect(told(stage)).toEqual([]);
    const next = add.replace("room.add", "room.Add");
    await stage.scripts.load(new Map([["sums", head("live") + next + end]]));
    expect(await stage.ask(ann, "add", { by: 1 })).toBe("NO_HANDLER");
    await stage.step(5);
    expect(told(stage)).toHaveLength(2);
    expect(told(stage)[0]).toMatch(/Did you mean add\?$/);
  });

  test("are not told of a version that only older rooms still have", async () => {
    const stage = await open("function room.ad() end\n");
    await stage.scripts.load(new Map([["sums", head() + "-- another\n" + end]]));
    await stage.join("ann");
    expect(told(stage)).toEqual([]);
  });

  test("of any names and any number leave the room as it is", async () => {
    const stage = await open(`for i = 1, 5000 do room["x" .. i] = function() end end
room["\\255\\0\\n\\""] = function() end
room[("y"):rep(5000)] = function() end
function room.add(state, player, data) state.total = data.by end
`);
    const ann = await stage.join("ann");
    expect(await stage.ask(ann, "add", { by: 4 })).toBe("taken");
    expect(stage.state["total"]).toBe(4);
    expect(told(stage).length).toBeLessThanOrEqual(200);
  });
});

const hooks = ["join", "leave", "drop", "reconnect", "tick", "close"]
  .map((name) => `function room.${name}() end\n`)
  .join("");
