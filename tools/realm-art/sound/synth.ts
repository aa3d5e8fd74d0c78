import { Random } from "../lib/random.ts";

export const RATE = 22_050;
export type Wave = "sine" | "triangle" | "square" | "pulse" | "noise";

export interface Voice {
  wave: Wave;
  /** Hertz at the start and, gliding, at the end. */
  from: number;
  to?: number;
  /** Seconds: when it begins, how long it sounds, how long it takes to rise. */
  at?: number;
  length: number;
  attack?: number;
  gain: number;
  /** How fast it dies away: 0 is not at all, 5 is like a plucked string. */
  decay?: number;
  /** Hertz above which it is damped, at the start and at the end. */
  low?: number;
  lowTo?: number;
  /** Hertz below which it is damped. */
  high?: number;
  vibrato?: number;
  seed?: number;
}

function wave(kind: Wave, phase: number): number {
  const t = phase - Math.floor(phase);
  switch (kind) {
    case "sine":
      return Math.sin(t * Math.PI * 2);
    case "triangle":
      return t < 0.25 ? t * 4 : t < 0.75 ? 2 - t * 4 : t * 4 - 4;
    case "square":
      return t < 0.5 ? 0.8 : -0.8;
    case "pulse":
      return t < 0.25 ? 0.9 : -0.5;
    case "noise":
      return 0;
  }
}

/** Adds a voice to a buffer; past the buffer's end it goes on at its start if `around` is set. */
export function sound(out: Float32Array, voice: Voice, rate = RATE, around = false): void {
  const {
    wave: kind,
    from,
    to = from,
    at = 0,
    length,
    attack = 0.004,
    gain,
    decay = 0,
    vibrato = 0,
  } = voice;
  const random = new Random(voice.seed ?? 1);
  const count = Math.round(length * rate);
  const start = Math.round(at * rate);
  const release = Math.min(0.012, length / 4);
  let phase = 0;
  let low = 0;
  let high = 0;
  let before = 0;
  for (let i = 0; i < count; i++) {
    const t = i / count;
    const seconds = i / rate;
    const bend =
      vibrato === 0
        ? 1
        : 1 + Math.sin(seconds * Math.PI * 2 * 5.2) * vibrato * Math.min(1, seconds * 4);
    phase += (from * (to / from) ** t * bend) / rate;
    let s = kind === "noise" ? random.next() * 2 - 1 : wave(kind, phase);
    if (voice.low !== undefined) {
      const cut = voice.low * ((voice.lowTo ?? voice.low) / voice.low) ** t;
      low += (s - low) * (1 - Math.exp((-2 * Math.PI * cut) / rate));
      s = low;
    }
    if (voice.high !== undefined) {
      const keep = Math.exp((-2 * Math.PI * voice.high) / rate);
      high = keep * (high + s - before);
      before = s;
      s = high;
    }
    const rise = Math.min(1, seconds / attack);
    const fall = Math.min(1, (length - seconds) / release);
    const index = start + i;
    const place = around ? index % out.length : index;
    if (place >= out.length) break;
    out[place] = (out[place] ?? 0) + s * gain * rise * fall * Math.exp(-decay * seconds);
  }
}

/** A buffer with voices in it, as long as the last of them. */
export function render(voices: readonly Voice[]): Float32Array {
  const seconds = Math.max(...voices.map((v) => (v.at ?? 0) + v.length));
  const out = new Float32Array(Math.ceil(seconds * RATE));
  for (const voice of voices) sound(out, voice);
  return out;
}

function peak(samples: Float32Array): number {
  return samples.reduce((m, s) => Math.max(m, Math.abs(s)), 0);
}

/** Scales so that the loudest sample is at `level`. */
export function normalised(samples: Float32Array, level: number): Float32Array {
  const loudest = peak(samples);
  return loudest === 0 ? samples : samples.map((s) => (s / loudest) * level);
}
