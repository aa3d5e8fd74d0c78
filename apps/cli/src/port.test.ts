import { createServer, type Server } from "node:net";
import { afterEach, expect, it } from "vitest";
import { Failure } from "./failure.ts";
import { mustBeFree, nextFree } from "./port.ts";

const host = "127.0.0.1";
const listening: Server[] = [];

afterEach(() => {
  for (const server of listening.splice(0)) server.close();
});

/** Takes a port, any by default, and answers which. Undefined when another has it. */
function take(port = 0): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen({ host, port, exclusive: true }, () => {
      listening.push(server);
      resolve((server.address() as { port: number }).port);
    });
  });
}

it("the next free port is the one that is asked for, if nobody has it", async () => {
  const port = (await take())!;
  await new Promise((closed) => listening.pop()!.close(closed));
  expect(await nextFree(host, port)).toBe(port);
  await expect(mustBeFree(host, port)).resolves.toBeUndefined();
});

it("ports that are taken are passed over, and the one that is found can be listened on", async () => {
  const port = (await take())!;
  // its neighbour may be another program's, which is as good
  await take(port + 1);
  const found = await nextFree(host, port);
  expect(found).toBeGreaterThan(port + 1);
  expect(await take(found)).toBe(found);
});

it("a taken port that was named is an error that names another", async () => {
  const port = (await take())!;
  const failing = mustBeFree(host, port);
  await expect(failing).rejects.toBeInstanceOf(Failure);
  await expect(failing).rejects.toMatchObject({ message: `Port ${port} on ${host} is taken.` });
});

it("a host that is none of this machine's is an error at once", async () => {
  await expect(nextFree("203.0.113.1", 8080)).rejects.toThrow(/no address of this machine/);
});
