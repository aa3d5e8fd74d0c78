import { type Audience, RealmError } from "@realmwright/protocol";

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

/** Throws `GAME_INVALID` for a word that is none. */
export function audienceNumber(audience: Audience): number {
  if (!Object.hasOwn(numbers, audience)) {
    throw new RealmError("GAME_INVALID", {
      detail: `"${audience}" is no audience: ${Object.keys(numbers).join(", ")}`,
    });
  }
  return numbers[audience];
}

/** The team's number. Throws `GAME_INVALID` unless it is whole, 0 (none) to 65,535. */
export function checkTeam(team: number): number {
  if (Number.isInteger(team) && team >= 0 && team <= 0xffff) return team;
  throw new RealmError("GAME_INVALID", { detail: `${String(team)} is no team: 0 to 65,535` });
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

/** Whether what is told to that audience concerns one seat only. */
export function isForOneSeat(audience: number): boolean {
  return audience === audienceOwner || audience === audienceSeat;
}

/** Whether a relation allows seeing an entity of that audience at all. */
export function permits(audience: number, relation: number): boolean {
  return ((relation >> audience) & 1) === 1;
}
