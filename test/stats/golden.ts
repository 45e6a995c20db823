import { readFileSync } from "node:fs";

/** Rolling and full-sample correlation of two columns, see test/golden/correlation.py. */
export interface CorrelationCase {
  readonly name: string;
  readonly by: "pandas" | "exact";
  readonly window: number;
  readonly minPeriods: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly rolling: Float64Array;
  readonly full: number;
}

export interface FisherCase {
  readonly r: number;
  readonly n: number;
  readonly level: number;
  readonly lo: number;
  readonly hi: number;
}

type Nullable = readonly (number | null)[];
type Line = { name: "fisher" } & FisherCase | {
  name: string;
  by: "pandas" | "exact";
  window: number;
  minPeriods: number;
  x: Nullable;
  y: Nullable;
  rolling: Nullable;
  full: number | null;
};

const numbers = (values: Nullable) => Float64Array.from(values, (value) => value ?? NaN);

/** Right answers made by another program; `null` in the file is NaN here. */
export function readGolden(): { correlation: CorrelationCase[]; fisher: FisherCase[] } {
  const text = readFileSync(new URL("../golden/correlation.jsonl", import.meta.url), "utf8");
  const correlation: CorrelationCase[] = [], fisher: FisherCase[] = [];
  for (const row of text.trim().split("\n")) {
    const line: Line = JSON.parse(row);
    if (!("by" in line)) fisher.push(line);
    else {
      const { x, y, rolling, full } = line;
      correlation.push({
        ...line,
        x: numbers(x),
        y: numbers(y),
        rolling: numbers(rolling),
        full: full ?? NaN,
      });
    }
  }
  return { correlation, fisher };
}

/** Largest distance between two columns; Infinity where only one of them is NaN. */
export function maxError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Infinity;
  let worst = 0;
  for (let i = 0; i < actual.length; i++) {
    const a = actual[i]!, b = expected[i]!;
    if (Number.isNaN(a) !== Number.isNaN(b)) return Infinity;
    if (!Number.isNaN(a)) worst = Math.max(worst, Math.abs(a - b));
  }
  return worst;
}
