import assert from "node:assert/strict";
import { MinuteLedger } from "../../lib/bars/minute_ledger.ts";
import { CorrelationBoard, pairsOf } from "../../lib/market/correlation_board.ts";
import { measuresAt } from "../../lib/market/market_measures.ts";
import type { MinuteResult } from "../../lib/market/minute_result.ts";
import { MinuteResults } from "../../lib/market/minute_results.ts";
import type { Instrument } from "../../lib/model/instrument.ts";
import { DAY, MINUTE } from "../../lib/model/time.ts";
import { DEFAULT_WINDOWS, type Timeframe, TIMEFRAMES } from "../../lib/model/timeframe.ts";
import { barAt } from "../support/bars.ts";

/** A Wednesday afternoon of New York's regular hours. */
const START = Date.UTC(2025, 11, 3, 15, 0);

const INSTRUMENTS: Instrument[] = [
  { id: "BTCUSDT", venue: "binance", kind: "crypto", exchange: "spot", currency: "USDT" },
  { id: "ES", venue: "ibkr", kind: "future", exchange: "CME", currency: "USD" },
];
const TIMEFRAMES_USED: readonly Timeframe[] = TIMEFRAMES.slice(0, 4);

/** Waves that move together and trade unevenly. */
function barOf(id: string, minute: number) {
  const own = id === "ES" ? Math.cos(minute * 0.9) : Math.sin(minute * 2.3);
  const price = 1_000 * (1 + 0.001 * Math.sin(minute * 1.7) + 0.0005 * own);
  const volume = 10 + 9 * Math.sin(minute * 0.37);
  return { ...barAt(START + minute * MINUTE, price), volume };
}

/** A market of two instruments whose minutes are closed by hand. */
function marketOf() {
  const followed = [...INSTRUMENTS];
  const ledgers = new Map(followed.map(({ id }) => [id, new MinuteLedger(id, () => true)]));
  for (const ledger of ledgers.values()) ledger.start(START);
  const board = new CorrelationBoard({
    pairs: pairsOf(followed),
    ledgers,
    timeframes: TIMEFRAMES_USED,
    windows: DEFAULT_WINDOWS,
    source: "simulated",
  });
  let now = 0;
  const results = new MinuteResults({
    instruments: () => followed,
    ledgers,
    board,
    timeframes: TIMEFRAMES_USED,
    windows: DEFAULT_WINDOWS,
    freshness: () => [],
    now: () => ++now,
  });
  const offer = (id: string, minute: number, change = {}) => {
    const ledger = ledgers.get(id)!;
    ledger.offer({ ...barOf(id, minute), ...change }, "stream");
    board.changed(id, START + minute * MINUTE);
    results.changed(id, START + minute * MINUTE);
  };
  /** Closes a minute for all but some. */
  const close = (minute: number, without: readonly string[] = []): MinuteResult => {
    for (const { id } of followed) if (!without.includes(id)) offer(id, minute);
    for (const ledger of ledgers.values()) ledger.advance(START + (minute + 1) * MINUTE);
    return results.passed([{ openTime: START + minute * MINUTE, waitingFor: without }])[0]!;
  };
  const revised = () => results.revised({ isNewestDue: true });
  const minuteOf = ({ openTime }: MinuteResult) => (openTime - START) / MINUTE;
  return { followed, ledgers, board, results, offer, close, revised, minuteOf };
}

/** All that a result says but when it was made. */
function contentOf({ receivedAt: _, revision: __, ...content }: MinuteResult) {
  return content;
}

function assertClose(actual: unknown, expected: unknown, path = ""): void {
  if (typeof actual === "number" && typeof expected === "number") {
    const isSame = Object.is(actual, expected) ||
      Math.abs(actual - expected) <= 1e-9 * Math.max(1, Math.abs(expected));
    assert.ok(isSame, `${path}: ${actual} is not ${expected}`);
  } else if (typeof actual === "object" && actual !== null) {
    assert.deepEqual(Object.keys(actual), Object.keys(expected as object), path);
    for (const [key, value] of Object.entries(actual)) {
      assertClose(value, (expected as Record<string, unknown>)[key], `${path}.${key}`);
    }
  } else assert.equal(actual, expected, path);
}

