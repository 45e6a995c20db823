import { MINUTE } from "../../lib/model/time.ts";
import type { Truth } from "../../lib/simulator/truth.ts";

/** One-minute log returns of `[from, to)`, NaN where either minute has no bar. */
export function minuteReturns(truth: Truth, symbol: string, from: number, to: number): number[] {
  const returns: number[] = [];
  let before = NaN;
  for (let time = from; time < to; time += MINUTE) {
    const close = truth.minute(symbol, time)?.close ?? NaN;
    if (time > from) returns.push(Math.log(close / before));
    before = close;
  }
  return returns;
}

/** Five-second log returns of `[from, to)`. */
export function fiveSecondReturns(truth: Truth, symbol: string, from: number, to: number) {
  const closes: number[] = [];
  for (let time = from; time < to; time += MINUTE) {
    const bars = truth.fiveSeconds(symbol, time);
    for (let part = 0; part < 12; part++) closes.push(bars[part]?.close ?? NaN);
  }
  return closes.slice(1).map((close, i) => Math.log(close / closes[i]!));
}

/** Pearson correlation of the pairs that are both finite, by the textbook formula. */
export function correlationOf(x: readonly number[], y: readonly number[]): number {
  const pairs = x.map((value, i) => [value, y[i] ?? NaN] as const)
    .filter(([a, b]) => Number.isFinite(a) && Number.isFinite(b));
  const mean = (pick: (pair: readonly [number, number]) => number) =>
    pairs.reduce((sum, pair) => sum + pick(pair), 0) / pairs.length;
  const mx = mean(([a]) => a), my = mean(([, b]) => b);
  const cov = mean(([a, b]) => (a - mx) * (b - my));
  return cov / Math.sqrt(mean(([a]) => (a - mx) ** 2) * mean(([, b]) => (b - my) ** 2));
}

/** Root mean square of the finite values. */
export function deviationOf(values: readonly number[]): number {
  const finite = values.filter(Number.isFinite);
  return Math.sqrt(finite.reduce((sum, value) => sum + value * value, 0) / finite.length);
}

/** Total volume of `[from, to)`. */
export function volumeOf(truth: Truth, symbol: string, from: number, to: number): number {
  let sum = 0;
  for (let time = from; time < to; time += MINUTE) sum += truth.minute(symbol, time)?.volume ?? 0;
  return sum;
}
