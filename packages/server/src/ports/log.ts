/** Structured log lines. `data` holds no secrets and no chat texts. */
export interface Log {
  debug(message: string, data?: Readonly<Record<string, unknown>>): void;
  info(message: string, data?: Readonly<Record<string, unknown>>): void;
  warn(message: string, data?: Readonly<Record<string, unknown>>): void;
  /** `data.error` may be an Error; it is written with its stack and causes. From a room it is a copy of what was thrown. */
  error(message: string, data?: Readonly<Record<string, unknown>>): void;
  /** A log whose every line carries these fields too. */
  with(fields: Readonly<Record<string, unknown>>): Log;
}
