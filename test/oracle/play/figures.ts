/** What a run has shown, so that a test knows that it has shown something. */
export interface Figures {
  snapshots: number;
  /** Entities compared with the model. */
  compared: number;
  events: number;
  documents: number;
  confirms: number;
  joins: number;
  resumes: number;
  doors: number;
  kicks: number;
  /** Connections that the server closed because they took nothing. */
  tooSlow: number;
  framesLost: number;
  /** Times that numbers of memberships and generations of handles have come round. */
  memberWraps: number;
  handleWraps: number;
  /** Largest number of entities in one room, and in one client's sight. */
  entitiesMax: number;
  seenMax: number;
}

export function newFigures(): Figures {
  return {
    snapshots: 0,
    compared: 0,
    events: 0,
    documents: 0,
    confirms: 0,
    joins: 0,
    resumes: 0,
    doors: 0,
    kicks: 0,
    tooSlow: 0,
    framesLost: 0,
    memberWraps: 0,
    handleWraps: 0,
    entitiesMax: 0,
    seenMax: 0,
  };
}

/** Adds the second to the first; of largest numbers the larger one. */
export function addFigures(sum: Figures, more: Figures): void {
  for (const key of Object.keys(more) as (keyof Figures)[]) {
    sum[key] = key.endsWith("Max") ? Math.max(sum[key], more[key]) : sum[key] + more[key];
  }
}
