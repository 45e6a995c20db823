import { HIGHEST_FUNDING_RATE } from "../model/funding.ts";
import { HOUR } from "../model/time.ts";
import type { BarBatch, FundingBatch, StoreBatch, StoredCoverage, TradeColumns } from "./store.ts";

const PRICES = ["open", "high", "low", "close"] as const;
const SOURCES: ReadonlySet<string> = new Set("live delayed replay simulated imported".split(" "));
const STATES: ReadonlySet<string> = new Set("complete missing closed healing".split(" "));

/** Rows looked at between two turns of the event loop. */
const PIECE = 20_000;

/**
 * Yields after each piece of rows.
 *
 * @throws {RangeError} naming the first thing in a batch that no store can hold.
 */
export function* assertBatch(batch: StoreBatch): Generator<void> {
  const { bars = [], trades = [], fundings = [], coverage = [] } = batch;
  for (const each of bars) yield* assertBars(each);
  for (const { instrument, trades: each } of trades) yield* assertTrades(instrument, each);
  fundings.forEach(assertFundings);
  coverage.forEach(assertCoverage);
}

function* assertBars({ instrument, stepMs, bars, contract }: BarBatch): Generator<void> {
  const rule = `bars of ${instrument}`;
  assertStep(rule, stepMs, 1);
  assertLengths(rule, { ...bars, contract: contract ?? bars.openTime });
  for (let row = 0; row < bars.openTime.length; row++) {
    assertWhole(rule, "openTime", bars.openTime[row]!, row);
    for (const name of PRICES) assertFinite(rule, name, bars[name][row]!, row);
    for (const name of ["volume", "vwap"] as const) {
      const value = bars[name][row]!;
      if (!Number.isNaN(value)) assertFinite(rule, name, value, row);
    }
    const trades = bars.trades[row]!;
    if (!Number.isNaN(trades)) assertWhole(rule, "trades", trades, row);
    if (!SOURCES.has(bars.source[row]!)) {
      refuse(rule, "source", [...SOURCES].join(", "), bars.source[row], row);
    }
    if (row % PIECE === PIECE - 1) yield;
  }
}

function* assertTrades(instrument: string, trades: TradeColumns): Generator<void> {
  const rule = `trades of ${instrument}`;
  assertLengths(rule, { ...trades });
  for (let row = 0; row < trades.id.length; row++) {
    assertWhole(rule, "id", trades.id[row]!, row);
    assertWhole(rule, "time", trades.time[row]!, row);
    assertWhole(rule, "received", trades.received[row]!, row);
    assertFinite(rule, "price", trades.price[row]!, row);
    assertFinite(rule, "size", trades.size[row]!, row);
    if (row % PIECE === PIECE - 1) yield;
  }
}

function assertFundings({ instrument, payments }: FundingBatch): void {
  const rule = `fundings of ${instrument}`;
  payments.forEach(({ time, rate, markPrice }, row) => {
    if (!Number.isSafeInteger(time) || time % HOUR !== 0) {
      refuse(rule, "time", "a whole hour in ms", time, row);
    }
    for (const [name, value] of Object.entries({ rate, markPrice })) {
      if (value !== null) assertFinite(rule, name, value, row);
    }
    if (rate !== null && Math.abs(rate) > HIGHEST_FUNDING_RATE) {
      refuse(rule, "rate", `at most ${HIGHEST_FUNDING_RATE} in size`, rate, row);
    }
  });
}

function assertCoverage({ instrument, stepMs, from, to, state }: StoredCoverage): void {
  const rule = `coverage of ${instrument}`;
  assertStep(rule, stepMs, 0);
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from >= to) {
    throw new RangeError(`${rule}: from must be before to, both whole ms, got ${from} to ${to}`);
  }
  if (!STATES.has(state)) {
    throw new RangeError(`${rule}: state must be one of ${[...STATES].join(", ")}, got ${state}`);
  }
}

function assertStep(rule: string, stepMs: number, least: number): void {
  if (Number.isSafeInteger(stepMs) && stepMs >= least) return;
  throw new RangeError(`${rule}: stepMs must be a whole number of ${least} or more, got ${stepMs}`);
}

function assertLengths(rule: string, columns: Record<string, ArrayLike<unknown>>): void {
  const [first, ...others] = Object.entries(columns);
  for (const [name, column] of others) {
    if (column.length === first![1].length) continue;
    throw new RangeError(
      `${rule}: ${name} must be as long as ${first![0]} (${
        first![1].length
      }), got ${column.length}`,
    );
  }
}

function assertWhole(rule: string, name: string, value: number, row: number): void {
  if (!Number.isSafeInteger(value)) refuse(rule, name, "a whole number", value, row);
}

function assertFinite(rule: string, name: string, value: number, row: number): void {
  // Infinity minus itself is no number; this is the fastest of the ways to ask.
  if (value - value !== 0) refuse(rule, name, "a finite number", value, row);
}

function refuse(rule: string, name: string, wanted: string, value: unknown, row: number): never {
  throw new RangeError(`${rule}: ${name} must be ${wanted}, got ${value} in row ${row}`);
}
