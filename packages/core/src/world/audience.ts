import type { Audience } from "@realmwright/protocol";

/** Audiences as numbers, in frames and columns. */
export const audienceNear = 0;
export const audienceTeam = 1;
export const audienceOwner = 2;
export const audienceSeat = 3;
/** Events only: everyone in the room. */
export const audienceAll = 4;

const numbers: Readonly<Record<Audience, number>> = {
  near: audienceNear,
  team: audienceTeam,
  owner: audienceOwner,
  seat: audienceSeat,
};

export function audienceNumber(audience: Audience): number {
  return numbers[audience];
}

/** What a viewer is to an entity, as bits: near 1, team 2, owner 4, seat 8. */
export function relationOf(
  viewerSeat: number,
  viewerTeam: number,
  owner: number,
  team: number,
  seat: number,
): number {
  let relation = 1;
  if (team !== 0 && team === viewerTeam) relation |= 2;
  if (owner === viewerSeat && owner >= 0) relation |= 4;
  if (seat === viewerSeat && seat >= 0) relation |= 8;
  return relation;
}

/** Whether a relation allows seeing an entity of that audience at all. */
export function permits(audience: number, relation: number): boolean {
  return ((relation >> audience) & 1) === 1;
}
