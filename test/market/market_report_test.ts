import assert from "node:assert/strict";
import { MinuteLedger } from "../../lib/bars/minute_ledger.ts";
import { MarketJournal } from "../../lib/market/market_journal.ts";
import {
  marketReport,
  MarketReporter,
  type ReportedMarket,
} from "../../lib/market/market_report.ts";
import { openMarket } from "../../lib/market/open_market.ts";
import type { ConnectionState } from "../../lib/model/feed_event.ts";
import type { Instrument } from "../../lib/model/instrument.ts";
import { MINUTE } from "../../lib/model/time.ts";
import { parseConfig } from "../../lib/feeds/config.ts";
import { barAt } from "../support/bars.ts";
import { SteadyClock } from "../support/steady_clock.ts";

const START = Date.UTC(2025, 11, 3, 14, 0);
const at = (minute: number) => START + minute * MINUTE;
const BITCOIN: Instrument = {
  ...{ id: "BTCUSDT", venue: "binance", kind: "crypto", exchange: "spot", currency: "USDT" },
};

/** An hour of minutes, but for those named, in a market whose connection went as told. */
function marketOf({ without = [], absent = [], healed = [], states = [], now = 60 }: {
  readonly without?: readonly number[];
  readonly absent?: readonly number[];
  readonly healed?: readonly number[];
  readonly states?:
    readonly (readonly [minute: number, from: ConnectionState, to: ConnectionState])[];
  readonly now?: number;
}): ReportedMarket {
  const ledger = new MinuteLedger("BTCUSDT", () => true);
  ledger.start(START);
  ledger.markLive(START);
  for (let minute = 0; minute < 60; minute++) {
    if (without.includes(minute) || absent.includes(minute)) continue;
    const price = 100 + Math.sin(minute);
    ledger.offer(barAt(at(minute), price), healed.includes(minute) ? "history" : "stream");
  }
  ledger.advance(at(60));
  for (const minute of absent) ledger.markAbsent({ from: at(minute), to: at(minute + 1) });
  const journal = new MarketJournal();
  for (const [minute, from, to] of states) {
    journal.take({
      ...{ kind: "transition", venue: "binance", from, to, reason: "the socket closed" },
      ...{ time: at(minute), receivedAt: at(minute) },
    });
  }
  return {
    instruments: [BITCOIN],
    coverage: () => ledger.coverage(),
    minuteGrid: () => ledger.grid,
    journal,
    venueTime: at(now),
  };
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
const CUT = [[1, "connecting", "live"], [10, "live", "recovering"], [
  22,
  "starting",
  "live",
]] as const;

function lossesOf(market: ReportedMarket): readonly (readonly [string, number, string])[] {
  const [report] = marketReport(market).instruments;
  return report!.losses.map(({ cause, minutes, sentence }) => [cause, minutes, sentence] as const);
}

Deno.test("marketReport says that the venue has none of what is missing while the connection was up", () => {
  const market = marketOf({ absent: [30, 31, 32], states: CUT.slice(0, 1) });
  assert.deepEqual(lossesOf(market), [[
    "market",
    3,
    "3 minutes are missing (2025-12-03 14:30–14:33 UTC) while the connection was up: the venue has none.",
  ]]);
  const { verdict } = marketReport(market);
  assert.equal(verdict.cause, "market");
  assert.match(verdict.sentence, /^BTCUSDT: It is the market: 3 minutes/);
});

Deno.test("marketReport blames the connection for what is missing while it was down, and says when", () => {
  const market = marketOf({ without: range(10, 22), states: CUT });
  assert.deepEqual(lossesOf(market), [[
    "connection",
    12,
    "12 minutes are missing (2025-12-03 14:10–14:22 UTC) while the connection was down 2025-12-03 14:10–14:22 UTC, not healed yet: the socket closed",
  ]]);
  assert.equal(marketReport(market).verdict.cause, "connection");
});

Deno.test("marketReport tells what the venue lacks from what the connection lost at the same time", () => {
  const market = marketOf({ absent: range(10, 12), without: [40], states: CUT });
  assert.deepEqual(lossesOf(market).map(([cause, minutes]) => [cause, minutes]), [
    ["market", 2],
    ["unknown", 1],
  ]);
  assert.match(lossesOf(market)[0]![2], /was down .*, and the venue's history has none either\.$/);
  assert.match(lossesOf(market)[1]![2], /^1 minute is missing .* though the connection was up/);
});

Deno.test("marketReport says what was lost and came back, and does not call late what is not due", () => {
  const healed = marketReport(marketOf({ healed: range(10, 22), states: CUT }));
  assert.equal(
    healed.verdict.sentence,
    "Nothing is missing. 12 minutes lost on the way came back from the venues' history.",
  );
  assert.match(
    healed.instruments[0]!.verdict.sentence,
    /12 minutes lost on the way were healed .* down 2025-12-03 14:10–14:22 UTC/,
  );
  assert.deepEqual(lossesOf(marketOf({ without: [59], now: 60 })), []);
  assert.equal(lossesOf(marketOf({ without: [59], now: 62 })).length, 1);
  const down = marketOf({
    without: range(50, 60),
    states: [...CUT, [50, "live", "stale"]],
    now: 63,
  });
  assert.match(lossesOf(down)[0]![2], /was down since 2025-12-03 14:50 UTC/);
});

Deno.test("MarketReporter says of a market that goes on what marketReport says, after a heal and a revision too", () => {
  const ledger = new MinuteLedger("BTCUSDT", () => true);
  ledger.start(START);
  ledger.markLive(START);
  const journal = new MarketJournal();
  const market = {
    instruments: [BITCOIN],
    coverage: () => ledger.coverage(),
    minuteGrid: () => ledger.grid,
    journal,
    venueTime: START,
  };
  const reporter = new MarketReporter(market);
  const offer = (minute: number, price = 100 + Math.sin(minute)) =>
    ledger.offer(barAt(at(minute), price), "history");
  const steps = [
    ...range(0, 200).map((minute) => () => minute === 150 ? undefined : void offer(minute)),
    () => void offer(150),
    () => void offer(120, 140),
    () => void offer(200),
    () => void ledger.advance(at(230)),
    () => void ledger.markAbsent({ from: at(205), to: at(210) }),
    () => void offer(229),
  ];
  for (const step of steps) {
    step();
    market.venueTime = ledger.to;
    assert.deepEqual(reporter.report(), marketReport(market));
  }
  const { data } = reporter.report().instruments[0]!;
  assert.deepEqual([data.bars, data.missing.length], [202, 1]);
});

Deno.test("marketReport of a live market: nothing is missing once a cut is healed, and the cut is told", async () => {
  using clock = new SteadyClock();
  const config = parseConfig({
    overrides: { source: "simulated", clock: { speed: 600 }, data: { backfillHours: 2 } },
  });
  await using market = await openMarket({}, { clock, config });
  const until = async (isSo: () => boolean) => {
    const deadline = clock.monotonic() + 8_000;
    while (!isSo()) {
      assert.ok(clock.monotonic() < deadline, market.status().message);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  await until(() => market.status().state === "live");
  const cutAt = market.venueTime;
  market.simulator!.binance.drop();
  await until(() => market.journal.connections.downtimes("binance").at(-1)?.to! < Infinity);
  const [down] = market.journal.connections.downtimes("binance");
  assert.ok(down!.from >= cutAt && down!.to > down!.from, "in venue time");
  await until(() => !market.hasHolesBefore(down!.to));
  const bitcoin = marketReport(market).instruments.find(({ instrument }) =>
    instrument === "BTCUSDT"
  )!;
  assert.equal(bitcoin.losses.filter(({ to }) => to <= down!.to).length, 0);
  assert.equal(bitcoin.data.findings.find(({ severity }) => severity === "fault"), undefined);
  assert.ok(bitcoin.data.bars > 100);
});
