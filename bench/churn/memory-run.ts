import { MemoryChurn } from "./memory-churn.ts";

/* Prints what remains of many stays in a server without sockets, in virtual time. */

const { first, last } = JSON.parse(process.argv.at(-1)!) as { first: number; last: number };
let unhandled = 0;
process.on("unhandledRejection", () => unhandled++);

const churn = await MemoryChurn.start(1);
await churn.churn(first);
const before = await churn.remains();
const begun = performance.now();
await churn.churn(last);
const seconds = (performance.now() - begun) / 1000;
const after = await churn.remains();
process.stdout.write(
  `${JSON.stringify({
    bytes: after.bytes,
    grown: after.bytes - before.bytes,
    timers: after.timers - before.timers,
    left: after.sessions + after.keptSessions + after.edgeSessions,
    rooms: after.rooms - before.rooms,
    joins: churn.joins,
    cycles: churn.cycles,
    perSecond: (last - first) / seconds,
    unhandled,
    errors: churn.errors.length,
  })}\n`,
);
