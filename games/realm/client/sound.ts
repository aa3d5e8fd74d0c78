import type { AssetIndex } from "./data/asset-index.ts";
import type { Manifest } from "./data/catalogue.ts";

/** Sounds from farther than this are not heard, in tiles. */
const hearingTiles = 15;
/** The same sound again is left out within so long. */
const repeatMs = 45;
const effectVolume = 0.7;
const musicFadeSeconds = 1.2;
const memory = "realm.sound";

/** Sounds and music. Nothing is fetched or heard until it is switched on. */
export class Sound {
  readonly #assets: AssetIndex;
  readonly #manifest: Manifest;
  readonly #buffers = new Map<string, Promise<AudioBuffer | undefined>>();
  readonly #playedMs = new Map<string, number>();
  #context: AudioContext | undefined;
  #isOn = false;
  #tune = "";
  #music: { source: AudioBufferSourceNode; gain: GainNode } | undefined;
  #earX = 0;
  #earY = 0;

  constructor(assets: AssetIndex, manifest: Manifest) {
    this.#assets = assets;
    this.#manifest = manifest;
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  /** Whether it was on the last time. Browsers let it begin only at a touch or a key. */
  static get wasOn(): boolean {
    try {
      return localStorage.getItem(memory) === "on";
    } catch {
      // This browser keeps nothing.
      return false;
    }
  }

  toggle(): void {
    this.#isOn = !this.#isOn;
    try {
      localStorage.setItem(memory, this.#isOn ? "on" : "off");
    } catch {
      // This browser keeps nothing: next time it is off.
    }
    if (!this.#isOn) {
      this.#stopMusic();
      void this.#context?.suspend();
      return;
    }
    this.#context ??= new AudioContext();
    void this.#context.resume();
    const tune = this.#tune;
    this.#tune = "";
    this.music(tune);
    this.play("ui-click");
  }

  /** Where one listens, in tiles. */
  listenAt(x: number, y: number): void {
    this.#earX = x;
    this.#earY = y;
  }

  /** Plays a sound, at a place if it has one. */
  play(name: string, x?: number, y?: number): void {
    const context = this.#context;
    if (!this.#isOn || context === undefined) return;
    let volume = effectVolume;
    let pan = 0;
    if (x !== undefined && y !== undefined) {
      const far = Math.hypot(x - this.#earX, y - this.#earY);
      if (far >= hearingTiles) return;
      volume *= (1 - far / hearingTiles) ** 1.5;
      pan = Math.max(-0.8, Math.min(0.8, (x - this.#earX) / 10));
    }
    const now = performance.now();
    if (now - (this.#playedMs.get(name) ?? -repeatMs) < repeatMs) return;
    this.#playedMs.set(name, now);
    void this.#start(context, name, volume, pan);
  }

  /** The tune of a place. */
  music(tune: string): void {
    if (tune === this.#tune) return;
    this.#tune = tune;
    const context = this.#context;
    if (!this.#isOn || context === undefined) return;
    this.#stopMusic();
    void this.#startMusic(context, tune);
  }

  async #start(context: AudioContext, name: string, volume: number, pan: number): Promise<void> {
    const buffer = await this.#buffer(this.#manifest.sounds[name]?.file);
    if (buffer === undefined || !this.#isOn) return;
    // Never twice quite the same.
    const playbackRate = 0.94 + Math.random() * 0.12;
    const source = new AudioBufferSourceNode(context, { buffer, playbackRate });
    const panner = new StereoPannerNode(context, { pan });
    source
      .connect(new GainNode(context, { gain: volume }))
      .connect(panner)
      .connect(context.destination);
    source.start();
  }

  async #startMusic(context: AudioContext, tune: string): Promise<void> {
    const { file, volume = 0.35, loop = true } = this.#manifest.music[tune] ?? {};
    const buffer = await this.#buffer(file);
    // Another place, or silence, by now.
    if (buffer === undefined || !this.#isOn || this.#tune !== tune || this.#music !== undefined)
      return;
    const source = new AudioBufferSourceNode(context, { buffer, loop });
    const gain = new GainNode(context, { gain: 0 });
    gain.gain.linearRampToValueAtTime(volume, context.currentTime + musicFadeSeconds);
    source.connect(gain).connect(context.destination);
    source.start();
    this.#music = { source, gain };
  }

  #stopMusic(): void {
    const context = this.#context;
    const music = this.#music;
    if (music === undefined || context === undefined) return;
    this.#music = undefined;
    const endAt = context.currentTime + musicFadeSeconds;
    music.gain.gain.cancelScheduledValues(context.currentTime);
    music.gain.gain.setValueAtTime(music.gain.gain.value, context.currentTime);
    music.gain.gain.linearRampToValueAtTime(0, endAt);
    music.source.stop(endAt);
  }

  #buffer(path: string | undefined): Promise<AudioBuffer | undefined> {
    const context = this.#context;
    if (path === undefined || context === undefined) return Promise.resolve(undefined);
    let buffer = this.#buffers.get(path);
    if (buffer === undefined) {
      buffer = this.#assets
        .bytes(path)
        .then((bytes) => context.decodeAudioData(bytes))
        .catch((error: unknown) => {
          console.warn(`The sound ${path} cannot be played.`, error);
          return undefined;
        });
      this.#buffers.set(path, buffer);
    }
    return buffer;
  }
}
