import { MINUTE } from "../model/time.ts";

/**
 * Bars as a page takes them: columns of small whole numbers, about 20 bytes a bar. Prices are counted in
 * units of `10 ** -decimals`.
 */
export interface PackedBars {
  /** Epoch ms UTC of the first bar. */
  readonly start: number;
  readonly stepMs: number;
  /** Steps since the bar before, one entry a bar but the first; the many 1s in a row are left out. */
  readonly gaps: readonly (readonly [row: number, steps: number])[];
  readonly decimals: number;
  /** Open, less the close of the bar before (the first: less 0). */
  readonly open: readonly number[];
  /** Close, less the open. */
  readonly close: readonly number[];
  /** From the higher of open and close up to the high, and from the lower down to the low. */
  readonly up: readonly number[];
  readonly down: readonly number[];
  /** To six significant digits, which is more than a histogram shows. */
  readonly volume: readonly number[];
}

/** One bar in the page. */
export interface PageBar {
  /** Epoch ms UTC. */
  readonly openTime: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** Beyond this many decimals a price is no venue's. */
const MOST_DECIMALS = 8;

/**
 * Packs bars of one timeframe, oldest first. Prices come back exactly as long as they have at most eight
 * decimals, as every venue's have.
 *
 * @param options.stepMs length of a bar. @default MINUTE
 * @throws {RangeError} when the bars are out of order, repeat, or do not lie on one grid of `stepMs`.
 */
export function packBars(
  bars: readonly PageBar[],
  options: { readonly stepMs?: number } = {},
): PackedBars {
  const { stepMs = MINUTE } = options;
  const start = bars[0]?.openTime ?? NaN;
  const decimals = decimalsOf(
    bars.flatMap(({ open, high, low, close }) => [open, high, low, close]),
  );
  const gaps: [number, number][] = [];
  const open: number[] = [], close: number[] = [], up: number[] = [], down: number[] = [];
  const count = (price: number) => Math.round(price * 10 ** decimals);
  let lastTime = start - stepMs, lastClose = 0;
  bars.forEach((bar, row) => {
    const steps = (bar.openTime - lastTime) / stepMs;
    if (!(Number.isInteger(steps) && steps >= 1)) {
      throw new RangeError(
        `bars must follow each other by whole steps of ${stepMs} ms, got ${lastTime} then ` +
          `${bar.openTime}`,
      );
    }
    if (steps > 1) gaps.push([row, steps]);
    const from = count(bar.open), to = count(bar.close);
    open.push(from - lastClose);
    close.push(to - from);
    up.push(count(bar.high) - Math.max(from, to));
    down.push(Math.min(from, to) - count(bar.low));
    lastTime = bar.openTime;
    lastClose = to;
  });
  const volume = bars.map((bar) => Number(bar.volume.toPrecision(6)));
  return { start, stepMs, gaps, decimals, open, close, up, down, volume };
}

/** The bars again. */
export function unpackBars(packed: PackedBars): PageBar[] {
  const { start, stepMs, decimals } = packed;
  const steps = new Map(packed.gaps);
  const unit = 10 ** decimals;
  let openTime = start - stepMs, lastClose = 0;
  return packed.open.map((difference, row) => {
    openTime += (steps.get(row) ?? 1) * stepMs;
    const from = lastClose + difference;
    const to = lastClose = from + packed.close[row]!;
    return {
      openTime,
      open: from / unit,
      high: (Math.max(from, to) + packed.up[row]!) / unit,
      low: (Math.min(from, to) - packed.down[row]!) / unit,
      close: to / unit,
      volume: packed.volume[row] ?? NaN,
    };
  });
}

/** The fewest decimals that write every price exactly, at most eight. */
export function decimalsOf(prices: readonly number[]): number {
  let decimals = 0;
  for (const price of prices) {
    while (decimals < MOST_DECIMALS && !isWritten(price, decimals)) decimals++;
  }
  return decimals;
}

function isWritten(price: number, decimals: number): boolean {
  const unit = 10 ** decimals;
  return Math.round(price * unit) / unit === price;
}
