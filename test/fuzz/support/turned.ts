/** The event loop has turned once: what was due has happened. */
export function turned(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
