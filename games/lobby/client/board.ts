import { element, make } from "./page.ts";
import type { TableState } from "./table-room.ts";

/** The columns and what has fallen into them. */
export class Board {
  readonly #root = element("board", HTMLElement);
  readonly #choose: (column: number) => void;
  #size = "";
  #cells: HTMLElement[] = [];
  #columns: HTMLButtonElement[] = [];
  #before = "";

  constructor(choose: (column: number) => void, signal: AbortSignal) {
    this.#choose = choose;
    this.#root.replaceChildren();
    window.addEventListener("keydown", (event) => this.#key(event), { signal });
  }

  /** @param color of who has to choose here; 0 while nobody does. */
  show(state: TableState, color: number): void {
    const { board, columns, rows, line, last } = state;
    const size = `${columns}×${rows}`;
    if (size !== this.#size) this.#build(columns, rows);
    this.#size = size;
    this.#root.dataset["choosing"] = String(color);
    for (const [i, cell] of this.#cells.entries()) {
      const owner = board[i] ?? ".";
      const isNew = owner !== "." && (this.#before[i] ?? ".") === "." && this.#before !== "";
      cell.dataset["color"] = owner === "." ? "0" : owner;
      cell.classList.toggle("won", line.includes(i));
      cell.classList.toggle("last", last === i);
      if (isNew) fall(cell, Math.floor(i / columns) + 1);
    }
    for (const [column, button] of this.#columns.entries()) {
      const isFull = board[column] !== ".";
      // not really disabled: whoever stands on it with the keyboard stays there
      button.setAttribute("aria-disabled", String(color === 0 || isFull));
      button.setAttribute("aria-label", columnText(state, column));
    }
    this.#before = board;
  }

  #build(columns: number, rows: number): void {
    this.#before = "";
    this.#root.style.setProperty("--columns", String(columns));
    this.#root.style.setProperty("--rows", String(rows));
    this.#cells = Array.from({ length: columns * rows }, () => make("i", "cell"));
    this.#columns = Array.from({ length: columns }, (_, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "column";
      // one stop for the tab key; from there the arrow keys lead on
      button.tabIndex = column === Math.floor(columns / 2) ? 0 : -1;
      button.addEventListener("click", () => this.#take(column));
      button.addEventListener("focus", () => {
        for (const other of this.#columns) other.tabIndex = other === button ? 0 : -1;
      });
      return button;
    });
    const grid = make("div", "grid");
    grid.setAttribute("aria-hidden", "true");
    grid.append(...this.#cells);
    const doors = make("div", "columns");
    doors.append(...this.#columns);
    this.#root.replaceChildren(grid, doors);
  }

  #take(column: number): void {
    const isOpen = this.#columns[column]?.getAttribute("aria-disabled") === "false";
    if (isOpen) this.#choose(column);
  }

  #key(event: KeyboardEvent): void {
    const { target, key } = event;
    const isTyping = target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (/^[0-9]$/.test(key)) this.#take((Number(key) + 9) % 10);
    const at = this.#columns.findIndex((button) => button === target);
    if (at === -1) return;
    const ends: Readonly<Record<string, number>> = {
      ArrowLeft: Math.max(0, at - 1),
      ArrowRight: Math.min(this.#columns.length - 1, at + 1),
      Home: 0,
      End: this.#columns.length - 1,
    };
    const next = this.#columns[ends[key] ?? -1];
    if (next === undefined) return;
    event.preventDefault();
    next.focus();
  }
}

/** What is in a column, from below, by the names of who put it there. */
function columnText({ board, columns, rows, players }: TableState, column: number): string {
  const names = Array.from({ length: rows }, (_, i) => board[(rows - 1 - i) * columns + column])
    .filter((owner) => owner !== undefined && owner !== ".")
    .map((owner) => Object.values(players).find(({ color }) => String(color) === owner)?.name);
  const inside = names.length === 0 ? "empty" : names.map((name) => name ?? "gone").join(", ");
  return `Column ${column + 1}${names.length === rows ? ", full" : ""}: ${inside}`;
}

function fall(cell: HTMLElement, rows: number): void {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  const from = { transform: `translateY(-${rows * 100}%)` };
  cell.animate([from, { transform: "none" }], {
    duration: 120 + rows * 55,
    easing: "cubic-bezier(.45,0,.9,.6)",
    pseudoElement: "::before",
  });
}
