import { createServer } from "node:net";
import { Failure } from "./failure.ts";

/** Ports tried after the first when none was asked for. */
const triesMax = 50;

/** Whether a port can be listened on now. */
function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE" || error.code === "EACCES") resolve(false);
      else reject(error);
    });
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

/** The first free port from `port` upwards. Fails after fifty. */
export async function nextFree(host: string, port: number): Promise<number> {
  for (let candidate = port; candidate < port + triesMax; candidate++) {
    if (await isFree(host, candidate)) return candidate;
  }
  throw new Failure(
    `No port from ${port} to ${port + triesMax - 1} is free on ${host}.`,
    "Name one with --port.",
  );
}

/** Fails when the port is taken. */
export async function mustBeFree(host: string, port: number): Promise<void> {
  if (await isFree(host, port)) return;
  throw new Failure(
    `Port ${port} on ${host} is taken.`,
    `Stop what listens there, or name another: --port ${port + 1}.`,
  );
}
