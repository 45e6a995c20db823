import type { Source } from "./instrument.ts";
import { formatUtc } from "./time.ts";

/** Open, high, low, close and volume over `[openTime, openTime + step)`. */
export interface Bar {
  /** Start of the bar, epoch ms UTC. */
  readonly openTime: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** In the venue's unit: contracts, or base currency; NaN where there is none, as in an index. */
  readonly volume: number;
  /** Number of trades, where the venue says. */
  readonly trades?: number;
  /** Volume-weighted average price, where the venue says. */
  readonly vwap?: number;
  /** True once the venue has finished the bar; a forming bar is never closed. */
  readonly closed: boolean;
  /** 0 as first closed; each later correction adds 1. */
  readonly revision: number;
  readonly source: Source;
  /** The contract month it was traded in (`ESZ6`), for futures. */
  readonly contract?: string;
}

/** The four prices and the volume: what makes two bars of the same minute equal. */
export function sameValues(a: Bar, b: Bar): boolean {
  return a.open === b.open && a.high === b.high && a.low === b.low && a.close === b.close &&
    // Two bars without a volume are equal, and NaN is not.
    (a.volume === b.volume || Object.is(a.volume, b.volume));
}

/**
 * Why a bar cannot be believed, or `undefined` when it can. Bad data is a value with a reason: the
 * caller counts it and asks the venue again.
 *
 * @param stepMs length of the bar; `openTime` must be a multiple of it.
 * @param options.hasVolume false for an index, whose bars must have none. @default true
 */
export function faultOf(
  bar: Bar,
  stepMs: number,
  { hasVolume = true }: { readonly hasVolume?: boolean } = {},
): string | undefined {
  const { openTime, open, high, low, close, volume } = bar;
  if (!Number.isSafeInteger(openTime) || openTime % stepMs !== 0) {
    return `openTime ${openTime} is not a whole multiple of ${stepMs} ms`;
  }
  for (const [name, price] of [["open", open], ["high", high], ["low", low], ["close", close]]) {
    if (!Number.isFinite(price)) return `${name} is not a number at ${formatUtc(openTime)}`;
  }
  if (high < low) return `high ${high} is below low ${low} at ${formatUtc(openTime)}`;
  if (open > high || open < low) return `open ${open} is outside ${low}..${high}`;
  if (close > high || close < low) return `close ${close} is outside ${low}..${high}`;
  if (!hasVolume) return Number.isNaN(volume) ? undefined : `volume ${volume} of an index`;
  if (!Number.isFinite(volume) || volume < 0) return `volume ${volume} must be 0 or more`;
  return undefined;
}
