import { Random } from "@realmwright/core";
import { TcpProxy } from "@realmwright/testkit";
import { settings } from "../load/desk.ts";
import { garbageCollector } from "./memory-churn.ts";
import { SocketBot } from "./socket-bot.ts";

/*
 * The bots of the churn over sockets, in a process of their own. Told "cycles" and a number, they come and go until so many
 * stays are over since the start; told "minutes" and a number, for so long. A third comes over a router that reboots now and then.
 */

export interface BotsDone {
  /** Stays that are over, since the start. */
  readonly cycles: number;
  /** Of the stays since it was told the last time. */
  readonly perSecond: number;
  /** How often what went wrong. */
  readonly failures: Readonly<Record<string, number>>;
  readonly unhandled: number;
  /** Heap and array buffers of this process in use after collection: of the real client, that is. */
  readonly bytes: number;
}

const rebootMs = 3_000;

const { port, count, seed } = settings<{ port: number; count: number; seed: number }>();
let unhandled = 0;
process.on("unhandledRejection", (error) => {
  unhandled++;
  process.stderr.write(`unhandled: ${String(error)}\n`);
});
const router = await TcpProxy.start(port);
const failures: Record<string, number> = {};
let goal = 0;
let endMs = 0;
const cycles = (): number => bots.reduce((sum, bot) => sum + bot.cycles, 0);
const world = {
  ports: [port, port, router.port],
  random: new Random(seed),
  isOver: () => cycles() >= goal && performance.now() >= endMs,
  failed: (code: string) => void (failures[code] = (failures[code] ?? 0) + 1),
};
const bots = Array.from({ length: count }, (_, index) => new SocketBot(world, index));
const collect = garbageCollector();

process.on("message", (message) => {
  const [what, amount] = String(message).split(" ");
  if (what === "cycles") goal = Number(amount);
  if (what === "minutes") endMs = performance.now() + Number(amount) * 60_000;
  void churn();
});
process.on("disconnect", () => process.exit(1));
process.send?.({ type: "ready" });

async function churn(): Promise<void> {
  const before = cycles();
  const begunMs = performance.now();
  const reboots = setInterval(() => router.reset(), rebootMs);
  await Promise.all(bots.map((bot) => bot.live()));
  clearInterval(reboots);
  const seconds = (performance.now() - begunMs) / 1_000;
  const perSecond = (cycles() - before) / seconds;
  const bytes = await collect();
  const done: BotsDone = { cycles: cycles(), perSecond, failures, unhandled, bytes };
  process.send?.({ type: "done", ...done });
}
