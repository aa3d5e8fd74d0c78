import { pino, stdSerializers, type DestinationStream, type Logger } from "pino";
import type { Log } from "../ports/log.ts";
import { loggable, secretNames } from "./loggable.ts";

type Fields = Readonly<Record<string, unknown>>;

export interface LogOptions {
  /** "debug", "info" (the default), "warn", "error" or "silent". */
  readonly level?: string;
  /** Where JSON lines go; standard output by default. A stream of pino-pretty makes them readable. */
  readonly destination?: DestinationStream;
}

/** Structured log lines as JSON, by pino. */
export function createLog(options: LogOptions = {}): Log {
  const settings = {
    level: options.level ?? "info",
    base: null,
    redact: { paths: secretNames.flatMap((key) => [key, `*.${key}`]), censor: "[secret]" },
    errorKey: "error",
    serializers: { error: serialized, err: serialized },
  };
  return new PinoLog(
    options.destination === undefined ? pino(settings) : pino(settings, options.destination),
  );
}

/** pino writes all that an error holds: it gets a copy. */
function serialized(thrown: unknown): unknown {
  const copy = loggable(thrown);
  return copy instanceof Error ? stdSerializers.err(copy) : copy;
}

class PinoLog implements Log {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  debug(message: string, data: Fields = {}): void {
    this.#logger.debug(data, message);
  }

  info(message: string, data: Fields = {}): void {
    this.#logger.info(data, message);
  }

  warn(message: string, data: Fields = {}): void {
    this.#logger.warn(data, message);
  }

  error(message: string, data: Fields = {}): void {
    this.#logger.error(data, message);
  }

  with(fields: Fields): Log {
    return new PinoLog(this.#logger.child(fields));
  }
}
