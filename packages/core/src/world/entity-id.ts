import type { EntityId } from "@realmwright/protocol";

/** Slots a world can have. */
export const slotsMax = 65_535;

/** Generations wrap here, so that an id stays below 2^31 and is a small integer to the engine. */
const generationMax = 32_767;

/** Names the `generation`-th entity in a slot; never 0. */
export function entityId(slot: number, generation: number): EntityId {
  return generation * 65_536 + slot + 1;
}

export function slotOf(id: EntityId): number {
  return (id - 1) & 0xffff;
}

export function generationOf(id: EntityId): number {
  return (id - 1) >>> 16;
}

export function nextGeneration(generation: number): number {
  return generation >= generationMax ? 1 : generation + 1;
}
