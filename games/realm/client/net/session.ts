import { connect, platformSocket, type SessionStorage } from "realmwright/client";
import type { LookName } from "../../shared.ts";
import type { Weather } from "../hud/debug-panel.ts";
import type { Choice } from "../hud/title-screen.ts";
import { half, type Realm, type RealmClient } from "./realm-room.ts";
import { weathered } from "./weather.ts";

const memory = "realm.seat";
const choiceKey = `${memory}.choice`;

/** What brings a reloaded page back into its seat. Ends with the tab. */
const storage: SessionStorage = {
  getItem: (key) => guarded(() => sessionStorage.getItem(`${memory}:${key}`)) ?? null,
  setItem: (key, value) => guarded(() => sessionStorage.setItem(`${memory}:${key}`, value)),
  removeItem: (key) => guarded(() => sessionStorage.removeItem(`${memory}:${key}`)),
};

/** Who this tab was playing as before it was loaded anew. */
export function rememberedChoice(): Choice | undefined {
  return guarded(() => {
    const kept = JSON.parse(sessionStorage.getItem(choiceKey) ?? "{}") as Partial<Choice>;
    const { name, look } = kept;
    return name === undefined || look === undefined ? undefined : { name, look };
  });
}

/** Forgets the seat: the next join is somebody else's. */
export function forgetSeat(): void {
  guarded(() => {
    const keys = Array.from({ length: sessionStorage.length }, (_, i) => sessionStorage.key(i));
    for (const key of keys) if (key?.startsWith(memory) === true) sessionStorage.removeItem(key);
  });
}

/**
 * Connects, and takes a place in the world: the one that this tab had, or a new one. Rejects with the reason when that
 * can not be.
 */
export async function enter(choice: Choice, weather: Weather): Promise<RealmClient> {
  const before = rememberedChoice();
  if (before !== undefined && (before.name !== choice.name || before.look !== choice.look)) {
    forgetSeat();
  }
  const { protocol, host } = location;
  const client = await connect<Realm>({
    url: `${protocol === "https:" ? "wss" : "ws"}://${host}/ws`,
    guest: { name: choice.name },
    game: half,
    storage,
    client: "realm-web/0.1.0",
    ports: { socket: weathered(platformSocket, weather) },
    // Doors and shrines move people farther than that; nothing walks so fast.
    teleportDistance: { player: 3, monster: 3 },
  });
  if (client.rooms.length === 0) {
    try {
      await client.join("town", { look: choice.look as LookName });
    } catch (error) {
      client.close();
      throw error;
    }
  }
  guarded(() => sessionStorage.setItem(choiceKey, JSON.stringify(choice)));
  return client;
}

/** Browsers may forbid storage altogether; then a reload begins anew. */
function guarded<T>(use: () => T): T | undefined {
  try {
    return use();
  } catch {
    return undefined;
  }
}
