import assert from "node:assert/strict";
import { MINUTE } from "../../lib/model/time.ts";
import { SessionClock } from "../../lib/calendar/market_sessions.ts";
import { seededRandom } from "../../lib/stats/seeded_random.ts";
import { correlate } from "../../lib/sync/pair_correlation.ts";
import { divergenceHistory, DivergenceTracker } from "../../lib/sync/divergence_history.ts";
import { readDivergence } from "../../lib/sync/divergence_reading.ts";
import { measuresAt } from "../../lib/market/market_measures.ts";
import type { Instrument } from "../../lib/model/instrument.ts";
import { type MinuteGrid, minutesWithin } from "../../lib/model/minute_grid.ts";
import { type Cell, gridOf } from "./grids.ts";

/** Wednesday 13:00 UTC: US regular hours begin 90 minutes later. */
const START = Date.UTC(2025, 11, 3, 13);

/** Two walks with correlation about 0.8; the first runs ahead for five minutes from one on, and lacks another. */
function walks(minutes: number, { jumpAt = -1, holeAt = -1 } = {}): [Cell[], Cell[]] {
  const random = seededRandom(7);
  const gauss = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const a: Cell[] = [], b: Cell[] = [];
  let x = 100, y = 50;
  for (let i = 0; i < minutes; i++) {
    const shared = gauss();
    x *= Math.exp(
      0.0005 * (0.9 * shared + 0.4 * gauss()) +
        (jumpAt >= 0 && i >= jumpAt && i < jumpAt + 5 ? 0.001 : 0),
    );
    y *= Math.exp(0.0005 * (0.9 * shared + 0.4 * gauss()));
    a.push(i === holeAt ? "." : x);
    b.push(y);
  }
  return [a, b];
}

const INSTRUMENTS: Instrument[] = [
  { id: "BTCUSDT", venue: "binance", kind: "crypto", exchange: "spot", currency: "USDT" },
  { id: "ES", venue: "ibkr", kind: "future", exchange: "CME", currency: "USD" },
];

Deno.test("each minute of the history is scored and armed as the live measure of that minute", () => {
  const [a, b] = walks(300, { jumpAt: 200, holeAt: 150 }).map((cells) => gridOf(cells, START));
  const history = divergenceHistory(a!, b!);
  const grids = new Map([["BTCUSDT", a!], ["ES", b!]]);
  const times = Array.from({ length: 300 - 80 }, (_, i) => START + (80 + i) * MINUTE);
  const correlations = correlate(a!, b!, { timeframe: "1m", window: 60 });
  const correlationAt = (_pair: string, time: number) =>
    correlations.r[(time - correlations.openTime[0]!) / MINUTE]!;
  const live = measuresAt(
    {
      instruments: INSTRUMENTS,
      pairs: [{ a: "BTCUSDT", b: "ES", name: "BTCUSDT/ES" }],
      minuteGrid: (id) => grids.get(id)!,
    },
    times,
    correlationAt,
  );
  let known = 0, armed = 0;
  times.forEach((time, i) => {
    const { openTime, reading } = live[i]!.divergences[0]!;
    if (openTime !== time) return; // the minute that is missing
    const row = (time - history.start) / MINUTE;
    const score = history.score[row]!;
    assert.equal(Number.isNaN(score), Number.isNaN(reading.score), `row ${row}`);
    if (!Number.isNaN(score)) {
      known++;
      assert.ok(Math.abs(score - reading.score) < 1e-9, `${score}, ${reading.score}`);
    }
    assert.equal(history.armed[row] === 1, reading.state === "armed", `row ${row}`);
    if (history.armed[row] === 1) armed++;
  });
  assert.ok(known > 200 && armed > 130, `${known} known, ${armed} armed`);
});

Deno.test("a planted run ahead is an episode of its side; before New York opens it is none", () => {
  const episodeAt = (jumpAt: number) => {
    const [a, b] = walks(300, { jumpAt }).map((cells) => gridOf(cells, START));
    const time = START + jumpAt * MINUTE;
    return divergenceHistory(a!, b!).episodes.find(({ from }) =>
      from >= time && from < time + 5 * MINUTE
    );
  };
  const found = episodeAt(200)!;
  assert.deepEqual([found.direction, found.severity], ["a", "major"]);
  assert.ok(found.peak > 3.5 && found.to - found.from <= 9 * MINUTE, `${found.peak}`);
  assert.ok(!new SessionClock("us").isOpen(START + 80 * MINUTE));
  assert.equal(episodeAt(80), undefined);
});

