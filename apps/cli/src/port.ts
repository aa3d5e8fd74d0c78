import { createServer } from "node:net";
import { Failure } from "./failure.ts";

/** Ports tried after the first when none was asked for. */
const triesMax = 50;

/** Why a port can not be listened on. */
type Obstacle = "taken" | "forbidden";

/** The first port from `port` upwards that can be listened on. Fails after fifty. */
export async function nextFree(host: string, port: number): Promise<number> {
  for (let candidate = port; candidate < port + triesMax; candidate++) {
    if ((await obstacle(host, candidate)) === undefined) return candidate;
  }
  throw new Failure(
    `No port from ${port} to ${port + triesMax - 1} is free on ${host}.`,
    "Name one with --port.",
  );
}

/** Fails when the port can not be listened on. */
export async function mustBeFree(host: string, port: number): Promise<void> {
  const found = await obstacle(host, port);
  if (found === "taken") {
    const other = port < 65_535 ? port + 1 : port - 1;
    throw new Failure(
      `Port ${port} on ${host} is taken.`,
      `Stop what listens there, or name another: --port ${other}.`,
    );
  }
  if (found === "forbidden") {
    throw new Failure(
      `This user may not listen on port ${port}.`,
      "Name one from 1024 on, for example --port 8080; a proxy in front of it can have the other.",
    );
  }
}

/** What stands in the way now. Fails where the host is the obstacle, whatever the port. */
function obstacle(host: string, port: number): Promise<Obstacle | undefined> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") resolve("taken");
      else if (error.code === "EACCES") resolve("forbidden");
      else
        reject(
          new Failure(
            `Nothing can listen on ${host}: it is no address of this machine (${error.code}).`,
            "Leave --host out for this machine alone, or say --lan for the whole network.",
            error,
          ),
        );
    });
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve(undefined)));
  });
}
