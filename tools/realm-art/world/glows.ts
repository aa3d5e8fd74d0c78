interface Glow {
  class: "light" | "emitter";
  /** In tiles from the left and the top of the thing. */
  dx: number;
  dy: number;
  properties: Readonly<Record<string, string | number>>;
}

const light = (dx: number, dy: number, radius: number, colour: string): Glow => ({
  class: "light",
  dx,
  dy,
  properties: { radius, colour },
});
const smoke = (pixels: number): Glow => ({
  class: "emitter",
  dx: (pixels + 5) / 16,
  dy: 0,
  properties: { effect: "smoke" },
});

const WARM = "#f9cf58";
const COLD = "#8bd9df";
const GLOWS: Readonly<Record<string, readonly Glow[]>> = {
  lamp: [light(0.5, 0.7, 3, WARM)],
  torch: [light(0.5, 0.6, 2.5, WARM)],
  campfire: [light(0.5, 0.5, 4, WARM)],
  "cave-mouth": [light(0.2, 1.5, 2.5, WARM), light(2.8, 1.5, 2.5, WARM)],
  crystal: [light(0.5, 0.5, 2.5, COLD)],
  "rune-stone": [light(0.5, 1, 1.5, COLD)],
  shrine: [light(1.5, 1.4, 3, COLD)],
  inn: [smoke(90)],
  smithy: [smoke(70)],
  "red-house": [smoke(58)],
  "red-cottage": [smoke(44)],
  "blue-house": [smoke(10)],
  farmhouse: [smoke(74)],
};

/** What a thing sheds: light in a radius of so many tiles, or smoke. */
export function glowOf(name: string): readonly Glow[] {
  return GLOWS[name] ?? [];
}
