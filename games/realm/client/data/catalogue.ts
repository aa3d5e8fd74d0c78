import type { AssetIndex } from "./asset-index.ts";
import type { Art, AtlasFile } from "./art.ts";

/** What the assets' manifest says that the client needs. */
export interface Manifest {
  readonly tileSize: number;
  /** Names of the tile layers that people walk before, and of those that they walk behind. */
  readonly layers: { readonly below: readonly string[]; readonly above: readonly string[] };
  readonly maps: Readonly<Record<string, { readonly file: string; readonly music?: string }>>;
  /** Files of the atlases by name. */
  readonly atlases: Readonly<Record<string, string>>;
  readonly looks: Readonly<
    Record<string, { readonly atlas: string; readonly image: string; readonly shadow: string }>
  >;
  /** Looks that players may choose. */
  readonly players: readonly string[];
  readonly monsters: Readonly<
    Record<
      string,
      { readonly atlas: string; readonly images: readonly string[]; readonly shadow: string }
    >
  >;
  readonly sounds: Readonly<Record<string, { readonly file: string }>>;
  readonly music: Readonly<
    Record<string, { readonly file: string; readonly loop?: boolean; readonly volume?: number }>
  >;
  readonly images: Readonly<Record<string, string>>;
}

export async function loadManifest(assets: AssetIndex): Promise<Manifest> {
  return (await assets.json("manifest.json")) as Manifest;
}

/** Loads the atlases of these names with all their pictures into `art`. */
export async function loadAtlases(
  assets: AssetIndex,
  manifest: Manifest,
  names: readonly string[],
  art: Art,
): Promise<void> {
  await Promise.all(
    names.map(async (name) => {
      const path = manifest.atlases[name];
      if (path === undefined) throw new Error(`the manifest names no atlas "${name}"`);
      const atlas = (await assets.json(path)) as AtlasFile;
      const folder = path.slice(0, path.lastIndexOf("/") + 1);
      await Promise.all(
        Object.entries(atlas.images).map(async ([image, file]) => {
          art.add(image, atlas, await assets.image(folder + file));
        }),
      );
    }),
  );
}

/** The sheet of a monster: those of one kind look different from level to level. */
export function monsterSheet(manifest: Manifest, kind: string, level: number): string {
  const images = manifest.monsters[kind]?.images ?? [];
  return images[level % Math.max(1, images.length)] ?? kind;
}

/** The shadow under a sheet's figures. */
export function shadowOf(manifest: Manifest, sheet: string): string {
  const look = manifest.looks[sheet];
  if (look !== undefined) return look.shadow;
  const monster = Object.values(manifest.monsters).find(({ images }) => images.includes(sheet));
  return monster?.shadow ?? "shadow-medium";
}
