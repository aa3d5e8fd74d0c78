/** What a mirror knows of one seat. */
export interface SeatView {
  /** Slot of the entity that the seat steers, -1 for none. */
  entity: number;
  team: number;
  /** Slot that it looks from, or -1: from the point x, y. */
  viewpoint: number;
  x: number;
  y: number;
  /** Newest sequence number of the predicted input that was applied. */
  served: number;
  /** Slots that it sees wherever they are. */
  readonly pins: Set<number>;
  /** Precise values of its entity's lossy fields; empty when it predicts nothing. */
  precise: Float64Array;
  document: { version: number; value: object } | undefined;
}

/** Of somebody who predicts nothing. */
export const noValues: Float64Array = new Float64Array(0);

export function newSeatView(): SeatView {
  return {
    entity: -1,
    team: 0,
    viewpoint: -1,
    x: 0,
    y: 0,
    served: 0,
    pins: new Set(),
    precise: noValues,
    document: undefined,
  };
}
