import { limits } from "@realmwright/protocol";
import { describe, expect, test } from "vitest";
import { ScriptedStage } from "../testing/scripted-stage.ts";

const minuteTicks = 600;

const script = (body: string, header = ""): string => `-- room: den
${header}-- input: say
local room = {}
function room.create(state) state.count = 0 end
${body}
return realm.room(room)`;
const open = (body: string, header?: string): Promise<ScriptedStage> =>
  ScriptedStage.open({ den: script(body, header) });
const told = (stage: ScriptedStage): readonly unknown[][] =>
  stage.bench.log.of("error").map(({ data }) => [data["on"], data["fault"] ?? "", data["times"]]);

describe("[S-LUA48] a function that fails", () => {
  test("with every tick is told at once, then once a minute with how often", async () => {
    const stage = await open("function room.tick(state) state.x.y = 1 end");
    await stage.join("ann");
    await stage.step(minuteTicks);
    const [first, second] = told(stage);
    expect(first).toEqual(["tick", expect.stringMatching(/^den\.lua:5: /), 1]);
    expect(second?.[2]).toBeGreaterThan(minuteTicks - 10);
    await stage.step(minuteTicks);
    expect(told(stage)).toHaveLength(3);
    // the state goes on
    expect(stage.state).toMatchObject({ count: 0 });
  });

  test("in another place, or in another function, is told beside it", async () => {
    const stage = await open(`function room.tick(state)
  state.count = state.count + 1
  if state.fail then state.x.y = 1 end
  error("tick " .. state.count)
end
function room.say(state) state.x.y = 1 end
function room.leave(state, player) realm.refuse("STAY", "Not yet.") end`);
    const ann = await stage.join("ann");
    const ben = await stage.join("ben");
    for (let i = 0; i < 5; i++)
      expect(await stage.ask(ann, "say", { data: 1 })).toBe("SCRIPT_FAILED");
    stage.bench.room.leave(ben, { code: "LEFT" });
    await stage.step(5);
    expect(
      told(stage).map(([on, fault]) => `${String(on)}: ${String(fault).replace(/\d+$/, "n")}`),
    ).toEqual([
      "tick: den.lua:8: tick n",
      expect.stringMatching(/^say: den\.lua:10: /),
      "leave: refused where nobody is answered: STAY Not yet.",
    ]);
  });

  test("at two of its lines is told of each, and of how often when it has stopped", async () => {
    const stage = await open(`function room.say(state, player, data)
  if data == 1 then error("one") end
  error("two")
end`);
    const ann = await stage.join("ann");
    for (const data of [1, 2, 1, 1]) await stage.ask(ann, "say", { data });
    expect(told(stage)).toEqual([
      ["say", "den.lua:6: one", 1],
      ["say", "den.lua:7: two", 1],
    ]);
    await stage.step(minuteTicks + 5);
    expect(told(stage).slice(2)).toEqual([["say", "den.lua:6: one", 2]]);
    await stage.step(2 * minuteTicks);
    expect(told(stage)).toHaveLength(3);
  });

  test("with ever new words fills no log", async () => {
    const stage = await open(`function room.tick(state)
  error("den.lua:" .. math.floor(realm.now()) .. ": no", 0)
end`);
    await stage.join("ann");
    await stage.step(minuteTicks);
    expect(told(stage).length).toBeLessThanOrEqual(70);
  });

  test("takes too much with every tick: told as rarely", async () => {
    const stage = await open("function room.tick(state) while true do end end");
    await stage.join("ann");
    await stage.step(55);
    const errors = stage.bench.log.of("error");
    expect(errors.map(({ data }) => data["times"])).toEqual([1]);
    expect(errors[0]!.data["error"]).toMatchObject({ code: "SCRIPT_BUDGET" });
  }, 60_000);

  test("in the next version of a live room is told at once again", async () => {
    const tick = "function room.tick(state) state.x.y = 1 end";
    const stage = await open(tick, "-- reload: live\n");
    await stage.join("ann");
    await stage.step(10);
    expect(told(stage)).toHaveLength(1);
    await stage.scripts.load(new Map([["den", script(`${tick} -- mended?`, "-- reload: live\n")]]));
    await stage.step(10);
    expect(told(stage)).toHaveLength(2);
  });

  test("of the version before, told by a call that was under way, is not the next one's", async () => {
    const say = "function room.say(state) state.x.y = 1 end";
    const live = "-- reload: live\n";
    const stage = await open(say, live);
    const ann = await stage.join("ann");
    await stage.ask(ann, "say", { data: 1 });
    const { promise, resolve } = Promise.withResolvers<undefined>();
    stage.engine.gate = promise;
    stage.send(ann, "say", { data: 1 });
    await stage.step(2);
    stage.engine.gate = Promise.resolve();
    await stage.scripts.load(new Map([["den", script(`${say} -- mended?`, live)]]));
    resolve(undefined);
    await stage.step(5);
    const versions = (): unknown[] =>
      stage.bench.log.of("error").map(({ data }) => data["version"]);
    expect([stage.answers.at(-1)!.code, versions()]).toEqual(["SCRIPT_FAILED", [1]]);
    await stage.ask(ann, "say", { data: 1 });
    expect(versions()).toEqual([1, 2]);
  });

  test("where a script refuses its tick too", async () => {
    const stage = await open(
      `function room.tick(state) state.big = ("x"):rep(${limits.documentBytes.value}) end`,
    );
    await stage.join("ann");
    await stage.step(20);
    expect(told(stage)).toEqual([["tick", expect.stringMatching(/STATE_TOO_LARGE/), 1]]);
  });
});

