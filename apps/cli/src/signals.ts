/**
 * Resolves at the first SIGINT or SIGTERM, and when a parent that holds a channel to this process is gone. A second one ends
 * the process at once.
 */
export function untilAsked(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const ask = (): void => {
      if (asked) process.exit(130);
      asked = true;
      resolve();
    };
    process.on("SIGINT", ask);
    process.on("SIGTERM", ask);
    process.on("disconnect", ask);
    // To listen is no reason to go on.
    process.channel?.unref();
  });
}
