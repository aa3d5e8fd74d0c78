/**
 * Waits for something that happens outside the test's control (sockets, threads). `state` returns true when it has
 * happened, else what is still missing, which the error reports after `timeoutMs`.
 */
export async function until(
  state: () => true | string | false,
  { timeoutMs = 15_000 }: { timeoutMs?: number } = {},
): Promise<void> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const now = state();
    if (now === true) return;
    if (performance.now() > end) throw new Error(`Still waiting: ${now === false ? "no" : now}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