test("[S-LUA48] what is published with every tick and is no patch is told once a minute", async () => {
  const stage = await open(
    'function room.tick(state) redis.call("PUBLISH", KEYS[1], "no patch") end',
  );
  await stage.join("ann");
  await stage.step(minuteTicks + 20);
  const warnings = stage.log.of("warn").filter(({ data }) => data["channel"] !== undefined);
  expect(warnings.map(({ data }) => data["times"])).toEqual([1, expect.any(Number)]);
  expect(warnings[1]!.data["times"]).toBeGreaterThan(minuteTicks - 10);
});

test("[S-LUA48] a version that no call of a room comes through is told once, and so is the next one", async () => {
  const live = "-- reload: live\n";
  const stage = await open("function room.say(state) state.count = 7 end", live);
  const ann = await stage.join("ann");
  const errors = (): unknown[][] =>
    stage.bench.log.of("error").map(({ data }) => [data["version"], data["fault"], data["times"]]);
  const fails = (text: string): string => `if not cjson.decode(ARGV[2]).trial then
  error("${text}")
end`;
  const save = (body: string): Promise<unknown> =>
    stage.scripts.load(new Map([["den", script(body, live)]]));
  const first = [2, expect.stringMatching(/den\.lua:7: first$/), 1];
  const second = [3, expect.stringMatching(/den\.lua:7: second$/), 1];
  expect(await save(fails("first"))).toEqual([]);
  expect(await stage.ask(ann, "say", { data: 1 })).toBe("SCRIPT_FAILED");
  // not even after a minute
  await stage.step(minuteTicks + 100);
  expect(errors()).toEqual([first]);
  await save(fails("second"));
  await stage.step(100);
  expect(errors()).toEqual([first, second]);
  await save("function room.say(state) state.count = 8 end");
  await stage.step(15);
  expect(await stage.ask(ann, "say", { data: 1 })).toBe("taken");
  expect([stage.state["count"], errors().length]).toEqual([8, 2]);
});

test("[S-LUA48] a room whose end fails says so in a line, with a stack where it is not the script's", async () => {
  for (const [fails, about] of [
    [
      undefined,
      { room: "arena-1", problem: expect.stringMatching(/den\.lua:6: no end$/) as string },
    ],
    [new TypeError("ours"), { room: "arena-1", error: { message: "ours" } }],
  ] as const) {
    const stage = await open(
      `function room.say() end\nif ARGV[1]:find('"close"') then error("no end") end`,
    );
    await stage.join("ann");
    if (fails !== undefined) stage.engine.call = () => Promise.reject(fails);
    stage.bench.room.close();
    await stage.step();
    await stage.rooms.close();
    const warnings = stage.log.of("warn");
    expect(warnings).toMatchObject([{ data: about }]);
    expect(Object.hasOwn(warnings[0]!.data, "error")).toBe(fails !== undefined);
  }
});

