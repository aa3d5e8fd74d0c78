interface Entry {
  readonly bytes: number;
  readonly url: string;
}

/** How far a load is: bytes of all that was asked for, and of that what has come. */
export interface Progress {
  readonly loadedBytes: number;
  readonly totalBytes: number;
}

/** The server's list of assets. What is fetched by it may be kept for ever, since the address changes with the content. */
export class AssetIndex {
  readonly #entries: ReadonlyMap<string, Entry>;
  readonly #images = new Map<string, Promise<HTMLImageElement>>();
  readonly #onProgress: (progress: Progress) => void;
  #loadedBytes = 0;
  #totalBytes = 0;

  private constructor(
    entries: ReadonlyMap<string, Entry>,
    onProgress: (progress: Progress) => void,
  ) {
    this.#entries = entries;
    this.#onProgress = onProgress;
  }

  /** Throws when the server has no assets. */
  static async load(onProgress: (progress: Progress) => void): Promise<AssetIndex> {
    const answer = (await json("/assets/index.json")) as {
      readonly files: Readonly<Record<string, Entry>>;
    };
    return new AssetIndex(new Map(Object.entries(answer.files)), onProgress);
  }

  has(path: string): boolean {
    return this.#entries.has(path);
  }

  url(path: string): string {
    return this.#entries.get(path)?.url ?? `/assets/${encodeURI(path)}`;
  }

  async json(path: string): Promise<unknown> {
    return await this.#count(path, json(this.url(path)));
  }

  async bytes(path: string): Promise<ArrayBuffer> {
    return await this.#count(
      path,
      fetched(this.url(path)).then((answer) => answer.arrayBuffer()),
    );
  }

  /** The same picture again costs nothing. */
  async image(path: string): Promise<HTMLImageElement> {
    let image = this.#images.get(path);
    if (image === undefined) {
      image = this.#count(path, decoded(this.url(path)));
      this.#images.set(path, image);
      // What failed may be there the next time.
      image.catch(() => this.#images.delete(path));
    }
    return await image;
  }

  /** A Tiled map as plain JSON. */
  async map(path: string): Promise<unknown> {
    return await this.#count(path, json(`/maps/${encodeURI(path)}.json`));
  }

  async #count<T>(path: string, loading: Promise<T>): Promise<T> {
    const bytes = this.#entries.get(path)?.bytes ?? 0;
    this.#totalBytes += bytes;
    this.#tell();
    const loaded = await loading;
    this.#loadedBytes += bytes;
    this.#tell();
    return loaded;
  }

  #tell(): void {
    this.#onProgress({ loadedBytes: this.#loadedBytes, totalBytes: this.#totalBytes });
  }
}

async function fetched(url: string): Promise<Response> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return answer;
}

async function json(url: string): Promise<unknown> {
  const answer = await fetched(url);
  return await answer.json();
}

async function decoded(url: string): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = url;
  await image.decode();
  return image;
}
