import { RealmError } from "@realmwright/protocol";
import { describe, expect, it } from "vitest";
import type { SessionIdentity } from "../session/session-state.ts";
import { RemoteVerifier, verdictOf, type Credential } from "./remote-verifier.ts";

const ann = { account: "ann", name: "Ann", role: "player", session: "phone", endings: 7 };

/** A thread that asks another one, over what threads can send. */
function threads(verify: () => Promise<SessionIdentity>): {
  readonly remote: RemoteVerifier;
  readonly asked: Credential[];
  readonly faults: unknown[];
} {
  const asked: Credential[] = [];
  const faults: unknown[] = [];
  const main = { verifier: { verify }, tickets: { take: verify } };
  const answer = async (request: number, credential: Credential): Promise<void> => {
    const verdict = await verdictOf(main, credential, (error) => faults.push(error));
    remote.answered(request, structuredClone(verdict));
  };
  const remote = new RemoteVerifier((request, credential) => {
    asked.push(structuredClone(credential));
    void answer(request, credential);
  });
  return { remote, asked, faults };
}

describe("[S-AUTH23] a token that another thread looks at", () => {
  it("is whose it is, by which login, and after how many endings", async () => {
    const { remote, asked } = threads(async () => ann);
    expect(await remote.verify("YQ.Yg.Yw")).toEqual(ann);
    expect(await remote.take("ticket", "https://a.example")).toEqual(ann);
    expect(asked).toEqual([
      { kind: "token", token: "YQ.Yg.Yw" },
      { kind: "ticket", ticket: "ticket", origin: "https://a.example" },
    ]);
  });

  it("is refused as there, with the wait", async () => {
    const { remote } = threads(() =>
      Promise.reject(new RealmError("ACCOUNT_BANNED", { retryAfterMs: 5000 })),
    );
    await expect(remote.verify("YQ.Yg.Yw")).rejects.toMatchObject({
      code: "ACCOUNT_BANNED",
      retryAfterMs: 5000,
    });
  });

  it("that is none is not asked about, and a fault there is told there and INTERNAL here", async () => {
    const { remote, asked, faults } = threads(() => Promise.reject(new Error("no database")));
    await expect(remote.verify("x".repeat(70_000))).rejects.toMatchObject({
      code: "TOKEN_INVALID",
    });
    expect(asked).toEqual([]);
    await expect(remote.verify("YQ.Yg.Yw")).rejects.toMatchObject({ code: "INTERNAL" });
    expect(faults).toEqual([new Error("no database")]);
  });
});
