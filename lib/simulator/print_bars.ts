import type { MinutePrints } from "./minute_prints.ts";
import type { ModelInstrument } from "./model_instruments.ts";
import { SLOT_MS, SLOTS_A_MINUTE } from "./price_path.ts";
import type { SimulatedBar, SimulatedTrade } from "./truth.ts";

type Scale = Pick<ModelInstrument, "ticksPerUnit" | "stepsPerUnit">;

/** Decimals of a tick that a volume-weighted price is given to. */
const VWAP_PARTS = 100;

/** A bar in whole ticks and steps; `money` is the sum of ticks times steps. */
export interface WholeBar {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly steps: number;
  readonly money: number;
  readonly trades: number;
}

/**
 * A bar in the venue's units. Dividing whole numbers by a power of ten gives the double nearest to the
 * decimal, which prints as short as it is.
 */
export function toBar(openTime: number, bar: WholeBar, scale: Scale): SimulatedBar {
  const { ticksPerUnit, stepsPerUnit } = scale;
  const vwap = bar.steps === 0 ? bar.close : bar.money / bar.steps;
  return {
    openTime,
    open: priceOf(bar.open, ticksPerUnit),
    high: priceOf(bar.high, ticksPerUnit),
    low: priceOf(bar.low, ticksPerUnit),
    close: priceOf(bar.close, ticksPerUnit),
    volume: bar.steps / stepsPerUnit,
    trades: bar.trades,
    vwap: Math.round(vwap * VWAP_PARTS) / (VWAP_PARTS * ticksPerUnit),
  };
}

/** A price of whole ticks; where a tick is more than a unit, the price is a whole number of units. */
function priceOf(ticks: number, ticksPerUnit: number): number {
  return ticksPerUnit < 1 ? ticks * Math.round(1 / ticksPerUnit) : ticks / ticksPerUnit;
}

/** The trades `[from, to)` of a minute as one bar; there must be one. */
export function sumPrints(prints: MinutePrints, from: number, to: number): WholeBar {
  let high = -Infinity, low = Infinity, steps = 0, money = 0;
  for (let i = from; i < to; i++) {
    const tick = prints.ticks[i]!, size = prints.steps[i]!;
    if (tick > high) high = tick;
    if (tick < low) low = tick;
    steps += size;
    money += tick * size;
  }
  const open = prints.ticks[from]!, close = prints.ticks[to - 1]!;
  return { open, high, low, close, steps, money, trades: to - from };
}

/** The minute's trades as twelve bars of five seconds: flat at the last price where nothing traded. */
export function fiveSecondBars(
  prints: MinutePrints,
  minuteOpen: number,
  scale: Scale,
): SimulatedBar[] {
  const bars: SimulatedBar[] = [];
  for (let part = 0, next = 0, last = NaN; part < SLOTS_A_MINUTE; part++) {
    const first = next;
    while (next < prints.count && prints.times[next]! < (part + 1) * SLOT_MS) next++;
    if (next > first) last = prints.ticks[next - 1]!;
    const bar = next > first
      ? sumPrints(prints, first, next)
      : { open: last, high: last, low: last, close: last, steps: 0, money: 0, trades: 0 };
    bars.push(toBar(minuteOpen + part * SLOT_MS, bar, scale));
  }
  return bars;
}

/** The minute's trades in the venue's units. @param firstId id of the first. */
export function toTrades(
  prints: MinutePrints,
  minuteOpen: number,
  firstId: number,
  { ticksPerUnit, stepsPerUnit }: Scale,
): SimulatedTrade[] {
  return Array.from({ length: prints.count }, (_, i) => ({
    id: firstId + i,
    time: minuteOpen + prints.times[i]!,
    price: priceOf(prints.ticks[i]!, ticksPerUnit),
    size: prints.steps[i]! / stepsPerUnit,
    buyerIsMaker: prints.buyerIsMaker[i] === 1,
  }));
}
