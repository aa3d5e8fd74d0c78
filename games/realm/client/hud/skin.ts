import type { Art } from "../data/art.ts";

/** Parts of the page by the variable that they are given to, enlarged so many times. */
const parts = {
  "--panel": ["panel", 2],
  "--button-up": ["button-up", 2],
  "--button-over": ["button-over", 2],
  "--button-down": ["button-down", 2],
  "--map-rim": ["map-rim", 2],
  "--bar": ["bar", 2],
  "--slot": ["slot", 2],
} as const;

/** Dresses the page around the world in the game's own pictures. */
export function dress(art: Art): void {
  const { style } = document.documentElement;
  for (const [variable, [name, scale]] of Object.entries(parts)) {
    const url = pictureUrl(art, name, scale);
    if (url !== undefined) style.setProperty(variable, `url("${url}")`);
  }
  const cursor = pictureUrl(art, "cursor-arrow", 1);
  if (cursor !== undefined) style.setProperty("--cursor", `url("${cursor}") 1 1, default`);
  for (const icon of document.querySelectorAll<HTMLElement>("[data-icon]")) showIcon(art, icon);
}

/** Shows the picture that an element names by `data-icon`. */
export function showIcon(art: Art, icon: HTMLElement): void {
  const url = pictureUrl(art, icon.dataset["icon"] ?? "", 2);
  if (url !== undefined) icon.style.backgroundImage = `url("${url}")`;
}

/** A picture of the interface as an address; none when there is no such picture. */
export function pictureUrl(art: Art, name: string, scale: number): string | undefined {
  return art.canvas("ui", name, scale)?.toDataURL();
}
