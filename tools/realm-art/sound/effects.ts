import { normalised, render, type Voice } from "./synth.ts";

const notes = (
  wave: Voice["wave"],
  hertz: readonly number[],
  step: number,
  over: Partial<Voice> = {},
): Voice[] =>
  hertz.map((from, i) => ({
    wave,
    from,
    at: i * step,
    length: 0.22,
    gain: 0.5,
    decay: 9,
    ...over,
  }));

/** The sounds of the game: their voices, and how loud the loudest sample is. */
const SOUNDS: Readonly<Record<string, readonly [level: number, voices: readonly Voice[]]>> = {
  "sword-swing": [
    0.6,
    [
      {
        wave: "noise",
        from: 1,
        length: 0.19,
        gain: 1,
        attack: 0.05,
        low: 900,
        lowTo: 5200,
        high: 500,
        decay: 7,
      },
      { wave: "sine", from: 320, to: 760, length: 0.14, gain: 0.12, attack: 0.04, decay: 10 },
    ],
  ],
  hit: [
    0.85,
    [
      {
        wave: "noise",
        from: 1,
        length: 0.09,
        gain: 0.9,
        attack: 0.001,
        low: 3600,
        lowTo: 700,
        decay: 26,
      },
      { wave: "sine", from: 210, to: 62, length: 0.16, gain: 0.9, attack: 0.001, decay: 14 },
    ],
  ],
  hurt: [
    0.6,
    [
      { wave: "pulse", from: 420, to: 190, length: 0.18, gain: 0.5, decay: 8, low: 2400 },
      { wave: "noise", from: 1, length: 0.06, gain: 0.4, low: 2000, decay: 30 },
    ],
  ],
  death: [
    0.7,
    [
      ...notes("triangle", [392, 329.6, 261.6, 196], 0.13, { length: 0.3, decay: 6 }),
      { wave: "sine", from: 150, to: 48, at: 0.42, length: 0.42, gain: 0.6, decay: 6 },
      { wave: "noise", from: 1, at: 0.44, length: 0.3, gain: 0.35, low: 900, lowTo: 200, decay: 9 },
    ],
  ],
  "monster-death": [
    0.7,
    [
      { wave: "square", from: 300, to: 60, length: 0.26, gain: 0.35, decay: 6, low: 1500 },
      {
        wave: "noise",
        from: 1,
        at: 0.05,
        length: 0.3,
        gain: 0.6,
        low: 2400,
        lowTo: 300,
        decay: 10,
      },
    ],
  ],
  bow: [
    0.65,
    [
      { wave: "triangle", from: 210, to: 140, length: 0.2, gain: 0.6, attack: 0.001, decay: 18 },
      {
        wave: "noise",
        from: 1,
        at: 0.01,
        length: 0.2,
        gain: 0.5,
        attack: 0.03,
        low: 5200,
        lowTo: 1800,
        high: 1200,
        decay: 12,
      },
    ],
  ],
  fireball: [
    0.7,
    [
      {
        wave: "noise",
        from: 1,
        length: 0.5,
        gain: 0.9,
        attack: 0.09,
        low: 600,
        lowTo: 2600,
        decay: 4,
      },
      { wave: "triangle", from: 90, to: 210, length: 0.4, gain: 0.4, attack: 0.05, decay: 4 },
    ],
  ],
  explosion: [
    0.85,
    [
      {
        wave: "noise",
        from: 1,
        length: 0.6,
        gain: 1,
        attack: 0.002,
        low: 2800,
        lowTo: 160,
        decay: 6,
      },
      { wave: "sine", from: 120, to: 34, length: 0.5, gain: 0.9, attack: 0.002, decay: 6 },
    ],
  ],
  frost: [
    0.6,
    [
      ...notes("sine", [1568, 2093, 2637, 3136], 0.05, { gain: 0.3, length: 0.3, decay: 10 }),
      { wave: "noise", from: 1, length: 0.3, gain: 0.3, attack: 0.03, high: 3000, decay: 9 },
    ],
  ],
  heal: [
    0.6,
    [
      ...notes("sine", [523.3, 659.3, 784, 1046.5, 1318.5], 0.085, { length: 0.42, decay: 5 }),
      ...notes("triangle", [1046.5, 1318.5, 1568, 2093, 2637], 0.085, {
        length: 0.4,
        gain: 0.12,
        decay: 7,
      }),
    ],
  ],
  haste: [
    0.55,
    [
      {
        wave: "sine",
        from: 300,
        to: 1250,
        length: 0.34,
        gain: 0.5,
        attack: 0.03,
        decay: 4,
        vibrato: 0.03,
      },
      {
        wave: "noise",
        from: 1,
        length: 0.36,
        gain: 0.4,
        attack: 0.12,
        low: 1200,
        lowTo: 6000,
        high: 800,
        decay: 4,
      },
    ],
  ],
  "step-1": [
    0.3,
    [
      {
        wave: "noise",
        from: 1,
        length: 0.07,
        gain: 1,
        attack: 0.004,
        low: 1300,
        lowTo: 400,
        decay: 44,
        seed: 3,
      },
    ],
  ],
  "step-2": [
    0.3,
    [
      {
        wave: "noise",
        from: 1,
        length: 0.07,
        gain: 1,
        attack: 0.004,
        low: 1000,
        lowTo: 320,
        decay: 44,
        seed: 8,
      },
    ],
  ],
  chat: [
    0.45,
    [
      { wave: "triangle", from: 880, length: 0.05, gain: 0.5, decay: 14 },
      { wave: "triangle", from: 1174.7, at: 0.055, length: 0.09, gain: 0.5, decay: 18 },
    ],
  ],
  door: [
    0.7,
    [
      {
        wave: "noise",
        from: 1,
        length: 0.3,
        gain: 0.25,
        attack: 0.08,
        low: 700,
        lowTo: 1500,
        high: 300,
        decay: 4,
      },
      {
        wave: "square",
        from: 92,
        to: 128,
        length: 0.3,
        gain: 0.1,
        attack: 0.08,
        low: 700,
        vibrato: 0.12,
      },
      {
        wave: "sine",
        from: 130,
        to: 58,
        at: 0.3,
        length: 0.22,
        gain: 0.9,
        attack: 0.002,
        decay: 15,
      },
      {
        wave: "noise",
        from: 1,
        at: 0.3,
        length: 0.12,
        gain: 0.6,
        attack: 0.002,
        low: 1100,
        decay: 28,
      },
    ],
  ],
  "level-up": [
    0.7,
    [
      ...notes("pulse", [523.3, 659.3, 784], 0.11, { gain: 0.3, low: 3600, length: 0.2, decay: 4 }),
      {
        wave: "pulse",
        from: 1046.5,
        at: 0.34,
        length: 0.7,
        gain: 0.34,
        low: 3600,
        decay: 2.6,
        vibrato: 0.006,
      },
      { wave: "triangle", from: 659.3, at: 0.34, length: 0.7, gain: 0.3, decay: 2.6 },
      { wave: "triangle", from: 261.6, at: 0.34, length: 0.7, gain: 0.4, decay: 2.4 },
      ...notes("sine", [2093, 2637, 3136], 0.09, { at: 0.5, gain: 0.1 }).map((v, i) => ({
        ...v,
        at: 0.5 + i * 0.09,
      })),
    ],
  ],
  "ui-click": [
    0.4,
    [
      { wave: "triangle", from: 1320, to: 900, length: 0.04, gain: 0.6, attack: 0.001, decay: 40 },
      { wave: "noise", from: 1, length: 0.014, gain: 0.3, attack: 0.001, high: 2000, decay: 90 },
    ],
  ],
  coin: [
    0.5,
    [
      { wave: "square", from: 988, length: 0.06, gain: 0.3, low: 5200 },
      { wave: "square", from: 1318.5, at: 0.06, length: 0.24, gain: 0.3, low: 5200, decay: 11 },
    ],
  ],
  slime: [
    0.6,
    [
      { wave: "sine", from: 160, to: 420, length: 0.09, gain: 0.6, decay: 6 },
      { wave: "sine", from: 380, to: 130, at: 0.08, length: 0.13, gain: 0.6, decay: 10 },
      { wave: "noise", from: 1, length: 0.16, gain: 0.18, low: 1600, decay: 14 },
    ],
  ],
  growl: [
    0.65,
    [
      {
        wave: "square",
        from: 104,
        to: 82,
        length: 0.42,
        gain: 0.4,
        attack: 0.07,
        low: 620,
        vibrato: 0.22,
        decay: 2,
      },
      {
        wave: "noise",
        from: 1,
        length: 0.42,
        gain: 0.35,
        attack: 0.08,
        low: 1100,
        high: 200,
        decay: 3,
      },
    ],
  ],
  roar: [
    0.8,
    [
      {
        wave: "square",
        from: 74,
        to: 48,
        length: 0.72,
        gain: 0.5,
        attack: 0.1,
        low: 480,
        vibrato: 0.3,
        decay: 1.6,
      },
      {
        wave: "triangle",
        from: 118,
        to: 70,
        length: 0.72,
        gain: 0.4,
        attack: 0.1,
        vibrato: 0.16,
        decay: 1.6,
      },
      {
        wave: "noise",
        from: 1,
        length: 0.72,
        gain: 0.5,
        attack: 0.14,
        low: 1300,
        lowTo: 500,
        decay: 2.4,
      },
    ],
  ],
  wail: [
    0.5,
    [
      { wave: "sine", from: 420, to: 700, length: 0.35, gain: 0.4, attack: 0.15, vibrato: 0.03 },
      {
        wave: "sine",
        from: 700,
        to: 330,
        at: 0.34,
        length: 0.36,
        gain: 0.4,
        attack: 0.01,
        vibrato: 0.05,
        decay: 3,
      },
      { wave: "noise", from: 1, length: 0.68, gain: 0.14, attack: 0.3, low: 1400, high: 600 },
    ],
  ],
};

export const SOUND_NAMES = Object.keys(SOUNDS);

/** The samples of a sound, ready to be written. */
export function effect(name: string): Float32Array {
  const [level, voices] = SOUNDS[name] ?? [0, []];
  return normalised(render(voices), level);
}
