/**
 * Heads, drawn by hand. `S s L` skin, its shade and its light; `H h l` hair; `C c k` cloth;
 * `M m n` metal, its shade and its light; `T t` trim; `W w` a beard; `X` deep shade. Fourteen wide,
 * the face's middle between the seventh and the eighth column; the chin is in the thirteenth row.
 */
export type Facing = "down" | "side" | "up";
export type Picture = readonly string[];

export interface Head {
  down: Picture;
  side: Picture;
  up: Picture;
  /** Columns of the eyes seen from the front, if they stand closer than in a bare face. */
  eyes?: readonly [number, number];
}

export const FACE_DOWN: Picture = [
  "",
  "",
  "",
  "",
  ".....HHHH.....",
  "...HllHHHHH...",
  "..HllHHHHHHh..",
  "..HlHHHHHHHh..",
  "..HHSHSSHSHh..",
  "..HSSSSSSSSh..",
  "..sSSSSSSSSs..",
  "...SSSSSSSS...",
  "....sSSSSs....",
];
export const FACE_SIDE: Picture = [
  "",
  "",
  "",
  "",
  ".....HHHH.....",
  "...HllHHHHH...",
  "..HllHHHHHHH..",
  "..HlHHHHHHHH..",
  "..HHHHHHSHSS..",
  "..HHHHsSSSSS..",
  "..hHHSsSSSSS..",
  "...hHSSSSSS...",
  "....hsSSSSs...",
];
export const BACK: Picture = [
  "",
  "",
  "",
  "",
  ".....HHHH.....",
  "...HllHHHHH...",
  "..HllHHHHHHh..",
  "..HlHHHHHHHh..",
  "..HHHHHHHHHh..",
  "..HHHHHHHHhh..",
  "..hHHHHHHHhh..",
  "...hHHHHHhh...",
  "....shhhhs....",
];

/** `over` laid on `base`; a full stop or a missing row leaves what is there. */
export function laid(base: Picture, over: Picture): Picture {
  const rows = Math.max(base.length, over.length);
  return Array.from({ length: rows }, (_, j) => {
    const under = (base[j] ?? "").padEnd(14, ".");
    return [...under]
      .map((c, i) => {
        const top = over[j]?.[i] ?? ".";
        return top === "." ? c : top === "_" ? "." : top;
      })
      .join("");
  });
}
