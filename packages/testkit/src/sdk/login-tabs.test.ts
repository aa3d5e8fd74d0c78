import type { Auth } from "@realmwright/client";
import { RealmError } from "@realmwright/protocol";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { AccountsServer, DeviceStorage } from "../testing/accounts-server.ts";

let home: AccountsServer;
beforeAll(async () => {
  home = await AccountsServer.start();
});
afterAll(() => home.stop());

const tabs = 3;

type Deed =
  | { readonly kind: "use" | "load" | "together" }
  | { readonly kind: "lose"; readonly lost: number }
  | { readonly kind: "wait"; readonly minutes: number };

const deeds: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({ kind: fc.constantFrom("use" as const, "load" as const, "together" as const) }),
  fc.record({ kind: fc.constant("lose" as const), lost: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ kind: fc.constant("wait" as const), minutes: fc.integer({ min: 1, max: 30 }) }),
);

test("C-ACC5 whatever tabs do, without locks and over lost answers, their login lasts", async () => {
  let refreshed = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(tabs - 1), deeds), { minLength: 5, maxLength: 25 }),
      async (steps) => {
        const device = new DeviceStorage();
        const open: Auth[] = Array.from({ length: tabs }, () => home.auth(device));
        const { account } = await open[0]!.guest();
        const first = await open[0]!.token();
        let last = first;
        const use = async (auth: Auth): Promise<void> => {
          last = await auth.token();
          expect(await home.backend.identity.verifier.verify(last)).toMatchObject({ account });
        };
        for (const [tab, deed] of steps) {
          const auth = open[tab]!;
          switch (deed.kind) {
            case "use":
              await use(auth);
              break;
            case "load":
              open[tab] = home.auth(device);
              break;
            case "together":
              await Promise.all(open.map(use));
              break;
            case "wait":
              home.turn(deed.minutes * 60_000);
              break;
            case "lose":
              home.lost = deed.lost;
              // some fail and some do not; within its 30 s all is well again
              await Promise.all(open.map((each) => use(each).catch(expectLost)));
              home.lost = 0;
              await Promise.all(open.map(use));
          }
        }
        await Promise.all(open.map(use));
        if (last !== first) refreshed++;
      },
    ),
    { numRuns: 30 },
  );
  // a property of which nothing ever came would prove nothing
  expect(refreshed).toBeGreaterThan(10);
});

test.each([
  ["two days later", 172_800_000],
  ["a minute later, when it is still given the same", 60_000],
])(
  "C-ACC5 who has copied the storage and trades the token %s is noticed, and is out with its owner",
  async (_, laterMs) => {
    const device = new DeviceStorage();
    const owner = home.auth(device);
    await owner.guest();
    const copy = new DeviceStorage();
    for (const [key, text] of device.items) copy.items.set(key, text);
    const thief = home.auth(copy);
    const ended: string[] = [];
    for (const each of [owner, thief]) each.onEnded(({ code }) => ended.push(code));
    const use = async (auth: Auth): Promise<void> => {
      home.turn(10 * 60_000);
      await auth.token();
    };
    await use(owner);
    home.turn(laterMs);
    if (laterMs < 86_400_000) {
      // the thief has the same tokens as the owner, once
      await thief.token();
      await use(owner);
    }
    await expect(use(thief)).rejects.toMatchObject({ code: "SESSION_ENDED" });
    await expect(use(owner)).rejects.toMatchObject({ code: "SESSION_ENDED" });
    expect(ended).toEqual(["SESSION_ENDED", "SESSION_ENDED"]);
  },
);

function expectLost(error: unknown): void {
  expect(error).toBeInstanceOf(RealmError);
  expect(error).toMatchObject({ code: "CONNECTION_LOST" });
}
