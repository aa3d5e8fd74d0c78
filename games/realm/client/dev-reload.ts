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
    import(url).then(
      (module: { readonly step?: typeof step }) => {
        if (module.step === undefined) location.reload();
        else game.replaceStep(module.step);
      },
      // The page can not have the module alone, but perhaps whole.
      () => location.reload(),
    );
  });
  window.addEventListener("realmwright:reloaded", () => {
    game.hud.notices.banner("New version of the game", true, 1600);
  });
}