Deno.test("MinuteResults gives bars, correlations and measures of each minute that passed", () => {
  const { close, results } = marketOf();
  let last: MinuteResult | undefined;
  for (let minute = 0; minute < 130; minute++) last = close(minute);
  const { openTime, revision, waitingFor, bars, correlations, measures } = last!;
  assert.deepEqual([openTime, revision, waitingFor], [START + 129 * MINUTE, 0, []]);
  assert.deepEqual([...bars.keys()], ["BTCUSDT", "ES"]);
  assert.equal(bars.get("ES")!.close, barOf("ES", 129).close);
  assert.deepEqual(correlations.map(({ timeframe }) => timeframe), TIMEFRAMES_USED);
  assert.equal(correlations[0]!.estimate.n, 60);
  const [bitcoin] = measures.instruments;
  assert.equal(bitcoin!.openTime, openTime);
  assert.ok(bitcoin!.volatility.rv60 > 0 && bitcoin!.volume.ratio > 0);
  assert.ok(Math.abs(bitcoin!.vwapDistancePercent) < 1 && bitcoin!.vwapDistancePercent !== 0);
  assert.ok(Number.isFinite(measures.divergences[0]!.reading.score));
  assert.equal(results.latest, last);
});

Deno.test("MinuteResults makes a minute again when its late bar comes, as if it had never been late", () => {
  const late = marketOf(), prompt = marketOf();
  let before: MinuteResult | undefined, after: MinuteResult | undefined;
  for (let minute = 0; minute < 130; minute++) {
    const result = late.close(minute, minute === 100 ? ["ES"] : []);
    if (minute === 100) before = result;
    prompt.close(minute);
  }
  assert.deepEqual(before!.waitingFor, ["ES"]);
  assert.equal(before!.bars.has("ES"), false);
  assert.deepEqual(late.revised(), [], "nothing has changed yet");
  late.offer("ES", 100);
  const revised = late.revised();
  assert.deepEqual(revised.map((each) => [late.minuteOf(each), each.revision]), [[100, 1], [
    129,
    1,
  ]]);
  assert.deepEqual(late.revised(), []);
  after = revised[0];
  assert.deepEqual(after!.waitingFor, []);
  const again = marketOf();
  for (let minute = 0; minute <= 100; minute++) after = again.close(minute);
  assertClose(contentOf(revised[0]!), contentOf(after!));
  assertClose(contentOf(revised[1]!), contentOf(prompt.results.latest!));
  assert.equal(late.results.latest, revised[1]);
});

Deno.test("MinuteResults counts revisions up, and makes nothing again for a bar that stays as it was", () => {
  const { close, offer, revised, minuteOf } = marketOf();
  for (let minute = 0; minute < 70; minute++) close(minute);
  for (const [i, volume] of [11, 12, 13].entries()) {
    offer("ES", 69, { volume });
    const [again, ...more] = revised();
    assert.deepEqual([minuteOf(again!), again!.revision, more.length], [69, i + 1, 0]);
    assert.equal(again!.bars.get("ES")!.volume, volume);
  }
  offer("ES", 60, { volume: 11 });
  offer("ES", 61, { volume: 12 });
  offer("ES", 60, { volume: 13 });
  assert.deepEqual(revised().map((each) => [minuteOf(each), each.revision]), [
    [60, 1],
    [61, 1],
    [69, 4],
  ]);
});

Deno.test("MinuteResults leaves out the newest minute where the next one follows at once", () => {
  const { close, offer, results, minuteOf } = marketOf();
  for (let minute = 0; minute < 70; minute++) close(minute, minute === 40 ? ["ES"] : []);
  offer("ES", 40);
  assert.deepEqual(results.revised({ isNewestDue: false }).map(minuteOf), [40]);
  offer("ES", 69, { volume: 99 });
  assert.deepEqual(
    results.revised({ isNewestDue: false }).map(minuteOf),
    [69],
    "its own bar changed",
  );
});

Deno.test("MinuteResults makes at most 240 minutes and the newest again, however many were healed", () => {
  const { close, offer, revised, minuteOf, ledgers } = marketOf();
  const MINUTES = 2_000;
  for (let minute = 0; minute < MINUTES; minute++) {
    close(minute, minute >= 900 && minute < 1_900 ? ["ES"] : []);
  }
  for (let minute = 900; minute < 1_900; minute++) offer("ES", minute);
  assert.equal(ledgers.get("ES")!.coverage().expected, MINUTES);
  const again = revised();
  assert.deepEqual(again.map(minuteOf), [
    ...Array.from({ length: 140 }, (_, i) => 1_760 + i),
    1_999,
  ]);
  const prompt = marketOf();
  let expected: MinuteResult | undefined;
  for (let minute = 0; minute <= 1_850; minute++) expected = prompt.close(minute);
  assertClose(contentOf(again[90]!), contentOf(expected!));
});

