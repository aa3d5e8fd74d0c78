import type { FloatList } from "./float-list.ts";
import { enterStride, type Frame } from "./frame.ts";
import type { Mirror } from "./mirror.ts";

/** Fills an empty frame with all that a mirror shows. */
export function fillKeyframe(frame: Frame, mirror: Mirror): void {
  frame.key = true;
  frame.tick = mirror.tick;
  for (let slot = 0; slot < mirror.high; slot++) {
    const type = mirror.type(slot);
    if (type === undefined) continue;
    pushEnter(frame, mirror, slot);
    frame.changes.push(slot);
    frame.changes.push(maskOf(type.fixed.length));
    for (let f = 0; f < type.fixed.length; f++) frame.changes.push(mirror.now[f]![slot]!);
    for (let b = 0; b < type.blobs.length; b++) {
      const bytes = mirror.blobs[b]![slot];
      if (bytes !== undefined) frame.blobs.push({ slot, blob: b, bytes });
    }
  }
  if (mirror.shared !== undefined) {
    frame.documents.push({ seat: -1, ...mirror.shared, patch: [] });
  }
  for (const [seat, view] of mirror.seats) {
    const { entity, team, viewpoint, x, y } = view;
    frame.seats.push({ seat, gone: false, entity, team, viewpoint, x, y });
    frame.served.push(seat);
    frame.served.push(view.served);
    for (const slot of view.pins) {
      frame.pins.push(seat);
      frame.pins.push(slot);
      frame.pins.push(1);
    }
    pushPrecise(frame.precise, seat, view.precise);
    if (view.document !== undefined) {
      frame.documents.push({ seat, ...view.document, patch: [] });
    }
  }
}

function pushEnter(frame: Frame, mirror: Mirror, slot: number): void {
  const before = frame.enters.length;
  frame.enters.push(slot);
  frame.enters.push(mirror.typeOf[slot]! - 1);
  frame.enters.push(mirror.generationOf[slot]!);
  frame.enters.push(mirror.ownerOf[slot]!);
  frame.enters.push(mirror.teamOf[slot]!);
  frame.enters.push(mirror.seatOf[slot]!);
  frame.enters.push(mirror.audienceOf[slot]!);
  if (frame.enters.length - before !== enterStride) throw new RangeError("enter stride");
}

/** Appends the precise values of one seat, if there are any. */
function pushPrecise(list: FloatList, seat: number, values: Float64Array): void {
  if (values.length === 0) return;
  const at = list.extend(values.length + 2);
  list.items[at] = seat;
  list.items[at + 1] = values.length;
  list.items.set(values, at + 2);
}

function maskOf(fields: number): number {
  return fields >= 32 ? -1 : (1 << fields) - 1;
}