Deno.test("the history up to a minute does not change by what comes after it", () => {
  const [a, b] = walks(240, { jumpAt: 200 }).map((cells) => gridOf(cells, START));
  const whole = divergenceHistory(a!, b!);
  for (const length of [100, 199, 201, 230]) {
    const until = START + length * MINUTE;
    const part = divergenceHistory(
      minutesWithin(a!, START, until),
      minutesWithin(b!, START, until),
    );
    assert.deepEqual(part.score, whole.score.slice(0, length));
    assert.deepEqual(part.armed, whole.armed.slice(0, length));
  }
});

Deno.test("grids that do not meet have no history", () => {
  const early = gridOf([1, 2, 3], START), late = gridOf([1, 2, 3], START + 60 * MINUTE);
  const { length, start, episodes } = divergenceHistory(early, late);
  assert.deepEqual([length, start, episodes], [0, NaN, []]);
  assert.equal(
    readDivergence(NaN, { a: "a", b: "b", correlation: 1, isRegularHours: true }).state,
    "grey",
  );
});

function sameAs(tracker: DivergenceTracker, a: MinuteGrid, b: MinuteGrid, what: string) {
  const { history } = tracker, whole = divergenceHistory(a, b);
  assert.deepEqual([history.start, history.length], [whole.start, whole.length], what);
  for (let row = 0; row < whole.length; row++) {
    const one = history.score[row]!, other = whole.score[row]!;
    const isSame = Number.isNaN(other) ? Number.isNaN(one) : Math.abs(one - other) < 1e-9;
    assert.ok(isSame, `${what}, row ${row}: ${one}, ${other}`);
  }
  assert.deepEqual(history.armed, whole.armed, what);
  const spans = ({ episodes }: typeof whole) => episodes.map(({ from, to }) => [from, to]);
  assert.deepEqual(spans(history), spans(whole), what);
}

Deno.test("DivergenceTracker in pieces finds what one pass finds, through what is new, corrected or earlier", () => {
  const [cellsA, cellsB] = walks(900, { jumpAt: 400, holeAt: 250 });
  const grid = (cells: readonly Cell[], from: number, to: number) =>
    gridOf(cells.slice(from, to), START + from * MINUTE);
  const tracker = new DivergenceTracker();
  let a = grid(cellsA, 300, 800), b = grid(cellsB, 300, 800);
  let pieces = 1;
  while (!tracker.advance(a, b, 90) && pieces < 100) pieces++;
  assert.equal(pieces, Math.ceil(500 / 90));
  sameAs(tracker, a, b, "in pieces");
  assert.ok(tracker.history.episodes.length > 0, "something came apart");
  a = grid(cellsA, 300, 850), b = grid(cellsB, 300, 850);
  tracker.advance(a, b);
  sameAs(tracker, a, b, "50 minutes later");
  cellsB[500] = 51;
  b = grid(cellsB, 300, 850);
  tracker.advance(a, b);
  sameAs(tracker, a, b, "one minute corrected");
  a = grid(cellsA, 0, 850), b = grid(cellsB, 100, 850);
  tracker.advance(a, b);
  sameAs(tracker, a, b, "a past that reaches further back");
});

Deno.test("DivergenceTracker judges a new minute alone, and a corrected one with those after it", () => {
  const [cellsA, cellsB] = walks(500);
  const grids = (length: number) =>
    [cellsA, cellsB].map((cells) => gridOf(cells.slice(0, length), START)) as [
      MinuteGrid,
      MinuteGrid,
    ];
  const tracker = new DivergenceTracker();
  tracker.advance(...grids(400));
  assert.equal(tracker.advance(...grids(401), 1), true);
  assert.equal(tracker.advance(...grids(401), 0), true, "nothing is new");
  cellsA[390] = 101;
  assert.equal(tracker.advance(...grids(401), 10), false);
  assert.equal(tracker.advance(...grids(401), 1), true);
});
