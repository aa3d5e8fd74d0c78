import type { BotFigures } from "@realmwright/testkit";
import type { Terminal } from "../terminal.ts";

const barWidth = 32;

/** A table that is drawn over itself. */
export function figuresTable(terminal: Terminal): {
  draw(figures: BotFigures, seconds: number | undefined): void;
} {
  let drawn = 0;
  return {
    draw(figures, seconds) {
      const lines = tableLines(terminal, figures, seconds);
      // Up over what stands there, and each line cleared to its end.
      if (drawn > 0) process.stdout.write(`\u001b[${drawn}A`);
      for (const line of lines) process.stdout.write(`\u001b[2K${line}\n`);
      drawn = lines.length;
    },
  };
}

function tableLines(
  terminal: Terminal,
  figures: BotFigures,
  seconds: number | undefined,
): string[] {
  const { rttMs } = figures;
  const row = (name: string, value: string): string => `  ${terminal.dim(name.padEnd(14))}${value}`;
  const errors = Object.entries(figures.errors).map(([code, count]) => `${code} ${count}`);
  return [
    `  ${progress(figures, seconds)}`,
    row(
      "in a room",
      `${figures.joined} of ${figures.wanted}   connected ${figures.connected}` +
        (figures.lost === 0 ? "" : terminal.red(`   lost ${figures.lost}`)),
    ),
    row(
      "round trip",
      `p50 ${rttMs.p50.toFixed(1)}   p95 ${rttMs.p95.toFixed(1)}   p99 ${rttMs.p99.toFixed(1)} ms`,
    ),
    row(
      "per bot",
      `${kilobytes(figures.bytesInPerSecond)} KB/s in   ${kilobytes(figures.bytesOutPerSecond)} KB/s out   ` +
        `${figures.snapshotsPerSecond.toFixed(1)} snapshots/s`,
    ),
    row("reconnects", String(figures.reconnects)),
    row("errors", errors.length === 0 ? "none" : terminal.red(errors.slice(0, 4).join("   "))),
  ];
}

function progress(figures: BotFigures, seconds: number | undefined): string {
  if (seconds === undefined) return `${Math.floor(figures.seconds)} s   Ctrl-C ends it`;
  const share = Math.min(1, figures.seconds / Math.max(seconds, 0.001));
  const full = Math.round(share * barWidth);
  return `${"█".repeat(full)}${"░".repeat(barWidth - full)} ${Math.floor(Math.min(figures.seconds, seconds))} of ${seconds} s`;
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(2);
}
