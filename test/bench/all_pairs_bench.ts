/**
 * Every pair of 5, 20 and 50 instruments at four timeframes, with intervals. The peer computes the bare correlations
 * anew from the same returns at each minute's end, as a reader without the board would.
 */
import { sampleCorrelation } from "simple-statistics";
import { MinuteLedger } from "../../lib/bars/minute_ledger.ts";
import { CorrelationBoard, pairsOf } from "../../lib/market/correlation_board.ts";
import type { Instrument } from "../../lib/model/instrument.ts";
import { MINUTE } from "../../lib/model/time.ts";
import { DEFAULT_WINDOWS, stepOf, type Timeframe } from "../../lib/model/timeframe.ts";
import { returnsOf } from "../../lib/sync/returns.ts";
import { barAt } from "../support/bars.ts";
import { manyBars } from "../support/many_bars.ts";

const START = Date.UTC(2025, 11, 3);
/** A day and the 25 hours that the longest window rests on. */
const HISTORY = 49 * 60;
const TIMEFRAMES: readonly Timeframe[] = ["1m", "5m", "15m", "1h"];
const SIZES = [5, 20, 50];

/** A market of that many coins, a minute at a time. */
function marketOf(count: number) {
  const coins = manyBars({ count, start: START, minutes: HISTORY });
  const instruments = coins.map(({ symbol }): Instrument => ({
    id: symbol,
    venue: "binance",
    kind: "crypto",
    exchange: "bench",
    currency: "USDT",
  }));
  const ledgers = new Map(coins.map(({ symbol }) => {
    const ledger = new MinuteLedger(symbol, () => true);
    ledger.start(START);
    return [symbol, ledger] as const;
  }));
  const board = new CorrelationBoard({
    pairs: pairsOf(instruments),
    ledgers,
    timeframes: TIMEFRAMES,
    windows: DEFAULT_WINDOWS,
    source: "simulated",
  });
  let minute = 0;
  const enter = () => {
    const openTime = START + minute * MINUTE;
    for (const { symbol, rows } of coins) {
      // The bars come round again once they are through.
      ledgers.get(symbol)!.offer(barAt(openTime, rows[minute % HISTORY]!.close), "stream");
      board.changed(symbol, openTime);
    }
    minute++;
    return openTime;
  };
  while (minute < HISTORY) enter();
  const pass = () => board.minutePassed(enter());
  pass();
  const all = () => TIMEFRAMES.map((timeframe) => board.query({ timeframe }));
  return { board, ledgers, enter, pass, all, symbols: coins.map(({ symbol }) => symbol) };
}

/** The newest returns of each coin at a timeframe. */
function newestReturns(
  { ledgers, symbols }: Pick<ReturnType<typeof marketOf>, "ledgers" | "symbols">,
  timeframe: Timeframe,
): number[][] {
  const window = DEFAULT_WINDOWS[timeframe];
  const minutes = (window + 2) * stepOf(timeframe) / MINUTE;
  return symbols.map((symbol) => {
    const { grid } = ledgers.get(symbol)!;
    const from = Math.max(0, grid.length - minutes);
    const cut = {
      ...grid,
      start: grid.start + from * MINUTE,
      length: grid.length - from,
      open: grid.open.subarray(from),
      high: grid.high.subarray(from),
      low: grid.low.subarray(from),
      close: grid.close.subarray(from),
      volume: grid.volume.subarray(from),
      status: grid.status.subarray(from),
      contract: grid.contract.subarray(from),
    };
    const known = returnsOf(cut, timeframe).value.filter((value) => !Number.isNaN(value));
    return [...known.slice(-window)];
  });
}

let kept = 0;
for (const size of SIZES) {
  const pairs = size * (size - 1) / 2;
  const group = `${pairs} pairs of ${size} instruments, 4 timeframes`;
  const peer = marketOf(size), live = marketOf(size), asked = marketOf(size);
  Deno.bench({ name: "simple-statistics, bare r of a new minute", group, baseline: true }, () => {
    peer.enter();
    for (const timeframe of TIMEFRAMES) {
      const columns = newestReturns(peer, timeframe);
      for (let i = 0; i < size; i++) {
        for (let j = i + 1; j < size; j++) kept += sampleCorrelation(columns[i]!, columns[j]!);
      }
    }
  });
  Deno.bench({ name: "Comove, a new minute with intervals", group }, () => {
    kept += live.pass().length;
  });
  Deno.bench({ name: "Comove, all pairs asked for again", group }, () => {
    kept += asked.all().length;
  });
  Deno.bench({ name: "Comove, all pairs after a bar has come", group }, () => {
    asked.board.changed(asked.symbols[0]!, START + (HISTORY + 1) * MINUTE);
    kept += asked.all().length;
  });
}
