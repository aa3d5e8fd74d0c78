import { cpus } from "node:os";
import { writeFile } from "node:fs/promises";

/** One measured figure, beside that of a peer or of a naive version in the same run. */
export interface Row {
  readonly case: string;
  readonly metric: string;
  readonly unit: string;
  readonly ours: number;
  /** Undefined where nothing was measured beside it: a bound stands in `about` then. */
  readonly peer?: number;
  readonly about?: string;
}

export interface Report {
  readonly bench: string;
  readonly rows: readonly Row[];
}

/** What the figures were measured on. */
function machine(): string {
  const [cpu] = cpus();
  return `${cpus().length} × ${cpu?.model.trim() ?? "unknown"}, Node ${process.versions.node}`;
}

/** Prints a report as a table. */
export function print(report: Report): void {
  const lines = report.rows.map((row) => [
    row.case,
    row.metric,
    number(row.ours),
    row.peer === undefined ? "" : number(row.peer),
    row.peer === undefined || row.peer === 0 ? "" : `${(row.ours / row.peer).toFixed(2)}×`,
    row.unit,
    row.about ?? "",
  ]);
  const table = [["case", "metric", "ours", "peer", "ratio", "unit", ""], ...lines];
  const widths = table[0]!.map((_, column) =>
    Math.max(...table.map((line) => line[column]!.length)),
  );
  process.stdout.write(`${report.bench} on ${machine()}\n\n`);
  for (const line of table) {
    process.stdout.write(
      `${line
        .map((cell, i) => cell.padEnd(widths[i]!))
        .join("  ")
        .trimEnd()}\n`,
    );
  }
}

/** Writes a report as JSON: `{ bench, machine, rows: [{ case, metric, unit, ours, peer, ratio }] }`. */
export async function save(report: Report, file: string): Promise<void> {
  const rows = report.rows.map(({ case: what, metric, unit, ours, peer }) => ({
    case: what,
    metric,
    unit,
    ours,
    ...(peer === undefined || peer === 0 ? {} : { peer, ratio: ours / peer }),
  }));
  const content = { bench: report.bench, machine: machine(), rows };
  await writeFile(file, `${JSON.stringify(content, null, 2)}\n`);
}

function number(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
