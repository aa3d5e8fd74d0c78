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
      button.disabled = color === 0 || isFull;
      button.setAttribute("aria-label", `Column ${column + 1}${isFull ? ", full" : ""}`);
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
      button.addEventListener("click", () => this.#choose(column));
      return button;
    });
    const grid = make("div", "grid");
    grid.append(...this.#cells);
    const doors = make("div", "columns");
    doors.append(...this.#columns);
    this.#root.replaceChildren(grid, doors);
  }

  #key(event: KeyboardEvent): void {
    if (event.target instanceof HTMLInputElement || event.ctrlKey || event.metaKey) return;
    const digit = /^[0-9]$/.test(event.key) ? Number(event.key) : NaN;
    const column = digit === 0 ? 9 : digit - 1;
    const button = this.#columns[column];
    if (button !== undefined && !button.disabled) this.#choose(column);
  }
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
