/**
 * What was thrown, safe to log. Game code may throw anything, also what throws when it is read; writing it to the log must
 * not end more than the room that threw it.
 */
export function loggable(thrown: unknown): unknown {
  try {
    if (thrown instanceof Error) {
      for (let error: unknown = thrown, depth = 0; error instanceof Error && depth < 8; depth++) {
        const { message, stack } = error;
        JSON.stringify({ ...error, message, stack, cause: undefined });
        error = error.cause;
      }
    } else {
      JSON.stringify(thrown);
    }
    return thrown;
  } catch {
    return new Error("What was thrown can not be read: looking at it throws, too.");
  }
}
