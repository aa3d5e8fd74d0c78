import { defineGame, room } from "@realmwright/core";
import { describe, expect, it } from "vitest";
import { HostBench } from "../testing/host-bench.ts";
import { LoginEndings } from "./login-endings.ts";

const ended = "SESSION_ENDED";
const game = defineGame({
  name: "test",
  rooms: { town: room({ tickRate: 20, graceMs: 2000, permanent: true }) },
});

describe("[S-AUTH23] endings of logins", () => {
  it("count for tokens that were looked at before, and for no others", () => {
    const endings = new LoginEndings();
    endings.add({ account: "ann", session: "phone", error: ended });
    expect(endings.error({ account: "ann", login: "phone" }, 0)).toBe(ended);
    expect(endings.error({ account: "ann", login: "phone" }, 1)).toBeUndefined();
    expect(endings.error({ account: "ann", login: "laptop" }, 0)).toBeUndefined();
    expect(endings.error({ account: "bob", login: "phone" }, 0)).toBeUndefined();
  });

  it("before a token was looked at do not count, those after it do", () => {
    const endings = new LoginEndings();
    endings.add({ account: "ann", session: "phone", error: ended });
    endings.add({ account: "bob", error: ended });
    expect(endings.error({ account: "ann", login: "phone" }, 1)).toBeUndefined();
    expect(endings.error({ account: "bob", login: "x" }, 1)).toBe(ended);
  });

  it("are of a whole account but for one login", () => {
    const endings = new LoginEndings();
    endings.add({ account: "ann", except: "phone", error: ended });
    expect(endings.error({ account: "ann", login: "phone" }, 0)).toBeUndefined();
    expect(endings.error({ account: "ann", login: undefined }, 0)).toBe(ended);
  });

  it("end a login when there were too many to remember, at 1,024 and one above", () => {
    const endings = new LoginEndings();
    for (let i = 0; i < 1024; i++) endings.add({ account: `a${i}`, error: "ACCOUNT_BANNED" });
    expect(endings.error({ account: "ann", login: "x" }, 0)).toBeUndefined();
    expect(endings.error({ account: "a0", login: "x" }, 0)).toBe("ACCOUNT_BANNED");
    endings.add({ account: "bob", error: "ACCOUNT_BANNED" });
    expect(endings.error({ account: "ann", login: "x" }, 0)).toBe(ended);
    expect(endings.error({ account: "ann", login: "x" }, 1)).toBeUndefined();
  });
});

describe("[S-AUTH23] a host that hears of an ending", () => {
  it("closes the sessions of the login; their seats wait", async () => {
    const bench = await HostBench.start(game);
    const edge = bench.edge();
    const ann = bench.open(edge, "ann", undefined, { login: "phone" });
    const other = bench.open(edge, "ann", undefined, { login: "laptop" });
    bench.join(edge, ann.session, "town");
    expect(bench.host.endLogins({ account: "ann", session: "phone", error: ended })).toBe(1);
    bench.run();
    expect(edge.all("end").map(({ session, error }) => [session, error.code])).toEqual([
      [ann.session, ended],
    ]);
    expect(bench.host.rooms()[0]?.players).toBe(1);
    expect(bench.host.logins().map(({ login }) => login)).toContain("laptop");
    expect(other.session).not.toBe(ann.session);
    bench.run(3000);
    expect(bench.host.rooms()[0]?.players).toBe(0);
  });

  it("gives up the seats of a banned account, a dropped one's too", async () => {
    const bench = await HostBench.start(game);
    const edge = bench.edge();
    const ann = bench.open(edge, "ann", undefined, { login: "phone" });
    bench.join(edge, ann.session, "town");
    edge.say({ type: "drop", session: ann.session });
    bench.run();
    expect(bench.host.endLogins({ account: "ann", error: "ACCOUNT_BANNED" })).toBe(0);
    bench.run();
    expect(bench.host.rooms()[0]?.players).toBe(0);
  });

  it("denies a session whose token was looked at before", async () => {
    const bench = await HostBench.start(game);
    const edge = bench.edge();
    const { endings } = bench.host;
    bench.host.endLogins({ account: "ann", error: ended });
    const about = { account: "ann", name: "ann", role: "player", login: "phone" };
    edge.say({ type: "open", session: "a".repeat(32), ...about, endings });
    edge.say({ type: "open", session: "b".repeat(32), ...about, endings: bench.host.endings });
    bench.run();
    expect(edge.last("denied")).toMatchObject({
      session: "a".repeat(32),
      error: { code: ended },
    });
    expect(edge.last("opened").session).toBe("b".repeat(32));
  });
});
