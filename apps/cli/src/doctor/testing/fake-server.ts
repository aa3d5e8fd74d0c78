import { createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** Something that listens and answers each piece that it is sent; undefined answers nothing. */
export class FakeServer {
  readonly #server: Server;
  readonly #sockets: Socket[] = [];
  readonly heard: string[] = [];

  private constructor(answer: (heard: string) => string | undefined) {
    this.#server = createServer((socket) => {
      this.#sockets.push(socket);
      socket.setEncoding("latin1").on("data", (text: string) => {
        this.heard.push(text);
        const said = answer(text);
        if (said !== undefined) socket.write(said, "latin1");
      });
      socket.on("error", () => socket.destroy());
    });
  }

  static async start(answer: (heard: string) => string | undefined): Promise<FakeServer> {
    const fake = new FakeServer(answer);
    await new Promise<void>((resolve) => {
      fake.#server.listen({ host: "127.0.0.1", port: 0 }, resolve);
    });
    return fake;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    if (this.#server.listening) await new Promise((closed) => this.#server.close(closed));
  }
}
