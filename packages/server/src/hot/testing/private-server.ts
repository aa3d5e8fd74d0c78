import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { until } from "../../testing/until.ts";

/** Redis or Valkey on a free port of this machine, without persistence: started anew, it is empty. */
export class PrivateServer {
  readonly port: number;
  readonly #binary: string;
  readonly #options: readonly string[];
  readonly #folder = mkdtempSync(path.join(tmpdir(), "realmwright-hot-"));
  #process: ChildProcess | undefined;

  private constructor(binary: string, port: number, options: readonly string[]) {
    this.#binary = binary;
    this.port = port;
    this.#options = options;
  }

  static async start(binary: string, options: readonly string[] = []): Promise<PrivateServer> {
    const server = new PrivateServer(binary, await freePort(), options);
    await server.restart();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  async restart(): Promise<void> {
    const fixed = ["--port", String(this.port), "--bind", "127.0.0.1", "--dir", this.#folder];
    const plain = ["--save", "", "--appendonly", "no"];
    this.#process = spawn(this.#binary, [...fixed, ...plain, ...this.#options], {
      stdio: "ignore",
    });
    let answers = false;
    await until(() => {
      void ask(this.port, "PING\r\n").then((answer) => (answers ||= answer !== ""));
      return answers || `no answer from ${this.#binary}`;
    });
  }

  signal(name: "SIGSTOP" | "SIGCONT"): void {
    this.#process?.kill(name);
  }

  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null) return;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  }

  /** What it answers to one command, written as in a terminal. */
  ask(command: string): Promise<string> {
    return ask(this.port, `${command}\r\n`);
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const holder = createServer().listen(0, "127.0.0.1");
  await once(holder, "listening");
  const { port } = holder.address() as AddressInfo;
  holder.close();
  await once(holder, "close");
  return port;
}

/** The first piece of the answer; "" when there is no server. */
function ask(port: number, line: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(line));
    const end = (answer: string): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(5000, () => end(""));
    socket.once("data", (data) => end(data.toString()));
    socket.once("error", () => end(""));
  });
}
