import type { LayerName, Painter, TileRef } from "./painter.ts";

export type Layers = Readonly<Record<LayerName, readonly (TileRef | undefined)[]>>;

/** For each cell, whether something in it blocks: any tile of any layer with `solid`. */
export function blockedCells(p: Painter, layers: Layers): Uint8Array {
  const out = new Uint8Array(p.width * p.height);
  for (const tiles of Object.values(layers)) {
    tiles.forEach((ref, i) => {
      if (ref?.tileset.isSolid(ref.tile) === true) out[i] = 1;
    });
  }
  return out;
}

/** The cells that a walker reaches from a cell in steps to the four sides. */
export function reach(p: Painter, blocked: Uint8Array, x: number, y: number): Uint8Array {
  const out = new Uint8Array(blocked.length);
  const open: [number, number][] = [[x, y]];
  while (open.length > 0) {
    const [cx, cy] = open.pop() ?? [0, 0];
    const at = cy * p.width + cx;
    if (cx < 0 || cy < 0 || cx >= p.width || cy >= p.height || out[at] === 1 || blocked[at] === 1)
      continue;
    out[at] = 1;
    open.push([cx + 1, cy], [cx - 1, cy], [cx, cy + 1], [cx, cy - 1]);
  }
  return out;
}

/** What is wrong with a map: things out of reach, doors that lead nowhere, monsters without room. */
export function problems(
  name: string,
  p: Painter,
  layers: Layers,
  spawnsByRoom: Readonly<Record<string, readonly string[]>>,
): string[] {
  const blocked = blockedCells(p, layers);
  const spawns = p.objects.filter((o) => o.class === "spawn");
  const start = spawns[0];
  if (start === undefined) return [`${name}: no arrival point`];
  const reached = reach(p, blocked, Math.floor(start.x), Math.floor(start.y));
  const found: string[] = [];
  for (const o of p.objects.filter((each) => each.layer !== "lights")) {
    const cells: number[] = [];
    for (let y = Math.floor(o.y); y < Math.ceil(o.y + (o.height ?? 0.5)); y++) {
      for (let x = Math.floor(o.x); x < Math.ceil(o.x + (o.width ?? 0.5)); x++)
        cells.push(y * p.width + x);
    }
    const free = cells.filter((c) => reached[c] === 1).length;
    const beside = cells.some((c) => [1, -1, p.width, -p.width].some((d) => reached[c + d] === 1));
    const ok =
      o.class === "sign"
        ? beside
        : o.class === "monster-area"
          ? free >= 12
          : o.width === undefined
            ? free === 1
            : free > 0;
    if (!ok) found.push(`${name}: ${o.class} ${o.name} cannot be reached`);
    if (o.class === "door") {
      const { to, spawn } = o.properties ?? {};
      if (!(spawnsByRoom[String(to)] ?? []).includes(String(spawn)))
        found.push(`${name}: door ${o.name} leads to no arrival point`);
      for (const s of spawns) {
        const inside =
          s.x >= o.x && s.x < o.x + (o.width ?? 0) && s.y >= o.y && s.y < o.y + (o.height ?? 0);
        if (inside) found.push(`${name}: arriving at ${s.name} one stands in the door ${o.name}`);
      }
    }
  }
  for (const s of spawns) {
    const at = Math.floor(s.y) * p.width + Math.floor(s.x);
    if ([1, -1, p.width, -p.width].some((d) => blocked[at + d] === 1))
      found.push(`${name}: ${s.name} is too narrow`);
  }
  return found;
}
