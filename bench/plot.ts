/** One line: points of x and y, x ascending. */
export interface Line {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Drawn dashed: a bound or a reference. */
  readonly isDashed?: boolean;
}

export interface LineChart {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly lines: readonly Line[];
  /** Higher values are cut off at the upper edge. */
  readonly yMax?: number;
}

export interface BarChart {
  readonly title: string;
  readonly y: string;
  /** Names of the bars of a group, in order. */
  readonly bars: readonly string[];
  readonly groups: readonly { readonly name: string; readonly values: readonly number[] }[];
}

const width = 720;
const height = 400;
const frame = { left: 70, right: 20, top: 76, bottom: 54 };
const innerWidth = width - frame.left - frame.right;
const innerHeight = height - frame.top - frame.bottom;
/** Tell apart on light and dark grounds, and for most of those who see few colours. */
const colours = ["#3b82f6", "#f97316", "#10b981", "#a855f7", "#94a3b8"] as const;

/** Lines over a common scale, as an SVG document. */
export function lineChart({ title, x, y, lines, yMax = Infinity }: LineChart): string {
  const points = lines.flatMap((line) => line.points);
  const right = scaleTo(Math.max(1e-9, ...points.map((point) => point[0])));
  const top = scaleTo(Math.min(yMax, Math.max(1e-9, ...points.map((point) => point[1]))));
  const atX = (value: number): number => frame.left + (value / right.max) * innerWidth;
  const atY = (value: number): number => upwards(value / top.max);
  const parts = [axisY(top, y), axisX(right, atX, x)];
  for (const [i, line] of lines.entries()) {
    const path = line.points.map(([px, py]) => `${round(atX(px))},${round(atY(py))}`).join(" ");
    const dash = line.isDashed === true ? ' stroke-dasharray="6 5"' : "";
    parts.push(
      `<polyline points="${path}" fill="none" stroke="${colour(i)}" stroke-width="2.5"${dash} ` +
        `clip-path="url(#frame)"/>`,
    );
    if (line.isDashed === true) continue;
    for (const [px, py] of line.points) {
      if (py > top.max) continue;
      parts.push(
        `<circle cx="${round(atX(px))}" cy="${round(atY(py))}" r="3.5" fill="${colour(i)}"/>`,
      );
    }
  }
  return svg(
    title,
    lines.map(({ name }) => name),
    parts,
  );
}

/** Groups of bars over a common scale, each with its value on top, as an SVG document. */
export function barChart({ title, y, bars, groups }: BarChart): string {
  const top = scaleTo(Math.max(1e-9, ...groups.flatMap(({ values }) => values)));
  const step = innerWidth / groups.length;
  const bar = Math.min(64, (step * 0.8) / bars.length);
  const parts = [axisY(top, y)];
  for (const [g, { name, values }] of groups.entries()) {
    const middle = frame.left + step * (g + 0.5);
    for (const [i, value] of values.entries()) {
      const left = middle + bar * (i - values.length / 2);
      const at = upwards(value / top.max);
      parts.push(
        `<rect x="${round(left + 1)}" y="${round(at)}" width="${round(bar - 2)}" ` +
          `height="${round(height - frame.bottom - at)}" rx="2" fill="${colour(i)}"/>`,
        text(left + bar / 2, at - 5, short(value), "middle", "small"),
      );
    }
    parts.push(text(middle, height - frame.bottom + 20, name, "middle"));
  }
  return svg(title, bars, parts);
}

interface Scale {
  readonly max: number;
  readonly step: number;
}

/** A scale from nothing to at least `value`, in steps of 1, 2 or 5 times a power of ten. */
function scaleTo(value: number): Scale {
  const rough = value / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough)!;
  return { max: Math.ceil(value / step - 1e-9) * step, step };
}

/** Where a share of the scale is. */
function upwards(share: number): number {
  return height - frame.bottom - share * innerHeight;
}

function axisY({ max, step }: Scale, label: string): string {
  const parts: string[] = [];
  for (let value = 0; value <= max + step / 2; value += step) {
    const at = round(upwards(value / max));
    parts.push(
      `<line x1="${frame.left}" x2="${width - frame.right}" y1="${at}" y2="${at}" class="grid"/>`,
      text(frame.left - 8, at + 4, short(value), "end"),
    );
  }
  const middle = frame.top + innerHeight / 2;
  const turned = `transform="rotate(-90 18 ${middle})"`;
  parts.push(`<text x="18" y="${middle}" text-anchor="middle" ${turned}>${escaped(label)}</text>`);
  return parts.join("\n");
}

function axisX({ max, step }: Scale, at: (value: number) => number, label: string): string {
  const parts: string[] = [];
  for (let value = 0; value <= max + step / 2; value += step) {
    parts.push(text(at(value), height - frame.bottom + 20, short(value), "middle"));
  }
  parts.push(text(frame.left + innerWidth / 2, height - 12, label, "middle"));
  return parts.join("\n");
}

function svg(title: string, names: readonly string[], parts: readonly string[]): string {
  let left = frame.left;
  const legend = names.map((name, i) => {
    const entry =
      `<rect x="${round(left)}" y="46" width="12" height="12" rx="2" fill="${colour(i)}"/>` +
      text(left + 18, 56, name, "start");
    left += 40 + name.length * 7;
    return entry;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img">
<title>${escaped(title)}</title>
<clipPath id="frame"><rect x="${frame.left}" y="${frame.top}" width="${innerWidth}" height="${innerHeight}"/></clipPath>
<style>
text { font: 13px system-ui, sans-serif; fill: #334155; }
.title { font-size: 16px; font-weight: 600; }
.small { font-size: 11px; }
.grid { stroke: #94a3b8; stroke-opacity: 0.35; }
@media (prefers-color-scheme: dark) { text { fill: #cbd5e1; } }
</style>
${text(frame.left, 28, title, "start", "title")}
${legend.join("\n")}
${parts.join("\n")}
</svg>
`;
}

function text(x: number, y: number, words: string, anchor: string, name?: string): string {
  const style = name === undefined ? "" : ` class="${name}"`;
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}"${style}>${escaped(words)}</text>`;
}

function colour(index: number): string {
  return colours[index % colours.length]!;
}

function escaped(words: string): string {
  return words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function short(value: number): string {
  if (Math.abs(value) >= 100) return value.toFixed(0);
  return String(Number(value.toPrecision(3)));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
