import { cpus } from "node:os";
import { writeFile } from "node:fs/promises";

/** What a figure must keep to. Of `ratio`: ours divided by the peer's; of `both`: ours, and the peer's too. */
export interface Bound {
  readonly of: "ours" | "both" | "ratio";
  readonly min?: number;
  readonly max?: number;
}

/** One measured figure, beside that of a peer or of a naive version in the same run. */
export interface Row {
  readonly case: string;
  readonly metric: string;
  readonly unit: string;
  readonly ours: number;
  /** Undefined where nothing was measured beside it. */
  readonly peer?: number;
  /** Half of the distance from the lowest to the highest run, as a share of the median. */
  readonly spread?: { readonly ours: number; readonly peer?: number };
  readonly bound?: Bound;
  readonly about?: string;
}

/** A picture for `bench/results`. */
export interface Plot {
  /** Name of the file, without its ending. */
  readonly name: string;
  readonly svg: string;
}

export interface Report {
  readonly bench: string;
  readonly rows: readonly Row[];
  readonly plots?: readonly Plot[];
  /** What the reader should know of this run, a line each. */
  readonly notes?: readonly string[];
}

/** What the figures were measured on. */
function machine(): string {
  const [cpu] = cpus();
  return `${cpus().length} × ${cpu?.model.trim() ?? "unknown"}, Node ${process.versions.node}`;
}

/** Whether a figure keeps to its bound; one without a bound does. NaN, and what was not measured, keep to none. */
export function keeps(row: Row): boolean {
  if (row.bound === undefined) return true;
  const { of, min = -Infinity, max = Infinity } = row.bound;
  const values =
    of === "ratio" ? [ratioOf(row)] : of === "both" ? [row.ours, row.peer] : [row.ours];
  return values.every((value) => value !== undefined && value >= min && value <= max);
}

/** Prints a report as a table. */
export function print(report: Report): void {
  const head = ["case", "metric", "ours", "peer", "ratio", "unit", "±", ""];
  const table = [head, ...report.rows.map(cells)];
  const widths = head.map((_, column) => Math.max(...table.map((line) => line[column]!.length)));
  process.stdout.write(`${report.bench} on ${machine()}\n\n`);
  for (const line of table) {
    const padded = line.map((cell, i) => cell.padEnd(widths[i]!)).join("  ");
    process.stdout.write(`${padded.trimEnd()}\n`);
  }
  for (const note of report.notes ?? []) process.stdout.write(`\n${note}`);
  if (report.notes !== undefined) process.stdout.write("\n");
}

/** Writes a report as JSON: `{ bench, machine, rows: [{ case, metric, unit, ours, peer, ratio }] }`. */
export async function save(report: Report, file: string): Promise<void> {
  const rows = report.rows.map((row) => {
    const { case: what, metric, unit, ours, peer, spread, bound } = row;
    const ratio = ratioOf(row);
    return {
      case: what,
      metric,
      unit,
      ours,
      ...(peer === undefined ? {} : { peer }),
      ...(ratio === undefined ? {} : { ratio }),
      ...(spread === undefined ? {} : { spread }),
      ...(bound === undefined ? {} : { bound: { ...bound, kept: keeps(row) } }),
    };
  });
  const content = { bench: report.bench, machine: machine(), rows };
  await writeFile(file, `${JSON.stringify(content, null, 2)}\n`);
}

function cells(row: Row): string[] {
  const ratio = ratioOf(row);
  return [
    row.case,
    row.metric,
    number(row.ours),
    row.peer === undefined ? "" : number(row.peer),
    ratio === undefined ? "" : `${ratio.toFixed(2)}×`,
    row.unit,
    row.spread === undefined ? "" : spreadText(row.spread),
    [boundText(row), row.about ?? ""].filter((text) => text !== "").join("; "),
  ];
}

function ratioOf({ ours, peer }: Row): number | undefined {
  return peer === undefined || peer === 0 ? undefined : ours / peer;
}

function spreadText({ ours, peer }: { ours: number; peer?: number }): string {
  const percent = (share: number): string => `${Math.round(share * 100)}%`;
  return peer === undefined ? percent(ours) : `${percent(ours)} / ${percent(peer)}`;
}

function boundText(row: Row): string {
  if (row.bound === undefined) return "";
  const { of, min, max } = row.bound;
  const unit = of === "ratio" ? "×" : "";
  const least = min === undefined ? "" : `at least ${min}${unit}`;
  const most = max === undefined ? "" : `at most ${max}${unit}`;
  const who = of === "both" ? "both " : "";
  const text = `${who}${[least, most].filter((part) => part !== "").join(", ")}`;
  return keeps(row) ? text : `${text}: MISSED`;
}

function number(value: number): string {
  if (value !== 0 && Math.abs(value) < 0.01) return value.toExponential(1);
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
