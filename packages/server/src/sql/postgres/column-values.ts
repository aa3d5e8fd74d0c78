import { types } from "pg";

const BIGINT = 20;
const JSON_TEXT = 114;
const JSONB = 3802;
const TIMESTAMP = 1114;
const UUIDS = 2951;

type TypeId = Parameters<typeof types.getTypeParser>[0];
type Read = (text: string) => unknown;

const ours: ReadonlyMap<number, Read> = new Map<number, Read>([
  [BIGINT, toNumber],
  [JSON_TEXT, String],
  [JSONB, String],
  [TIMESTAMP, toIso],
  [UUIDS, (text) => JSON.stringify(text.slice(1, -1).split(",").filter(Boolean))],
]);

/** Reads columns as SQLite gives them, so that queries need not know on which database they run. */
export const columnValues: typeof types = {
  ...types,
  getTypeParser: (id: TypeId, format?: "text" | "binary"): Read =>
    (format === "binary" ? undefined : ours.get(id)) ??
    (types.getTypeParser as (id: TypeId, format?: "text" | "binary") => Read)(id, format),
};

function toNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is beyond what a number holds.`);
  return value;
}

/** "2026-11-21 14:13:16.123456", taken as UTC, to the millisecond. Infinity stays as it is. */
function toIso(text: string): string {
  const [date, time] = text.split(" ");
  if (date === undefined || time === undefined) return text;
  const [seconds, fraction = ""] = time.split(".");
  return `${date}T${seconds}.${fraction.slice(0, 3).padEnd(3, "0")}Z`;
}
