import type { Log } from "../ports/log.ts";
import { loggable } from "./loggable.ts";

type Fields = Readonly<Record<string, unknown>>;
type Level = "debug" | "info" | "warn" | "error";

/** A log on which nothing else depends: it never throws, and what was thrown reaches the port behind it as a copy. */
export function sureLog(log: Log): Log {
  return log instanceof SureLog ? log : new SureLog(log);
}

class SureLog implements Log {
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  debug(message: string, data?: Fields): void {
    this.#write("debug", message, data);
  }

  info(message: string, data?: Fields): void {
    this.#write("info", message, data);
  }

  warn(message: string, data?: Fields): void {
    this.#write("warn", message, data);
  }

  error(message: string, data?: Fields): void {
    this.#write("error", message, data);
  }

  with(fields: Fields): Log {
    try {
      return new SureLog(this.#log.with(fields));
    } catch {
      return this;
    }
  }

  #write(level: Level, message: string, data: Fields = {}): void {
    try {
      const error = data["error"];
      this.#log[level](message, error === undefined ? data : { ...data, error: loggable(error) });
    } catch {
      this.#tellOfLoss(message);
    }
  }

  /** The data may be why a line could not be written. When the port itself is, nobody is left to be told. */
  #tellOfLoss(line: string): void {
    try {
      this.#log.error("A line of the log could not be written.", { line });
    } catch {
      return;
    }
  }
}
