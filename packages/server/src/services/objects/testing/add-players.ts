import type { Store } from "../../../ports/store.ts";

/** The public halves of accounts, which is what those who own something must have. */
export async function addPlayers(
  store: Store,
  ...accounts: readonly { readonly account: string }[]
): Promise<void> {
  const createdAt = "2026-01-01T00:00:00.000Z";
  await store.db
    .insertInto("players")
    .values(
      accounts.map(({ account }) => ({
        id: account,
        username: `player-${account}`,
        email: null,
        created_at: createdAt,
        metadata: null,
      })),
    )
    .onConflict((on) => on.doNothing())
    .execute();
}
