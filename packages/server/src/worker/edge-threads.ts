import { createServer } from "node:net";
import { MessageChannel, Worker, type WorkerOptions } from "node:worker_threads";
import { RealmError, type LimitName } from "@realmwright/protocol";
import type { TicketTaker, TokenVerifier } from "../auth/token-verifier.ts";
import type { ThreadBus } from "../bus/threads/thread-bus.ts";
import { addCounters, newCounters, type EdgeCounters } from "../edge/counters.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { Caller } from "../services/socket-calls.ts";
import { limitValues } from "../session/limit-values.ts";
import { Gate } from "../transports/gate.ts";
import type { PeerRules } from "../transports/peers.ts";
import { verdictOf } from "./remote-verifier.ts";
import type { EdgeWorkerData, FromEdgeWorker, ToEdgeWorker } from "./worker-messages.ts";

/** A thread that died is replaced after so long. */
const RESTART_MS = 1000;
/** A thread that does not end by itself is ended after so long. */
const STOP_MS = 5000;

/** Sources run as they are in a repository; elsewhere what was built of them. */
const isSource = import.meta.url.endsWith(".ts");
const sourceCondition = "--conditions=@realmwright/source";

export interface EdgeThreadsOptions {
  readonly count: number;
  /** The host's end of the bus. */
  readonly bus: ThreadBus;
  readonly clock: Clock;
  readonly log: Log;
  readonly peers: PeerRules;
  readonly limits: Partial<Record<LimitName, number>>;
  readonly verifier: TokenVerifier;
  readonly tickets: TicketTaker;
  readonly caller: Caller;
  /** Whether `/ws?token=` is taken. */
  readonly queryToken: boolean;
  readonly listen: { readonly host: string; readonly port: number };
  readonly httpSocket: string;
  /** Starts a thread. Default: `new Worker`. */
  readonly spawn?: (file: URL, options: WorkerOptions) => Worker;
}

interface Thread {
  /** Its number among the threads that count connections; another takes it over when it dies. */
  readonly number: number;
  readonly worker: Worker;
  readonly address: string;
  counters: EdgeCounters;
  connections: number;
  /** What ends each of its calls. */
  readonly calls: Map<number, () => void>;
}

/**
 * Edges in threads of their own, all listening on one public port, over which the kernel spreads connections. A thread
 * that dies loses its connections, which come back on another one into their seats; it is replaced.
 */
export class EdgeThreads {
  readonly #options: EdgeThreadsOptions;
  /** Counts nothing itself. */
  readonly #gate: Gate;
  readonly #threads = new Set<Thread>();
  /** What threads that are no more have counted. */
  readonly #past = newCounters();
  #port = 0;
  #started = 0;
  #isStopping = false;
  #cancelRestarts = new Set<() => void>();

  constructor(options: EdgeThreadsOptions) {
    this.#options = options;
    const { count, peers } = options;
    const limits = limitValues(options.limits);
    this.#gate = new Gate({ peers, limits, memory: Gate.memory(limits, count), thread: count });
  }

