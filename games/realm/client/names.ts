const beginnings = ["Al", "Bran", "Cael", "Dor", "El", "Fen", "Gar", "Hal", "Is", "Jor", "Kae", "Lin", "Mor", "Nim", "Or", "Per", "Quin", "Ros", "Syl", "Tam", "Ul", "Ver", "Wyn", "Yr"];
const endings = ["ric", "wen", "dan", "mir", "a", "ion", "eth", "gar", "is", "or", "ys", "lan", "ra", "vin", "oth", "elle", "bert", "na"];
const bynames = ["", "", "", " the Bold", " Oakhand", " of the Vale", " Swiftfoot", " Ashborn", " the Quiet", " Ravenwood", " Brightblade", " Hollowell"];

/** A name as heroes have. At most 24 characters. */
export function randomName(random: () => number): string {
  const pick = (list: readonly string[]): string => list[Math.floor(random() * list.length)]!;
  return (pick(beginnings) + pick(endings) + pick(bynames)).slice(0, 24);
}
