/**
 * The result of a new minute, with its correlations and measures, and of many healed ones. The peer computes the
 * same twelve correlations anew from their returns, as a reader without results would.
 */
import { sampleCorrelation } from "simple-statistics";
import { MinuteLedger } from "../../lib/bars/minute_ledger.ts";
import { CorrelationBoard, pairsOf } from "../../lib/market/correlation_board.ts";
import { MinuteResults } from "../../lib/market/minute_results.ts";
import type { Instrument } from "../../lib/model/instrument.ts";
import { MINUTE } from "../../lib/model/time.ts";
import { DEFAULT_WINDOWS, type Timeframe } from "../../lib/model/timeframe.ts";
import { returnsOf } from "../../lib/sync/returns.ts";
import { barAt } from "../support/bars.ts";

const START = Date.UTC(2025, 11, 3, 0, 0);
const HISTORY = 3 * 1_440;
const TIMEFRAMES: readonly Timeframe[] = ["1m", "5m", "15m", "1h"];
const HEALED = 200;

const instruments = ["BTCUSDT", "ES", "NQ"].map((id): Instrument => ({
  id,
  venue: id === "BTCUSDT" ? "binance" : "ibkr",
  kind: id === "BTCUSDT" ? "crypto" : "future",
  exchange: "bench",
  currency: "USD",
}));

function barOf(id: string, minute: number) {
  const own = Math.cos(minute * (0.7 + id.length));
  return barAt(START + minute * MINUTE, 1_000 + 5 * Math.sin(minute * 1.3) + 3 * own);
}

function marketOf() {
  const ledgers = new Map(instruments.map(({ id }) => [id, new MinuteLedger(id, () => true)]));
  const windows = DEFAULT_WINDOWS;
  const pairs = pairsOf(instruments);
  const board = new CorrelationBoard({
    pairs,
    ledgers,
    timeframes: TIMEFRAMES,
    windows,
    source: "simulated",
  });
  const results = new MinuteResults({
    instruments: () => instruments,
    ledgers,
    board,
    timeframes: TIMEFRAMES,
    windows,
    freshness: () => [],
    now: () => 0,
  });
  for (const ledger of ledgers.values()) ledger.start(START);
  let minute = 0;
  const offer = (id: string, at: number, volume = 5) => {
    ledgers.get(id)!.offer({ ...barOf(id, at), volume }, "stream");
    board.changed(id, START + at * MINUTE);
    results.changed(id, START + at * MINUTE);
  };
  const enter = () => {
    for (const { id } of instruments) offer(id, minute);
    return minute++;
  };
  while (minute < HISTORY) enter();
  const pass = () => results.passed([{ openTime: START + enter() * MINUTE, waitingFor: [] }]);
  for (let i = 0; i < 240; i++) pass();
  return { ledgers, pairs, results, enter, pass, offer, newest: () => minute - 1 };
}

const fresh = marketOf(), again = marketOf(), whole = marketOf(), single = marketOf();

const newMinute = "a minute of 3 instruments: 12 correlations at the usual windows";

Deno.bench(
  { name: "simple-statistics, 12 windows alone", group: newMinute, baseline: true },
  () => {
    again.enter();
    for (const timeframe of TIMEFRAMES) {
      const window = DEFAULT_WINDOWS[timeframe];
      const columns = new Map(instruments.map(({ id }) => [
        id,
        Array.from(returnsOf(again.ledgers.get(id)!.grid, timeframe).value.slice(-window - 1, -1)),
      ]));
      for (const { a, b } of again.pairs) sampleCorrelation(columns.get(a)!, columns.get(b)!);
    }
  },
);

Deno.bench({ name: "MinuteResults: with bars and measures", group: newMinute }, () => {
  fresh.pass();
});

const heal = `${HEALED} healed minutes`;
let volume = 6;

function revise(market: ReturnType<typeof marketOf>, isWhole: boolean): void {
  volume++;
  for (let i = HEALED; i > 0; i--) {
    market.offer("ES", market.newest() - i, volume);
    if (!isWhole) market.results.revised({ isNewestDue: true });
  }
  if (isWhole) market.results.revised({ isNewestDue: true });
}

Deno.bench({ name: "one at a time", group: heal, baseline: true }, () => revise(single, false));
Deno.bench({ name: "MinuteResults: all at once", group: heal }, () => revise(whole, true));
