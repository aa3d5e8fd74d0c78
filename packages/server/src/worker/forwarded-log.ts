import type { Log } from "../ports/log.ts";

type Fields = Readonly<Record<string, unknown>>;

/** A log line on its way to another thread. */
export interface LogLine {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly message: string;
  readonly data: Fields;
}

/** A log whose lines are written by another thread. Errors cross as what they say. */
export class ForwardedLog implements Log {
  readonly #post: (line: LogLine) => void;
  readonly #fields: Fields;

  constructor(post: (line: LogLine) => void, fields: Fields = {}) {
    this.#post = post;
    this.#fields = fields;
  }

  debug(message: string, data?: Fields): void {
    this.#send("debug", message, data);
  }

  info(message: string, data?: Fields): void {
    this.#send("info", message, data);
  }

  warn(message: string, data?: Fields): void {
    this.#send("warn", message, data);
  }

  error(message: string, data?: Fields): void {
    this.#send("error", message, data);
  }

  with(fields: Fields): Log {
    return new ForwardedLog(this.#post, { ...this.#fields, ...fields });
  }

  #send(level: LogLine["level"], message: string, data: Fields = {}): void {
    const all = Object.entries({ ...this.#fields, ...data });
    this.#post({ level, message, data: Object.fromEntries(all.map(([k, v]) => [k, crossing(v)])) });
  }
}

function crossing(value: unknown): unknown {
  if (value instanceof Error) {
    const { name, message, stack, cause } = value;
    return {
      type: name,
      message,
      stack,
      ...(cause === undefined ? {} : { cause: crossing(cause) }),
    };
  }
  return typeof value === "function" || typeof value === "symbol" ? typeof value : value;
}
