/** One entity as a client shows it. */
export interface SeenEntity {
  /** The client's own number for it. */
  readonly handle: number;
  readonly type: string;
  /** Undefined where the client does not say. */
  readonly isOwn: boolean | undefined;
  /** By fixed field; a reference is a handle. What the client was never told is 0. */
  readonly quanta: ArrayLike<number>;
  /** By loose field; undefined where the client was never told. */
  readonly loose: ArrayLike<unknown>;
}

/** What a client made of one snapshot. */
export interface SnapshotNews {
  readonly tick: number;
  /** Newest input of the predicted kind that is in it; undefined where the client does not show it. */
  readonly seq: number | undefined;
  /** Its size, or undefined where the encoding says nothing of it. */
  readonly bytes: number | undefined;
  /** Handles. */
  readonly left: readonly number[];
  readonly entered: readonly SeenEntity[];
  readonly updated: readonly SeenEntity[];
  /** Everything in sight after it. */
  readonly entities: ReadonlyMap<number, SeenEntity>;
  /** Handle of the own entity, 0 for none. */
  readonly self: number;
  /** Its unrounded values, in the order of its type's `precise`; undefined where the client does not show them. */
  readonly precise: ArrayLike<number> | undefined;
}
