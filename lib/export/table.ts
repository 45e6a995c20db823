/**
 * What a column holds. `time` is epoch ms UTC, `integer` whole numbers below 2^53. An unknown number or time is NaN,
 * an unknown text empty.
 */
export type ColumnKind = "time" | "integer" | "number" | "text";

/** One column of a table. */
export interface TableColumn {
  readonly name: string;
  readonly kind: ColumnKind;
}

/** Some rows of a table. */
export interface TableBlock {
  readonly length: number;
  /** In the order of the table's columns, each as long as the block: texts for `text`, else numbers. */
  readonly columns: readonly (ArrayLike<number> | readonly string[])[];
}

/** Rows under named columns, made as they are read: memory holds a block of them. */
export interface Table {
  readonly columns: readonly TableColumn[];
  /** Its rows in order, made anew at each call. */
  blocks(): Iterable<TableBlock> | AsyncIterable<TableBlock>;
}

/** A column of one text, as often as there are rows. */
export function sameText(text: string, rows: number): readonly string[] {
  return new Array<string>(rows).fill(text);
}

/** A column of one number, as often as there are rows. */
export function sameNumber(value: number, rows: number): Float64Array {
  return new Float64Array(rows).fill(value);
}
