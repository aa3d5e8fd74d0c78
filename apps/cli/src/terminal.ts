import { styleText } from "node:util";
import { Failure } from "./failure.ts";
import { SourceError } from "./game/source-error.ts";
import type { Whereabouts } from "./whereabouts.ts";

/** What is printed for machines: one JSON object a line. */
export type MachineEvent =
  | {
      readonly event: "ready";
      readonly url: string;
      /** The same for other machines of the network, if all of them are let in. */
      readonly network: readonly string[];
      readonly port: number;
      readonly tookMs: number;
      readonly game: string;
      readonly where: Whereabouts;
    }
  /** So many bots come in. */
  | { readonly event: "bots"; readonly count: number }
  | { readonly event: "reloaded"; readonly tookMs: number }
  /** So many rooms go on with an older version of a script. */
  | {
      readonly event: "kept";
      readonly script: string;
      readonly version: number;
      readonly rooms: number;
    }
  | { readonly event: "fault"; readonly place: string; readonly message: string }
  | { readonly event: "stopped" };

/** Where the command speaks: to a person at a terminal, or by JSON lines to whatever reads them. */
export class Terminal {
  /** A person reads. */
  readonly isPerson: boolean;
  readonly #color: boolean;

  constructor(environment: { readonly json: boolean; readonly color: boolean }) {
    this.isPerson = process.stdout.isTTY && !environment.json;
    this.#color = environment.color && process.stdout.isTTY;
  }

  /** For people only. */
  say(text = ""): void {
    if (this.isPerson) process.stdout.write(`${text}\n`);
  }

  /** For whoever reads: what was asked for. */
  print(text: string): void {
    process.stdout.write(`${text}\n`);
  }

  /** Something is not as it should be; the command goes on. */
  warn(message: string): void {
    process.stderr.write(`${this.yellow("!")} ${message}\n`);
  }

  /** For machines only. */
  tell(event: MachineEvent): void {
    if (!this.isPerson) process.stdout.write(`${JSON.stringify(event)}\n`);
  }

  /** Why the command gives up. */
  fail(error: unknown): void {
    if (error instanceof Failure) {
      process.stderr.write(`${this.red("✗")} ${error.message}\n  ${error.remedy}\n`);
    } else if (error instanceof SourceError) {
      this.fault(error);
    } else {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      const bug = "This is a bug of realmwright: please report it with the lines above.";
      process.stderr.write(`${this.red("✗")} ${text}\n  ${bug}\n`);
    }
  }

  /** An error of the game's source. What stands in the log is told to machines by the event alone. */
  fault(error: SourceError, { isLogged }: { readonly isLogged?: true } = {}): void {
    this.tell({ event: "fault", place: error.place, message: error.message });
    if (isLogged === true && !this.isPerson) return;
    const place = error.place === "" ? "" : `${this.bold(error.place)}  `;
    const frame = error.frame === undefined ? "" : `\n${error.frame}`;
    process.stderr.write(`${this.red("✗")} ${place}${error.message}${frame}\n`);
  }

  bold(text: string): string {
    return this.#color ? styleText("bold", text) : text;
  }

  dim(text: string): string {
    return this.#color ? styleText("dim", text) : text;
  }

  green(text: string): string {
    return this.#color ? styleText("green", text) : text;
  }

  red(text: string): string {
    return this.#color ? styleText("red", text) : text;
  }

  yellow(text: string): string {
    return this.#color ? styleText("yellow", text) : text;
  }

  cyan(text: string): string {
    return this.#color ? styleText("cyan", text) : text;
  }
}
