import type { TableClient } from "./table-room.ts";

/** One line of the list, as scripts/list_lobbies.lua answers it. */
export interface TableLine {
  readonly id: string;
  readonly name: string;
  readonly host: string;
  readonly players: number;
  readonly max: number;
  readonly watchers: number;
  readonly phase: "waiting" | "play" | "over";
}

export async function listTables(client: TableClient): Promise<readonly TableLine[]> {
  const answer = (await client.rpc("list_lobbies")) as { readonly lobbies: readonly TableLine[] };
  return answer.lobbies;
}

/** Opens a table, and answers its code. */
export async function openTable(
  client: TableClient,
  wish: { readonly name: string; readonly maxPlayers: number; readonly turnSeconds: number },
): Promise<string> {
  // named, so that asking again does not open a second one
  const key = crypto.randomUUID();
  const { id } = (await client.rpc("create_lobby", wish, { key })) as { readonly id: string };
  return id;
}
