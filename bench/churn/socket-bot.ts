import { connect as connectTcp } from "node:net";
import { connect, type Client, type ClientEncoding } from "@realmwright/client";
import type { Random } from "@realmwright/core";
import { RealmError } from "@realmwright/protocol";
import { wait } from "../children.ts";
import { Door, Move, Write, type churnGame } from "./churn-game.ts";

type Game = typeof churnGame;

const encodings: readonly ClientEncoding[] = ["binary", "msgpack", "json"];

export interface SocketWorld {
  /** Ports to connect to, any of them. */
  readonly ports: readonly number[];
  readonly random: Random;
  readonly isOver: () => boolean;
  /** Something did not work out, which may be: connections are cut. */
  readonly failed: (code: string) => void;
}

/** A player with the real client, who comes, stays a little and goes, again and again. */
export class SocketBot {
  cycles = 0;
  readonly #world: SocketWorld;
  readonly #index: number;

  constructor(world: SocketWorld, index: number) {
    this.#world = world;
    this.#index = index;
  }

  /** Comes and goes until it is over. */
  async live(): Promise<void> {
    const { random, isOver } = this.#world;
    while (!isOver()) {
      if (random.chance(0.1)) await this.#disturb();
      await this.#stay();
      this.cycles++;
      await wait(random.integer(0, 20));
    }
  }

  async #stay(): Promise<void> {
    const { random, ports, failed } = this.#world;
    let client: Client<Game> | undefined;
    try {
      client = await connect<Game>({
        url: `ws://127.0.0.1:${random.pick(ports)}/ws`,
        guest: { name: `Bot ${this.#index}` },
        encoding: random.pick(encodings),
        times: { firstMs: 5_000 },
      });
      client.onError((error) => failed(codeOf(error)));
      const room = await client.join(random.chance(0.8) ? "hall" : "den", undefined, {
        spectate: random.chance(0.1),
      });
      const turns = random.integer(1, 6);
      for (let turn = 0; turn < turns; turn++) {
        if (!room.isSpectator) {
          room.input(Move, { dx: random.between(-1, 1), dy: random.between(-1, 1) });
          if (random.chance(0.2)) void room.send(Write, { text: `cycle ${this.cycles}` });
          if (random.chance(0.05))
            void room.send(Door, { to: room.name === "hall" ? "den" : "hall" });
        }
        if (random.chance(0.1)) room.chat("good day");
        await wait(30);
        room.update();
      }
      if (random.chance(0.5)) room.leave();
    } catch (error) {
      failed(codeOf(error));
    }
    if (client !== undefined) await closed(client);
  }

  /** A connection that never becomes one. */
  async #disturb(): Promise<void> {
    const { random, ports } = this.#world;
    const socket = connectTcp(random.pick(ports), "127.0.0.1");
    // It is not meant to work.
    socket.on("error", () => undefined);
    const gone = new Promise((resolve) => socket.once("close", resolve));
    socket.write("GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n");
    if (random.chance(0.5)) socket.write("\r\n");
    await wait(random.integer(0, 20));
    socket.resetAndDestroy();
    await gone;
  }
}

async function closed(client: Client<Game>): Promise<void> {
  if (client.state === "closed") return;
  const gone = new Promise<void>((resolve) => {
    client.onClosed(() => resolve());
  });
  client.close();
  await gone;
}

function codeOf(error: unknown): string {
  if (error instanceof RealmError) return error.code;
  return error instanceof Error ? error.name : "unknown";
}
