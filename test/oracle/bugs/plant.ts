import { registerHooks } from "node:module";
import type { Bug } from "./bugs.ts";

/** A source with a bug in it. Throws where what is to be replaced does not stand there once. */
export function withBug(source: string, { name, file, from, to }: Bug): string {
  const parts = source.split(from);
  if (parts.length !== 2) {
    const times = `${parts.length - 1} times`;
    throw new Error(`Bug "${name}" has no place in ${file}: ${times}, not once, it holds\n${from}`);
  }
  return parts.join(to);
}

/** Plants a bug in what this thread imports from now on. Answers whether it has been imported. */
export function plant(bug: Bug): () => boolean {
  let isPlanted = false;
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context);
      if (!url.endsWith(`/packages/${bug.file}`)) return loaded;
      isPlanted = true;
      return { ...loaded, source: withBug(textOf(loaded.source), bug) };
    },
  });
  return () => isPlanted;
}

function textOf(source: string | ArrayBuffer | NodeJS.TypedArray | undefined | null): string {
  if (typeof source === "string") return source;
  if (source === undefined || source === null) throw new Error("a module without a source");
  return new TextDecoder().decode(source);
}
