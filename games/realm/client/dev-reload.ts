import type { step } from "../shared.ts";
import type { Game } from "./game.ts";

/**
 * Takes new code from `realmwright dev`: a new shared half without a reload of the page, so that one's own motion
 * follows the new rules at once. Outside of `dev` these events never come.
 */
export function followSource(game: Game): void {
  window.addEventListener("realmwright:shared", (event) => {
    const { detail: url } = event as CustomEvent<string>;
    event.preventDefault();
    void take(game, url);
  });
  window.addEventListener("realmwright:reloaded", () => {
    game.hud.notices.banner("New version of the game", true, 1600);
  });
}

async function take(game: Game, url: string): Promise<void> {
  try {
    const module = (await import(url)) as { readonly step?: typeof step };
    if (module.step === undefined) throw new TypeError("the shared half has no step");
    game.replaceStep(module.step);
  } catch (error) {
    // The page can not take it alone, but perhaps whole.
    console.warn(error);
    location.reload();
  }
}
