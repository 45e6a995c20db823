/** A fault in a single row. */
export interface RowFault {
  readonly kind: "line" | "time" | "mixed" | "price" | "range" | "volume";
  /** Text without the row number: `high "=B2*2" is no number`. */
  readonly reason: string;
}
