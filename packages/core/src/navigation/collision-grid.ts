/**
 * Which cells of a tile world are blocked. Cell (x, y) covers [x, x+1) × [y, y+1) in tile units; everything
 * outside the grid is blocked.
 */
export class CollisionGrid {
  readonly width: number;
  readonly height: number;
  /** Row by row, 1 blocked, 0 free. For reading; change cells by `set`, or caches go stale. */
  readonly cells: Uint8Array;
  #version = 0;

  /**
   * @param cells taken over, not copied; all free when left out. Throws RangeError unless the sides are positive
   * integers and `cells` has `width * height` entries of 0 and 1.
   */
  constructor(width: number, height: number, cells?: Uint8Array) {
    if (!Number.isInteger(width) || !Number.isInteger(height) || width < 1 || height < 1) {
      throw new RangeError(`a grid cannot be ${width} × ${height}`);
    }
    const size = width * height;
    if (cells && (cells.length !== size || cells.some((cell) => cell > 1))) {
      throw new RangeError(`a grid of ${width} × ${height} needs ${size} cells of 0 and 1`);
    }
    this.width = width;
    this.height = height;
    this.cells = cells ?? new Uint8Array(size);
  }

  /** Rises with every cell that changes. */
  get version(): number {
    return this.#version;
  }

  /** Of the cell (x, y); true outside the grid and for anything but integers. */
  isBlocked(x: number, y: number): boolean {
    if (!(x >= 0 && y >= 0 && x < this.width && y < this.height)) return true;
    return this.cells[y * this.width + x] !== 0;
  }

  /** Of the cell that contains the point (x, y); true outside the grid and for NaN. */
  isBlockedAt(x: number, y: number): boolean {
    return this.isBlocked(Math.floor(x), Math.floor(y));
  }

  /** Throws RangeError for a cell outside the grid. */
  set(x: number, y: number, blocked: boolean): void {
    const cell = this.cellAt(x, y);
    if (cell < 0) throw new RangeError(`(${x}, ${y}) is outside of the grid`);
    const value = blocked ? 1 : 0;
    if (this.cells[cell] === value) return;
    this.cells[cell] = value;
    this.#version++;
  }

  /** The index (y * width + x) of the cell that contains the point; -1 outside the grid and for NaN. */
  cellAt(x: number, y: number): number {
    const column = Math.floor(x);
    const row = Math.floor(y);
    const inside = column >= 0 && row >= 0 && column < this.width && row < this.height;
    return inside ? row * this.width + column : -1;
  }
}
