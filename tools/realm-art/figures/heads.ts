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

const FACE_DOWN: Picture = [
  "", "", "", "",
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
const FACE_SIDE: Picture = [
  "", "", "", "",
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
const BACK: Picture = [
  "", "", "", "",
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
function laid(base: Picture, over: Picture): Picture {
  const rows = Math.max(base.length, over.length);
  return Array.from({ length: rows }, (_, j) => {
    const under = (base[j] ?? "").padEnd(14, ".");
    return [...under].map((c, i) => {
      const top = over[j]?.[i] ?? ".";
      return top === "." ? c : top === "_" ? "." : top;
    }).join("");
  });
}

const short: Head = { down: FACE_DOWN, side: FACE_SIDE, up: BACK };

const long: Head = {
  down: laid(FACE_DOWN, ["", "", "", "", "", "", "", "", "..HH......Hh..", ".HHS......SHh.", ".Hh........hh.", ".HHS......SHh.", ".hHH......Hhh.", ".hHh......hhh.", "..hh......hh.."]),
  side: laid(FACE_SIDE, ["", "", "", "", "", "", "", "", "", ".HHHHH........", ".HHHHh........", ".hHHHH........", ".hHHHHh.......", ".hhHHHh.......", "..hhhh........"]),
  up: laid(BACK, ["", "", "", "", "", "", "", "", "", ".HHHHHHHHHHhh.", ".HHHHHHHHHHhh.", ".hHHHHHHHHhhh.", ".hHHHHHHHHhhh.", "..hhHHHHHhhh..", "...hhhhhhhh..."]),
};

const bun: Head = {
  down: laid(FACE_DOWN, ["", "......HH......", ".....HllH.....", ".....hHHh.....", ".....hHHh....."]),
  side: laid(FACE_SIDE, ["", "", "..HHH.........", ".HllHH........", ".hHHHH........", "..hhhHH......."]),
  up: laid(BACK, ["", "......HH......", ".....HllH.....", "....HHHHHh....", "....hHHHhh...."]),
};

const helm: Head = {
  eyes: [5, 8],
  down: [
    "......T.......", "......TT......", ".....TTTt.....", "......TTt.....",
    ".....nMMMm....",
    "...nnMMMMMm...",
    "..nnMMMMMMMm..",
    "..nMMMMMMMMm..",
    "..nMmXXXXmMm..",
    "..nMXXSSXXMm..",
    "..nMXSSSSXMm..",
    "..mMmSSSSmMm..",
    "...mMm..mMm...".replace("..", "SS"),
  ],
  side: [
    "...TTT........", "..TTTTT.......", ".TTt.TTT......", ".Tt...Tt......",
    ".....nMMMM....",
    "...nnMMMMMm...",
    "..nnMMMMMMMm..",
    "..nMMMMMMMMm..",
    "..nMMMMMmXXX..",
    "..nMMMMmXSSX..",
    "..nMMMMmSSSS..",
    "..mMMMMmSSSs..",
    "...mMMmmSSs...",
  ],
  up: [
    "......TT......", "......TTt.....", ".....TTTt.....", ".....TTTt.....",
    ".....nTTtm....",
    "...nnMTTtMm...",
    "..nnMMTTtMMm..",
    "..nMMMMTtMMm..",
    "..nMMMMTtMMm..",
    "..nMMMMMtMMm..",
    "..nMMMMMMMMm..",
    "..mMMMMMMMmm..",
    "...mmmmmmmm...",
  ],
};

const hood: Head = {
  eyes: [5, 8],
  down: [
    "", "", "", "......C.......",
    ".....kCCC.....",
    "...kkCCCCCc...",
    "..kkCCCCCCCc..",
    "..kCcXXXXcCc..",
    "..kCXHSHHXCc..",
    "..kCXSSSSXCc..",
    "..kCSSSSSSCc..",
    "..cCcSSSScCc..",
    "...cCsSSsCc...",
    "...ccCccCcc...",
  ],
  side: [
    "", "", "", "....CC........",
    "...kCCCCC.....",
    "..kkCCCCCCc...",
    "..kCCCCCCCCc..",
    ".kCCCCCCcXXX..",
    ".kCCCCCcXHSS..",
    ".kCCCCCcSSSS..",
    ".cCCCCCcSSSS..",
    "..cCCCCcSSS...",
    "...cCCCcSSs...",
    "...cccCCc.....",
  ],
  up: [
    "", "", "", "......C.......",
    ".....kCCC.....",
    "...kkCCCCCc...",
    "..kkCCCCCCCc..",
    "..kCCCCCCCCc..",
    "..kCCCCCCCCc..",
    "..kCCCCCCCcc..",
    "..kCCCCCCCcc..",
    "..cCCCCCCCcc..",
    "...cCCCCCcc...",
    "...cccccccc...",
  ],
};

const mask: Head = {
  eyes: [5, 8],
  down: laid(hood.down, ["", "", "", "", "", "", "", "", "....XSSSSX....", "....TSSSST....", "....TTTTTT....", ".....TtTT.....", ".....tTTt....."]),
  side: laid(hood.side, ["", "", "", "", "", "", "", "", "........XSSS..", "........SSSS..", "........TTTT..", "........TtT...", "........tTt..."]),
  up: laid(hood.up, ["", "", "", "", "", "", "", "", "", "", "", "", "......TTt.....", ".....TT.Tt....", ".....t...t...."]),
};

const wizard: Head = {
  eyes: [5, 8],
  down: laid(FACE_DOWN, [
    "........kC....", ".......kCCc...", "......kCCC....", ".....kCCCc....", ".....kCCCc....", "....kCCCCCc...", "....TTTTTTt...", "..kCCCCCCCCc..", "kkCCCCCCCCCCcc", ".cccXXXXXXccc.",
  ]),
  side: laid(FACE_SIDE, [
    "...kCC........", "...kCCCc......", "....kCCCc.....", "....kCCCc.....", "....kCCCCc....", "...kCCCCCc....", "...TTTTTTTt...", "..kCCCCCCCCc..", "kkCCCCCCCCCCcc", ".ccccXXXXXccc.",
  ]),
  up: laid(BACK, [
    "....Ck........", "...cCCk.......", "....CCCk......", "....cCCCk.....", "....kCCCc.....", "....kCCCCc....", "....TTTTTt....", "..kCCCCCCCCc..", "kkCCCCCCCCCCcc", ".cccccccccccc.",
  ]),
};

const straw: Head = {
  eyes: [5, 8],
  down: laid(FACE_DOWN, ["", "", "", "......MM......", "....nnMMMm....", "...nnMMMMMm...", "...TTTTTTTt...", ".nnMMMMMMMMMm.", "nnMMMMMMMMMMmm", ".mmmXXXXXXmmm."]),
  side: laid(FACE_SIDE, ["", "", "", "......MM......", "....nnMMMm....", "...nnMMMMMm...", "...TTTTTTTt...", ".nnMMMMMMMMMm.", "nnMMMMMMMMMMmm", ".mmmmXXXXXXmm."]),
  up: laid(BACK, ["", "", "", "......MM......", "....nnMMMm....", "...nnMMMMMm...", "...TTTTTTTt...", ".nnMMMMMMMMMm.", "nnMMMMMMMMMMmm", ".mmmmmmmmmmmm."]),
};

const scarf: Head = {
  down: laid(FACE_DOWN, ["", "", "", "", ".....kCCC.....", "...kkCCCCCc...", "..kkCCCCCCCc..", "..kCCCCCCCCc..", "..kCHHSSHHCc..", "..kS......Sc..", "..c........c..", "...c......c...", "....cSSSSc....", ".....cCCc....."]),
  side: laid(FACE_SIDE, ["", "", "", "", ".....kCCC.....", "...kkCCCCCc...", "..kkCCCCCCCc..", "..kCCCCCCCCc..", "..kCCCCCHHSS..", "..kCCCCcSSSS..", "..cCCCcSSSSS..", "...cCCcSSSS...", "....ccCSSSs...", ".....ccC......"]),
  up: laid(BACK, ["", "", "", "", ".....kCCC.....", "...kkCCCCCc...", "..kkCCCCCCCc..", "..kCCCCCCCCc..", "..kCCCCCCCCc..", "..kCCCCCCCcc..", "..cCCCCCCCcc..", "...cCCCCCcc...", "....cCCCcc....", "......cc......"]),
};

const elder: Head = {
  down: laid(FACE_DOWN, ["", "", "", "", ".....LSSS.....", "...SLLSSSSS...", "..HSLSSSSSSh..", "..HSSSSSSSSh..", "..HSSSSSSSSh..", "..HSSSSSSSSh..", "", "...WSSSSSSw...", "...WWWssWWw...", "....WWWWWw....", ".....WWWw.....", "......Ww......"]),
  side: laid(FACE_SIDE, ["", "", "", "", ".....LSSS.....", "...SLLSSSSS...", "..HSLSSSSSSS..", "..HHSSSSSSSS..", "..HHHSSSSSSS..", "..HHHsSSSSSS..", "", "...hHSSWSSS...", "....hsWWWWW...", "......wWWWW...", ".......wWW....", "........wW...."]),
  up: laid(BACK, ["", "", "", "", ".....LSSS.....", "...SLLSSSSS...", "..SLSSSSSSSS..", "..HSSSSSSSSh..", "..HHSSSSSSHh.."]),
};

const beard: Head = {
  down: laid(FACE_DOWN, ["", "", "", "", "", "", "..HHHHHHHHHh..", "..TTTTTTTTTt..", "..HSSSSSSSSh..", "", "..H........h..", "...WSSSSSSw...", "...WWWssWWw...", "....WWWWWw...."]),
  side: laid(FACE_SIDE, ["", "", "", "", "", "", "", "..TTTTTTTTTt..", "..HHHSSSSSSS..", "", "..hHHS........", "...hHWWSSSS...", "....hWWWWWW...", "......wWWWw..."]),
  up: laid(BACK, ["", "", "", "", "", "", "", "..TTTTTTTTTt.."]),
};

/** A goblin: broad, with ears that stand out. */
const goblin: Head = {
  down: [
    "", "", "", "", "",
    ".....LSSS.....",
    "...LLSSSSSS...",
    "S..LSSSSSSSs.s",
    "SSSLSSSSSSSsss",
    ".SsSSSSSSSSss.",
    "..sSSSSSSSSs..",
    "...SSSSSSSS...",
    "....sTssTs....",
  ],
  side: [
    "", "", "", "", "",
    ".....LSSS.....",
    "...LLSSSSSS...",
    "S..LSSSSSSSS..",
    "SSSSsSSSSSSS..",
    ".SSSsSSSSSSSs.",
    "..sSSSSSSSSSs.",
    "...SSSSSSSs...",
    "....ssSsTs....",
  ],
  up: [
    "", "", "", "", "",
    ".....LSSS.....",
    "...LLSSSSSS...",
    "S..LSSSSSSSs.s",
    "SSSLSSSSSSSsss",
    ".SsSSSSSSSSss.",
    "..sSSSSSSSss..",
    "...SSSSSSSs...",
    "....ssssss....",
  ],
};

const ALL = { short, long, bun, helm, hood, mask, wizard, straw, scarf, elder, beard, goblin };
export type HeadName = keyof typeof ALL;
export const HEADS: Readonly<Record<HeadName, Head>> = ALL;
