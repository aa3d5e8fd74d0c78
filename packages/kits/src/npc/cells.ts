/** A map cut into square cells. Points outside count as being at its edge. */
export class Cells {
  readonly size: number;
  readonly columns: number;
  readonly rows: number;

  /** @param width of the map in tiles; @param height likewise; @param size edge of a cell in tiles. */
  constructor(width: number, height: number, size: number) {
    this.size = size;
    this.columns = Math.ceil(width / size);
    this.rows = Math.ceil(height / size);
  }

  get count(): number {
    return this.columns * this.rows;
  }

  column(x: number): number {
    return Math.max(0, Math.min(this.columns - 1, Math.floor(x / this.size)));
  }

  row(y: number): number {
    return Math.max(0, Math.min(this.rows - 1, Math.floor(y / this.size)));
  }

  /** NaN for a point that is none. */
  at(x: number, y: number): number {
    return this.row(y) * this.columns + this.column(x);
  }
}