Deno.test("MinuteResults shows a change of an older minute in the newest alone, and none beyond its reach", () => {
  const { close, offer, revised, minuteOf } = marketOf();
  const MINUTES = DAY / MINUTE + 500;
  for (let minute = 0; minute < MINUTES; minute++) close(minute, minute < 3 ? ["ES"] : []);
  offer("ES", MINUTES - 1_000, { volume: 11 });
  assert.deepEqual(revised().map(minuteOf), [MINUTES - 1]);
  offer("ES", 1);
  assert.deepEqual(revised(), []);
});

Deno.test("MinuteResults lets an instrument that is followed later change nothing that was made before", () => {
  const { close, offer, revised, followed, ledgers, board, minuteOf } = marketOf();
  for (let minute = 0; minute < 30; minute++) close(minute);
  followed.push({ ...INSTRUMENTS[1]!, id: "NQ" });
  ledgers.set("NQ", new MinuteLedger("NQ", () => true));
  ledgers.get("NQ")!.start(START);
  board.setPairs(pairsOf(followed));
  for (let minute = 0; minute < 30; minute++) offer("NQ", minute);
  assert.deepEqual(revised(), []);
  const next = close(30);
  assert.deepEqual([...next.bars.keys()], ["BTCUSDT", "ES", "NQ"]);
  assert.equal(next.correlations.length, 3 * TIMEFRAMES_USED.length);
  followed.splice(1, 1);
  ledgers.delete("ES");
  board.setPairs(pairsOf(followed));
  const last = close(31);
  assert.deepEqual([...last.bars.keys()], ["BTCUSDT", "NQ"]);
  assert.deepEqual([...new Set(last.correlations.map(({ pair }) => pair))], ["BTCUSDT/NQ"]);
  offer("NQ", 30, { volume: 99 });
  const again = revised();
  assert.deepEqual(again.map(minuteOf), [30, 31]);
});

Deno.test("MinuteResults.latest is made of history before the first minute has passed", () => {
  const { offer, results, ledgers } = marketOf();
  assert.equal(results.latest, undefined);
  for (let minute = 0; minute < 90; minute++) {
    offer("BTCUSDT", minute);
    if (minute < 80) offer("ES", minute);
  }
  for (const ledger of ledgers.values()) ledger.advance(START + 90 * MINUTE);
  const { openTime, waitingFor, bars, correlations, measures } = results.latest!;
  assert.deepEqual([openTime, waitingFor], [START + 89 * MINUTE, ["ES"]]);
  assert.deepEqual([...bars.keys()], ["BTCUSDT"]);
  assert.equal(correlations[0]!.estimate.to, START + 80 * MINUTE);
  assert.deepEqual(measures.instruments.map((each) => (each.openTime - START) / MINUTE), [89, 79]);
  assert.equal(measures.divergences[0]!.openTime, START + 79 * MINUTE);
});

Deno.test("CorrelationBoard.asOf gives for each minute what it gave when the minute passed", () => {
  const { close, board } = marketOf();
  const made = new Map<number, MinuteResult>();
  for (let minute = 0; minute < 400; minute++) {
    const result = close(minute, minute % 37 === 5 ? ["ES"] : []);
    made.set(result.openTime, result);
  }
  const openTimes = [...made.keys()].slice(-300).filter((_, i) => i % 7 !== 3);
  const again = board.asOf(openTimes);
  openTimes.forEach((openTime, i) => assertClose(again[i], made.get(openTime)!.correlations));
  assert.deepEqual(board.asOf([]), []);
});

Deno.test("measuresAt gives for many minutes at once what it gives for each alone, and looks at nothing later", () => {
  const { close, ledgers, board } = marketOf();
  for (let minute = 0; minute < 400; minute++) close(minute, minute % 53 === 7 ? ["ES"] : []);
  const gridsTo = (end: number) => (id: string) => {
    const cut = new MinuteLedger(id, () => true);
    cut.start(START);
    for (const bar of ledgers.get(id)!.bars(START, end)) cut.offer(bar, "stream");
    return cut.grid;
  };
  const marketTo = (end: number) => ({
    instruments: INSTRUMENTS,
    pairs: board.pairs,
    minuteGrid: gridsTo(end),
  });
  const openTimes = [100, 101, 113, 250, 251, 378, 399].map((minute) => START + minute * MINUTE);
  const all = measuresAt(marketTo(Infinity), openTimes, () => 0.8);
  openTimes.forEach((openTime, i) => {
    const [alone] = measuresAt(marketTo(openTime + MINUTE), [openTime], () => 0.8);
    assertClose(all[i], alone);
  });
  const [missing] = measuresAt(marketTo(Infinity), [START + 113 * MINUTE], () => 0.8);
  assert.deepEqual(
    missing!.instruments.map(({ openTime }) => (openTime - START) / MINUTE),
    [113, 112],
    "each is measured at its own newest bar",
  );
});
