import { readFileSync } from "node:fs";

export interface GarchCase {
  readonly name: string;
  readonly returns: readonly number[];
  readonly omega: number;
  readonly alpha: number;
  readonly beta: number;
  readonly bse: readonly [number, number, number];
  readonly llf: number;
  readonly next: number;
  readonly backcast: number;
  readonly fixed: {
    readonly omega: number;
    readonly alpha: number;
    readonly beta: number;
    readonly llf: number;
    /** Every 50th row. */
    readonly variance: readonly number[];
  };
}

export interface DccCase {
  /** Columns, or the number of the GARCH case they are the returns of. */
  readonly columns: readonly (number | readonly number[])[];
  readonly garch: readonly {
    omega: number;
    alpha: number;
    beta: number;
    initialVariance: number;
  }[];
  readonly a: number;
  readonly b: number;
  readonly qBar: readonly (readonly number[])[];
  readonly correlationLlf: number;
  readonly llf: number;
  /** Correlation of the first and the last column, every 50th row. */
  readonly path: readonly number[];
}

interface Golden {
  readonly garch: readonly GarchCase[];
  readonly dcc: readonly DccCase[];
  readonly dccBest: { a: number; b: number; correlationLlf: number; llf: number };
  readonly regimeOne: {
    readonly x: readonly number[];
    readonly transition: readonly (readonly number[])[];
    readonly means: readonly number[];
    readonly variances: readonly number[];
    readonly llf: number;
    readonly filtered: readonly number[];
    readonly smoothed: readonly number[];
    readonly fittedLlf: number;
  };
  readonly regimeTwo: {
    readonly rows: readonly (readonly number[])[];
    readonly initial: readonly number[];
    readonly transition: readonly (readonly number[])[];
    readonly means: readonly (readonly number[])[];
    readonly covariances: readonly (readonly (readonly number[])[])[];
    readonly llf: number;
    readonly filtered: readonly (readonly number[])[];
  };
  readonly sessions: {
    readonly start: number;
    readonly rows: number;
    readonly cells: Readonly<
      Record<"asia" | "europe" | "us" | "overlap", { value: number; n: number; days: number }>
    >;
    /** weekday, hour, n, r, p, lo, hi, adjusted p. */
    readonly hours: readonly (readonly number[])[];
  };
}

/** Right answers made by test/golden/make_dynamics.py. */
export function readDynamicsGolden(): Golden {
  return JSON.parse(readFileSync(new URL("../golden/dynamics.json", import.meta.url), "utf8"));
}

/** Columns of a DCC case. */
export function columnsOf({ garch }: Golden, { columns }: DccCase): (readonly number[])[] {
  return columns.map((column) => typeof column === "number" ? garch[column]!.returns : column);
}
