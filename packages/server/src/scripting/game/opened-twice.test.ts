import { limits } from "@realmwright/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isThere, serverNames } from "../../hot/testing/hot-stage.ts";
import { refusal } from "../testing/embedded-stage.ts";
import { ScriptsStage } from "./testing/scripts-stage.ts";

const lobby = "-- opens: lobby\n-- bind: id=code\nreturn ARGV[1]";
const chosen = "-- opens: lobby\nreturn ARGV[1]";

describe("two nodes", () => {
  describe.each(serverNames.filter(isThere))("on one %s", (name) => {
    let a: ScriptsStage;
    let b: ScriptsStage;
    beforeEach(async () => {
      a = await ScriptsStage.open(name);
      b = await a.another();
      await a.load({ lobby, chosen });
      await b.load({ lobby, chosen });
    });
    afterEach(async () => {
      await b.scripts.close();
      await a.close();
    });

    test("[S-LUA24] a call that is repeated on the other one opens nothing there, ever", async () => {
      const again = (node: ScriptsStage): Promise<unknown> =>
        node.run("lobby", {}, { idempotencyKey: "k" });
      const answers = await Promise.all([again(a), again(b), again(a), again(b)]);
      const { id } = answers[0] as { id: string };
      expect(answers).toEqual(answers.map(() => ({ id })));
      expect([...a.opened, ...b.opened]).toEqual([["lobby", id]]);
      for (const node of [a, b]) node.scripts.openings.ended(id);
      await expect.poll(() => a.under.hot.leases.holder(`room:${id}`)).toBeUndefined();
      expect([await again(a), await again(b)]).toEqual([{ id }, { id }]);
      expect([...a.opened, ...b.opened]).toHaveLength(1);
    });

    test("[S-LUA46] an id that the caller chooses is opened on one of them", async () => {
      const open = (node: ScriptsStage): Promise<string> =>
        refusal(node.run("chosen", { id: "den" }));
      const codes = await Promise.all([open(a), open(b)]);
      expect(codes.toSorted()).toEqual(["ROOM_EXISTS", "none"]);
      expect([...a.opened, ...b.opened]).toEqual([["lobby", "den"]]);
      const [first, second] = codes[0] === "none" ? [a, b] : [b, a];
      first.scripts.openings.ended("den");
      await expect.poll(() => open(second)).toBe("none");
      expect(second.opened).toEqual([["lobby", "den"]]);
    });

    test("[S-LUA47] openedPerAccount counts both, and the script does not run above", async () => {
      const counted = `-- keys: ran\n${lobby.replace("return", "redis.call('INCR', KEYS[1]) return")}`;
      const ran = "-- keys: ran\nreturn tonumber(redis.call('GET', KEYS[1]))";
      for (const node of [a, b]) await node.load({ counted, ran });
      const { value: most } = limits.openedPerAccount;
      for (let i = 0; i < most; i++) await (i % 2 === 0 ? a : b).run("counted");
      for (const node of [a, b]) expect(await refusal(node.run("counted"))).toBe("ROOMS_OPENED");
      expect(await a.run("ran")).toBe(most);
      expect([...a.opened, ...b.opened]).toHaveLength(most);
    });
  });
});
