import { describe, expect, test } from "vitest";
import { LobbyStage } from "./testing/lobby-stage.ts";

const hostile: readonly (readonly [what: string, text: string, shown: string])[] = [
  ["a turned direction", "\u202eevil\u202c", "evil"],
  ["what is invisible", "A\u200bd\u2060a\ufeff", "Ada"],
  ["controls", "A\u0000d\u0007a\u001b[31m", "Ada[31m"],
  ["lines and tabs", "A\r\n\td\u2028a", "A d a"],
  ["markup", "<b>A</b>", "<b>A</b>"],
];

async function table(): Promise<LobbyStage> {
  const made = await LobbyStage.open();
  await made.come("ann");
  return made;
}

describe("what strangers write at a table of the game lobby", () => {
  test.each(hostile)(
    "[S-LUA43] %s is taken out of chat lines and names",
    async (_, text, shown) => {
      const at = await table();
      expect(await at.call("ann", "say", { text })).toBe("taken");
      expect(at.said.at(-1)!.text).toBe(shown);
      expect(await at.call("ann", "rename", { name: text })).toBe("taken");
      expect(at.seen.players["ann"]!.name).toBe(shown);
      expect(await at.call("ann", "update_state", { set: { name: text, note: text } })).toBe(
        "taken",
      );
      expect(at.stage.state).toMatchObject({ name: shown, note: shown });
      expect(await at.come("ben", false, text)).toBe("taken");
      expect(await at.come("cid", true, text)).toBe("taken");
      expect(at.seen.players["ben"]!.name).toBe(shown);
      expect(at.seen.watchers["cid"]).toBe(shown);
      const wish = { id: "K7QX2M", host: "ann", hostName: text, name: text };
      const made = (await at.stage.rpc("create_lobby", wish)) as { name: string };
      expect(made.name).toBe(shown);
    },
  );

  test("[S-LUA43] is cut between characters", async () => {
    const at = await table();
    await at.call("ann", "say", { text: "x" + "😀".repeat(300) });
    expect(at.said.at(-1)!.text).toBe("x" + "😀".repeat(199));
    await at.call("ann", "rename", { name: "xy" + "😀".repeat(30) });
    expect(at.seen.players["ann"]!.name).toBe("xy" + "😀".repeat(22));
    const made = (await at.stage.rpc("create_lobby", { name: "é".repeat(99) })) as { name: string };
    expect(made.name).toBe("é".repeat(60));
  });

  test.each([" ", "\u200b\u3000\u202e", "", 7, null, true, ["x"], { a: 1 }])(
    "[S-LUA43] %j is no name and no chat line",
    async (text) => {
      const at = await table();
      const before = structuredClone(at.stage.state);
      expect(await at.call("ann", "say", { text })).toBe("NOTHING_SAID");
      expect(await at.call("ann", "rename", { name: text })).toBe("NAME_INVALID");
      expect(at.stage.state).toEqual(before);
      // a name that shows nothing is none, for a table and for who comes
      expect(await at.come("ben", false, " \u202e ")).toBe("taken");
      expect(at.seen.players["ben"]!.name).toBe("Somebody");
    },
  );

  test.each([
    { name: "é".repeat(61) },
    { name: " \u200b " },
    { note: "😀".repeat(201) },
    { maxPlayers: 1 },
    { maxPlayers: 5 },
    { maxPlayers: 2.5 },
    { maxPlayers: "3" },
    { turnSeconds: 4 },
    { turnSeconds: 301 },
    { turnSeconds: true },
  ])("[S-LUA43] the settings %j are refused whole", async (set) => {
    const at = await table();
    const before = structuredClone(at.stage.state);
    const all = { note: "fine", ...set };
    expect(await at.call("ann", "update_state", { set: all })).toBe("BAD_ARGUMENTS");
    expect(at.stage.state).toEqual(before);
  });
});

describe("the chat of a table", () => {
  test("[S-LUA43] is there for who comes later, thirty lines of it", async () => {
    const at = await table();
    for (let i = 1; i <= 40; i++) {
      at.stage.clock.advance(2000);
      expect(await at.call("ann", "say", { text: `line ${i}` })).toBe("taken");
    }
    await at.come("ben");
    expect(at.said.map(({ text }) => text)).toEqual(
      Array.from({ length: 30 }, (_, i) => `line ${i + 11}`),
    );
    expect(at.said[0]).toMatchObject({ by: "ann", name: "ann", color: 1 });
  });

  test("[S-LUA43] is bounded in bytes too, and the table goes on", async () => {
    const at = await table();
    for (let i = 1; i <= 40; i++) {
      at.stage.clock.advance(2000);
      await at.call("ann", "say", { text: `${i} ` + "😀".repeat(197) });
    }
    expect(at.said.at(-1)!.text).toMatch(/^40 /);
    expect(at.said.length).toBeGreaterThan(3);
    expect(new TextEncoder().encode(JSON.stringify(at.said)).length).toBeLessThan(5200);
    // nothing is left of what went before
    expect(Object.keys(at.stage.state).filter((field) => field.startsWith("chat:"))).toHaveLength(
      at.said.length,
    );
    expect(await at.come("ben")).toBe("taken");
    expect(await at.act("ben", "ready", { on: true })).toBe("taken");
  });

  test("[S-LUA43] takes five lines in five seconds of one, and those of others", async () => {
    const at = await table();
    await at.come("ben", true);
    for (let i = 0; i < 5; i++) expect(await at.call("ann", "say", { text: "x" })).toBe("taken");
    expect(await at.call("ann", "say", { text: "x" })).toBe("TOO_FAST");
    expect(await at.call("ben", "say", { text: "y" })).toBe("taken");
    at.stage.clock.advance(5000);
    expect(await at.call("ann", "say", { text: "x" })).toBe("taken");
    expect(at.said).toHaveLength(7);
    expect(at.said.at(-2)).toMatchObject({ by: "ben", color: 0 });
  });
});
