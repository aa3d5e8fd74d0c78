import type { Log } from "../ports/log.ts";

export interface LogLine {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly message: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A log that a test can read. */
export class RecordedLog implements Log {
  readonly lines: LogLine[];
  readonly #fields: Readonly<Record<string, unknown>>;

  constructor(lines: LogLine[] = [], fields: Readonly<Record<string, unknown>> = {}) {
    this.lines = lines;
    this.#fields = fields;
  }

  debug(message: string, data?: Readonly<Record<string, unknown>>): void {
    this.#add("debug", message, data);
  }

  info(message: string, data?: Readonly<Record<string, unknown>>): void {
    this.#add("info", message, data);
  }

  warn(message: string, data?: Readonly<Record<string, unknown>>): void {
    this.#add("warn", message, data);
  }

  error(message: string, data?: Readonly<Record<string, unknown>>): void {
    this.#add("error", message, data);
  }

  with(fields: Readonly<Record<string, unknown>>): Log {
    return new RecordedLog(this.lines, { ...this.#fields, ...fields });
  }

  of(level: LogLine["level"]): readonly LogLine[] {
    return this.lines.filter((line) => line.level === level);
  }

  #add(
    level: LogLine["level"],
    message: string,
    data: Readonly<Record<string, unknown>> = {},
  ): void {
    this.lines.push({ level, message, data: { ...this.#fields, ...data } });
  }
}