describe("[S-LUA49] a refusal's text", () => {
  const textMax = limits.errorTextCharacters.value;

  test("reaches who is refused with the confirm, and again when the input comes again", async () => {
    const stage = await open(
      `function room.say(state, player) realm.refuse("BUSY", "Not now, " .. player.name .. ".") end`,
    );
    const [ann, ben] = [await stage.join("ann"), await stage.join("ben")];
    expect(await stage.ask(ann, "say", { data: 1 })).toBe("BUSY");
    expect(stage.answers.at(-1)).toMatchObject({ code: "BUSY", text: "Not now, ann." });
    expect(await stage.ask(ben, "say", { data: 1 })).toBe("BUSY");
    expect(stage.answers.at(-1)).toMatchObject({ text: "Not now, ben." });
    const { seq } = stage.answers.at(-1)!;
    stage.bench.input(ben, seq, "say", { data: 1 });
    await stage.step();
    expect(stage.bench.frame!.confirms).toMatchObject([{ seat: ben, seq, text: "Not now, ben." }]);
  });

  test.each([
    ["is cut", `("x"):rep(70000)`, "x".repeat(textMax)],
    [
      "is well formed",
      `("x"):rep(${textMax - 1}) .. "\\240\\159\\152\\128"`,
      `${"x".repeat(textMax - 1)}\ufffd`,
    ],
    ["need not be UTF-8", `"a\\255b"`, expect.stringMatching(/^a.+b$/)],
    ["need not be there", "nil", undefined],
    ["may be empty", `""`, undefined],
    ["is a text", "12", expect.toSatisfy((text) => text === undefined || text === "12")],
  ])("%s", async (_, lua, text) => {
    const stage = await open(`function room.say(state) realm.refuse("NO", ${lua}) end
function room.join(state, player) if player.name == "bad" then realm.refuse("NO", ${lua}) end end`);
    const ann = await stage.join("ann");
    await stage.ask(ann, "say", { data: 1 });
    const { code, text: told } = stage.answers.at(-1)!;
    if (code === "NO") expect(told).toEqual(text);
    else expect([code, told]).toEqual(["SCRIPT_FAILED", undefined]);
    await stage.askIn("bad");
    const { error } = stage.bench.of("refused")[0]!;
    expect(error.text.length).toBeLessThanOrEqual(textMax);
    expect(error.text.isWellFormed()).toBe(true);
  });

  test("is none where the script fails, has a code of its own making, or takes too much", async () => {
    const stage = await open(`function room.say(state, player, data)
  if data == "code" then realm.refuse("no code!", "secret") end
  if data == "long" then realm.refuse(("C"):rep(41), "secret") end
  if data == "loop" then while true do end end
  if data == "table" then error({ err = "SECRET secret" }) end
  error("SECRET secret")
end`);
    const ann = await stage.join("ann");
    for (const data of ["code", "long", "table", "throw", "loop"]) {
      await stage.ask(ann, "say", { data });
      expect(stage.answers.at(-1)!.text).toBeUndefined();
      expect(stage.answers.at(-1)!.code).toBe(data === "loop" ? "SCRIPT_BUDGET" : "SCRIPT_FAILED");
    }
  });

  test.each([
    [40, "C".repeat(40)],
    [41, "SCRIPT_FAILED"],
  ])(
    "is none under a code of more than 40 characters, wherever it is from: %i",
    async (of, code) => {
      const say = 'function room.say(state) realm.refuse("NO", "No.") end';
      const answer = `return (realm.room(room):gsub("NO", ("C"):rep(${of})))`;
      const source = script(say).replace("return realm.room(room)", answer);
      const stage = await ScriptedStage.open({ den: source });
      const ann = await stage.join("ann");
      await stage.ask(ann, "say", { data: 1 });
      const text = of === 40 ? "No." : undefined;
      expect(stage.answers.at(-1)).toMatchObject({ code, text });
    },
  );

  test("is none where the script is away: the code says it", async () => {
    const stage = await open("");
    const ann = await stage.join("ann");
    stage.engine.fault = { code: "HOT_UNAVAILABLE" };
    for (let i = 0; i < 2; i++) {
      expect(await stage.ask(ann, "say", { data: 1 })).toBe("HOT_UNAVAILABLE");
      expect(stage.answers.at(-1)!.text).toBeUndefined();
    }
  });
});
