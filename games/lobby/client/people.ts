import { element, make } from "./page.ts";
import type { PlayerState, TableState } from "./table-room.ts";

/** Who sits at the table, and who watches. */
export class People {
  show(state: TableState, account: string): void {
    const turnOf = state.phase === "play" ? state.order[state.turn - 1] : undefined;
    const lines = Object.entries(state.players).map(([id, player]) => {
      const line = make("li", "player");
      line.dataset["color"] = String(player.color);
      line.classList.toggle("turn", id === turnOf);
      const name = make("strong", "");
      name.append(make("bdi", "", player.name));
      if (id === account) name.append(make("span", "dim", " (you)"));
      if (id === turnOf) line.setAttribute("aria-current", "true");
      line.append(make("i", "disc"), name, make("span", "dim", standing(state, id, player)));
      const score = make("span", "score", String(player.score));
      score.append(make("span", "unseen", player.score === 1 ? " round won" : " rounds won"));
      line.append(score);
      return line;
    });
    element("players", HTMLUListElement).replaceChildren(...lines);
    const names = Object.values(state.watchers);
    element("watchers", HTMLElement).textContent =
      names.length === 0 ? "" : `Watching: ${names.join(", ")}`;
  }
}

function standing(state: TableState, id: string, player: PlayerState): string {
  if (player.away === true) return "away";
  if (state.phase !== "play") return player.ready ? "ready" : id === state.host ? "host" : "";
  return state.order.includes(id) ? "" : "next round";
}
