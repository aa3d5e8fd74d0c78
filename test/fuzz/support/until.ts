/** Waits for something outside of our control. `state` answers true, or what is still missing, for the error. */
export async function until(state: () => true | string, timeoutMs = 20_000): Promise<void> {
  const endMs = performance.now() + timeoutMs;
  for (let now = state(); now !== true; now = state()) {
    if (performance.now() > endMs) throw new Error(`Still waiting: ${now}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 1);
    });
  }
}
