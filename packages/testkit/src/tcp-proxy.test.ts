import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { TcpProxy } from "./tcp-proxy.ts";

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

/** A server that sends back what it gets, a proxy before it, and a client of the proxy. */
async function line(): Promise<{
  proxy: TcpProxy;
  client: Socket;
  /** The port behind the proxy. */
  port: number;
  /** Says something to the client that it has not said itself. */
  speak: (text: string) => void;
  /** By the client, and by the server. */
  received: () => string;
  heard: () => string;
}> {
  const sockets = new Set<Socket>();
  let said = "";
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("data", (chunk) => {
      said += chunk.toString();
    });
    socket.pipe(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  open.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const proxy = await TcpProxy.start(port);
  open.push(() => proxy.stop());
  const client = connect(proxy.port, "127.0.0.1");
  await once(client, "connect");
  // The proxy resets it at the end.
  client.on("error", () => client.destroy());
  let text = "";
  client.on("data", (chunk) => {
    text += chunk.toString();
  });
  const speak = (words: string): void => {
    for (const socket of sockets) socket.write(words);
  };
  return { proxy, client, port, speak, received: () => text, heard: () => said };
}

/** Of this thread, destroyed ones that were never closed included. */
function openSockets(): number {
  return process.getActiveResourcesInfo().filter((name) => name === "TCPSocketWrap").length;
}

describe("the TCP proxy", () => {
  it("carries bytes both ways", async () => {
    const { client, received } = await line();
    client.write("hello");
    await expect.poll(received).toBe("hello");
  });

  it("resets connections", async () => {
    const { proxy, client } = await line();
    client.write("x");
    await once(client, "data");
    const failed = once(client, "error");
    proxy.reset();
    const [error] = (await failed) as [NodeJS.ErrnoException];
    expect(error.code).toBe("ECONNRESET");
    expect(proxy.open).toBe(0);
  });

  it("holds bytes back while stalled and loses none", async () => {
    const { proxy, client, received } = await line();
    client.write("a");
    await expect.poll(received).toBe("a");
    proxy.stall(true);
    client.write("b");
    await new Promise((resolve) => client.write("c", resolve));
    await expect.poll(() => proxy.heldBytes).toBe(2);
    expect(received()).toBe("a");
    proxy.stall(false);
    await expect.poll(received).toBe("abc");
    expect(proxy.heldBytes).toBe(0);
  });

  it("carries what a client said that has closed meanwhile", async () => {
    const { proxy, client, heard } = await line();
    proxy.stall(true);
    client.end("goodbye");
    await once(client, "close");
    expect(heard()).toBe("");
    proxy.stall(false);
    await expect.poll(heard).toBe("goodbye");
    await expect.poll(() => proxy.open).toBe(0);
  });

  it("keeps no socket that it resets while it is being shut", async () => {
    await expect.poll(openSockets).toBe(0);
    const { proxy, client } = await line();
    proxy.stall(true);
    client.end("goodbye");
    await once(client, "close");
    proxy.stall(false);
    proxy.reset();
    await expect.poll(openSockets).toBe(0);
  });

  it("holds back what either side says", async () => {
    const { proxy, client, speak, received, heard } = await line();
    client.write("a");
    await expect.poll(received).toBe("a");
    proxy.stall(true);
    client.write("up");
    speak("down");
    await expect.poll(() => proxy.heldBytes).toBe(6);
    expect([heard(), received()]).toEqual(["a", "a"]);
    proxy.stall(false);
    await expect.poll(heard).toBe("aup");
    await expect.poll(received).toBe("adownup");
  });

  it("carries late and in order, also what comes when nothing is late any more", async () => {
    const { proxy, client, heard } = await line();
    proxy.stall(true);
    proxy.delay(100);
    client.write("1");
    // it is on its way when the delay ends
    await expect.poll(() => proxy.heldBytes).toBe(1);
    proxy.stall(false);
    proxy.delay(0);
    client.write("2");
    await expect.poll(() => heard().length).toBe(2);
    expect(heard()).toBe("12");
  });

  it("holds back what becomes due during a stall, ahead of what comes behind it", async () => {
    const { proxy, client, port, heard } = await line();
    const other = await TcpProxy.start(port);
    open.push(() => other.stop());
    const witness = connect(other.port, "127.0.0.1");
    witness.on("error", () => witness.destroy());
    for (const each of [proxy, other]) each.delay(50);
    proxy.stall(true);
    client.write("1");
    await expect.poll(() => proxy.heldBytes).toBe(1);
    // as late as the first, and later than it
    witness.write("w");
    await expect.poll(heard).toBe("w");
    proxy.delay(0);
    client.write("2");
    await expect.poll(() => proxy.heldBytes).toBe(2);
    proxy.stall(false);
    await expect.poll(heard).toBe("w12");
  });
});
