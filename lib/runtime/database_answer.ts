import type { NativeCell } from "./database_native.ts";

/** What can be stored in a cell. */
export type Cell = string | number | null;

/** Rows as arrays of cells. */
export type Rows = (readonly Cell[])[];

/** Bounds of an answer. */
export interface AnswerBounds {
  /** Most rows. */
  readonly rows: number;
  /** Most bytes in memory: 8 a cell, and 2 a character of text. */
  readonly bytes: number;
}

/** The answer to a query that somebody wrote. */
export interface DatabaseAnswer {
  readonly columns: readonly string[];
  readonly rows: Rows;
  /** Which bound cut it; undefined where it is whole. */
  readonly cut?: keyof AnswerBounds;
}

const CELL_BYTES = 8;
const CHARACTER_BYTES = 2;

/** Takes the rows of an answer until a bound is reached. */
export class AnswerRows {
  readonly rows: Rows = [];
  readonly #bounds: AnswerBounds;
  #bytes = 0;
  #cut: keyof AnswerBounds | undefined;

  constructor(bounds: AnswerBounds) {
    this.#bounds = bounds;
  }

  /** The bound that a row did not fit in. */
  get cut(): keyof AnswerBounds | undefined {
    return this.#cut;
  }

  /** Leaves out the row where it does not fit; none may be added after it. */
  add(row: readonly NativeCell[]): void {
    const cells = row.map(cellOf);
    for (const cell of cells) {
      this.#bytes += CELL_BYTES +
        (typeof cell === "string" ? cell.length * CHARACTER_BYTES : 0);
    }
    if (this.rows.length >= this.#bounds.rows) this.#cut = "rows";
    else if (this.#bytes > this.#bounds.bytes) this.#cut = "bytes";
    else this.rows.push(cells);
  }
}

/** An integer that no number holds exactly, an infinite number and bytes (in hexadecimal) as text. */
function cellOf(cell: NativeCell): Cell {
  if (typeof cell === "bigint") {
    const number = Number(cell);
    return Number.isSafeInteger(number) ? number : String(cell);
  }
  if (typeof cell === "number") return Number.isFinite(cell) ? cell : String(cell);
  return cell instanceof Uint8Array ? cell.toHex() : cell;
}
