import { element, make } from "./page.ts";

export interface BoardValue {
  readonly slain: number;
  readonly top: readonly {
    readonly name: string;
    readonly kills: number;
    readonly level: number;
  }[];
}

export interface OwnDeeds {
  readonly kills: number;
  readonly deaths: number;
  readonly coins: number;
}

/** Who has killed most, and one's own deeds. */
export class BoardPanel {
  readonly #panel = element("board", HTMLElement);
  readonly #button = element("board-button", HTMLButtonElement);
  readonly #rows = element("board-rows", HTMLElement);

  constructor() {
    this.#button.addEventListener("click", () => this.show(!this.isShown));
  }

  get isShown(): boolean {
    return !this.#panel.hidden;
  }

  show(isShown: boolean): void {
    this.#panel.hidden = !isShown;
    this.#button.setAttribute("aria-expanded", String(isShown));
  }

  /** @param own the player whose row is marked. */
  update(board: BoardValue, own: { readonly name: string; readonly kills: number }): void {
    const slain = board.slain === 1 ? "1 monster has" : `${board.slain} monsters have`;
    element("board-slain", HTMLElement).textContent = `${slain} fallen here.`;
    const ownRow = ownRowOf(board, own);
    const rows = board.top.map(({ name, kills, level }, i) => {
      const row = make("tr", i === ownRow ? "own" : "");
      for (const text of [String(i + 1), name, String(level), String(kills)]) {
        row.append(make("td", "", text));
      }
      return row;
    });
    if (rows.length === 0) {
      const row = make("tr");
      const cell = make("td", "", "Nobody yet. Be the first.");
      cell.colSpan = 4;
      row.append(cell);
      rows.push(row);
    }
    this.#rows.replaceChildren(...rows);
  }

  updateOwn({ kills, deaths, coins }: OwnDeeds): void {
    element("board-own", HTMLElement).textContent =
      `You: ${kills} kills, ${deaths} deaths, ${coins} coins`;
  }
}

/** The row that is one's own: of players with the same name the one whose kills come nearest to one's own, -1 for none. */
function ownRowOf(
  { top }: BoardValue,
  own: { readonly name: string; readonly kills: number },
): number {
  let best = -1;
  let least = Number.POSITIVE_INFINITY;
  for (const [i, { name, kills }] of top.entries()) {
    // the board is written once per second, so it may be behind, and never ahead
    const behind = own.kills - kills;
    if (name !== own.name || behind < 0 || behind >= least) continue;
    best = i;
    least = behind;
  }
  return best;
}
