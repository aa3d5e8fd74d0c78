/** What the oracle has looked at, so that a run shows that it has looked at something. */
export interface Tally {
  /** Entities compared with the model. */
  compared: number;
  /** Values of theirs. */
  values: number;
  entered: number;
  left: number;
  updated: number;
  /** Times that the generations of a handle's index have come round. */
  handleWraps: number;
  /** Age of the oldest thing in sight that was different by then, in percent of what was allowed. */
  agePercentMax: number;
}