  /** Counters of all threads, the dead included; up to a second old. */
  *counters(): Iterable<EdgeCounters> {
    yield this.#past;
    for (const thread of this.#threads) yield thread.counters;
  }

  get connections(): number {
    let sum = 0;
    for (const thread of this.#threads) sum += thread.connections;
    return sum;
  }

  /** Threads that listen. */
  get size(): number {
    return this.#threads.size;
  }

  /** Starts all threads and answers the port. Rejects with the listener's error, for example EADDRINUSE. */
  async start(): Promise<number> {
    const { count, listen } = this.#options;
    // listening beside others is what the threads do; a stranger on the port must be noticed here
    if (listen.port !== 0) await probe(listen.host, listen.port);
    this.#port = listen.port;
    try {
      this.#port = await this.#launch(0);
      await Promise.all(Array.from({ length: count - 1 }, (_, i) => this.#launch(i + 1)));
    } catch (error) {
      await this.stop();
      throw error;
    }
    return this.#port;
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    for (const cancel of this.#cancelRestarts) cancel();
    await Promise.all([...this.#threads].map((thread) => this.#end(thread)));
  }

  #launch(number: number): Promise<number> {
    const { bus, peers, limits, queryToken, listen, httpSocket } = this.#options;
    const address = `edge-${++this.#started}`;
    const { port1, port2 } = new MessageChannel();
    bus.connect(address, port1);
    const workerData: EdgeWorkerData = {
      address,
      bus: port2,
      gate: this.#gate.memory,
      thread: number,
      peers,
      limits,
      queryToken,
      listen: { host: listen.host, port: this.#port },
      httpSocket,
    };
    const spawn = this.#options.spawn ?? ((url, settings) => new Worker(url, settings));
    const file = isSource
      ? new URL("./edge-worker.ts", import.meta.url)
      : new URL("./edge-worker.js", import.meta.url);
    const worker = spawn(file, {
      name: address,
      workerData,
      transferList: [port2],
      execArgv: conditions(),
    });
    const thread: Thread = {
      number,
      worker,
      address,
      counters: newCounters(),
      connections: 0,
      calls: new Map(),
    };
    this.#threads.add(thread);
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    worker.on("message", (message: FromEdgeWorker) => {
      if (message.type === "listening") resolve(message.port);
      else if (message.type === "failed") reject(listenError(message));
      else this.#take(thread, message);
    });
    worker.on("error", (error) => {
      this.#options.log.error("An edge thread failed.", { edge: address, error });
      reject(error);
    });
    worker.on("exit", (code) => {
      reject(new RealmError("INTERNAL", { detail: `${address} ended with ${code}` }));
      this.#gone(thread, code);
    });
    return promise;
  }

  #take(thread: Thread, message: FromEdgeWorker): void {
    if (message.type === "counters") {
      thread.counters = message.counters;
      thread.connections = message.connections;
    } else if (message.type === "verify") {
      void this.#verify(thread, message);
    } else if (message.type === "call") {
      this.#call(thread, message);
    } else if (message.type === "callEnd") {
      thread.calls.get(message.request)?.();
      thread.calls.delete(message.request);
    } else if (message.type === "log") {
      const { level, message: text, data } = message.line;
      this.#options.log[level](text, data);
    }
  }

  async #verify(
    { worker }: Thread,
    { request, credential }: Extract<FromEdgeWorker, { type: "verify" }>,
  ): Promise<void> {
    const { log } = this.#options;
    const verdict = await verdictOf(this.#options, credential, (error) => {
      log.error("A token could not be looked at.", { error });
    });
    // one that is gone meanwhile takes no notice
    worker.postMessage({ type: "verdict", request, verdict } satisfies ToEdgeWorker, []);
  }

  #call(
    { worker, calls }: Thread,
    { request, call }: Extract<FromEdgeWorker, { type: "call" }>,
  ): void {
    const end = this.#options.caller.call(call, (outcome) => {
      worker.postMessage({ type: "outcome", request, outcome } satisfies ToEdgeWorker, []);
    });
    calls.set(request, end);
  }

  #gone(thread: Thread, code: number): void {
    if (!this.#threads.delete(thread)) return;
    addCounters(this.#past, { ...thread.counters, sessions: 0 });
    this.#gate.forget(thread.number);
    for (const end of thread.calls.values()) end();
    if (this.#isStopping) return;
    const { clock, log } = this.#options;
    log.error("An edge thread is gone; another takes its place.", { edge: thread.address, code });
    const cancel = clock.at(clock.nowMs() + RESTART_MS, () => {
      this.#cancelRestarts.delete(cancel);
      this.#launch(thread.number).catch((error: unknown) => {
        log.error("An edge thread does not start.", { error });
      });
    });
    this.#cancelRestarts.add(cancel);
  }

  async #end(thread: Thread): Promise<void> {
    const { worker } = thread;
    const ended = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
    worker.postMessage({ type: "stop" } satisfies ToEdgeWorker, []);
    const overdue = setTimeout(() => void worker.terminate(), STOP_MS);
    await ended;
    clearTimeout(overdue);
  }
}

/** Of the options of this process, those by which modules are found; threads refuse most others. */
function conditions(): string[] {
  const own = process.execArgv.filter((option) => /^(--conditions|-C)=/.test(option));
  return isSource && !own.includes(sourceCondition) ? [...own, sourceCondition] : own;
}

function listenError({ code, message }: { code: string; message: string }): Error {
  return Object.assign(new Error(message), { code });
}

/** Rejects when somebody listens on a port already. */
function probe(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve()));
  });
}
