import { normalised, sound, type Voice } from "./synth.ts";

/** Music is calm and has few high tones: a low rate is enough for it. */
export const MUSIC_RATE = 11_025;

const NAMES = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"];

/** The pitch of a name such as A4 or F#3. */
function pitch(name: string): number {
  const octave = Number(name.at(-1));
  return 440 * 2 ** ((NAMES.indexOf(name.slice(0, -1)) - 9) / 12 + octave - 4);
}

interface Tune {
  /** Seconds of a bar. */
  bar: number;
  chords: readonly string[];
  /** A melody: notes and their lengths in eighths; a full stop is a rest. */
  melody: string;
  /** The order in which an arpeggio takes the notes of its chord, eight to a bar. */
  figure: readonly number[];
  lead: Omit<Voice, "from" | "length" | "at">;
  pluck: Omit<Voice, "from" | "length" | "at">;
  bass: Omit<Voice, "from" | "length" | "at">;
  pad: number;
  echo: readonly [seconds: number, gain: number];
}

/** The chords as five notes from low to high. */
const CHORDS: Readonly<Record<string, readonly string[]>> = {
  C: ["C3", "G3", "C4", "E4", "G4"],
  Am: ["A2", "E3", "A3", "C4", "E4"],
  F: ["F2", "C3", "F3", "A3", "C4"],
  G: ["G2", "D3", "G3", "B3", "D4"],
  Em: ["E2", "B2", "E3", "G3", "B3"],
  Dm: ["D3", "A3", "D4", "F4", "A4"],
  E: ["E2", "B2", "E3", "G#3", "B3"],
  Am7: ["A2", "E3", "G3", "C4", "E4"],
  D: ["D3", "A3", "D4", "F#4", "A4"],
};

export const TUNES: Readonly<Record<"town" | "forest", Tune>> = {
  town: {
    bar: 2.3,
    chords: ["C", "Am", "F", "G", "C", "Em", "F", "G"],
    melody:
      "E5 2 G5 1 A5 1 G5 2 E5 2  C5 3 D5 1 E5 4  F5 2 A5 1 C6 1 A5 2 F5 2  G5 3 E5 1 D5 4  E5 2 G5 1 A5 1 C6 2 A5 2  G5 3 E5 1 B4 4  A4 2 C5 2 F5 2 E5 1 D5 1  D5 3 E5 1 C5 3 . 1",
    figure: [0, 2, 3, 4, 3, 2, 4, 3],
    lead: { wave: "triangle", gain: 0.2, attack: 0.03, decay: 1.1, vibrato: 0.004 },
    pluck: { wave: "sine", gain: 0.17, attack: 0.006, decay: 4 },
    bass: { wave: "triangle", gain: 0.26, attack: 0.02, decay: 1.2, low: 500 },
    pad: 0,
    echo: [0.43, 0.24],
  },
  forest: {
    bar: 3,
    chords: ["Am", "F", "C", "G", "Am", "Dm", "E", "Am7"],
    melody:
      ". 4 E5 4  . 2 C5 2 A4 4  . 4 G4 2 E5 2  D5 6 . 2  . 4 A5 4  . 2 F5 2 D5 4  E5 3 D5 1 B4 4  C5 6 . 2",
    figure: [0, 1, 3, 4, 2, 3, 1, 3],
    lead: { wave: "sine", gain: 0.17, attack: 0.09, decay: 0.5, vibrato: 0.006 },
    pluck: { wave: "triangle", gain: 0.11, attack: 0.008, decay: 3, low: 1800 },
    bass: { wave: "sine", gain: 0.28, attack: 0.2, decay: 0.4 },
    pad: 0.035,
    echo: [0.56, 0.34],
  },
};

/** Renders a tune so that its end runs into its beginning. */
export function music(name: keyof typeof TUNES): Float32Array {
  const tune = TUNES[name];
  const seconds = tune.bar * tune.chords.length;
  const out = new Float32Array(Math.round(seconds * MUSIC_RATE));
  const eighth = tune.bar / 8;
  const play = (voice: Voice) => sound(out, voice, MUSIC_RATE, true);
  tune.chords.forEach((chord, bar) => {
    const tones = (CHORDS[chord] ?? []).map(pitch);
    const at = bar * tune.bar;
    tune.figure.forEach((n, i) => {
      const accent = i === 0 ? 1 : i === 4 ? 0.85 : 0.68;
      play({
        ...tune.pluck,
        from: tones[n] ?? 220,
        at: at + i * eighth,
        length: 1.1,
        gain: tune.pluck.gain * accent,
      });
    });
    play({
      ...tune.bass,
      from: (tones[0] ?? 110) / (tones[0] !== undefined && tones[0] > 120 ? 2 : 1),
      at,
      length: tune.bar * 0.96,
    });
    if (tune.pad > 0) {
      for (const t of [1, 2, 3])
        play({
          wave: "sine",
          from: tones[t] ?? 220,
          at,
          length: tune.bar * 1.12,
          attack: tune.bar * 0.4,
          gain: tune.pad,
        });
    }
  });
  const words = tune.melody.split(/\s+/);
  for (let i = 0, at = 0; i + 1 < words.length; i += 2) {
    const [note, length] = [words[i] ?? ".", Number(words[i + 1])];
    if (note !== ".")
      play({ ...tune.lead, from: pitch(note), at: at * eighth, length: length * eighth * 0.98 });
    at += length;
  }
  const [delay, gain] = tune.echo;
  const step = Math.round(delay * MUSIC_RATE);
  const dry = out.slice();
  for (let k = 1; k <= 3; k++) {
    dry.forEach((s, i) => {
      const place = (i + step * k) % out.length;
      out[place] = (out[place] ?? 0) + s * gain ** k;
    });
  }
  return normalised(out, 0.6);
}
