import assert from "node:assert/strict";
import { parseHTML } from "linkedom";
import {
  screenedPairText,
  screenerSentence,
  screenerTable,
} from "../../../lib/charts/screener_text.ts";
import { rowsByEvidence, screenerFeed, unpackScreener } from "../../../lib/charts/screener_view.ts";
import { pastSpread } from "../../../lib/pairs/past_spread.ts";
import { pairScreenStudy } from "../../../lib/pairs/studies/pair_screen.ts";
import { type PairScreen, SPARK } from "../../../lib/pairs/studies/screened_pairs.ts";
import { engleGrangerBoth } from "../../../lib/stats/stationarity/engle_granger.ts";
import { halfLife } from "../../../lib/stats/stationarity/half_life.ts";
import { MinuteStatus } from "../../../lib/model/minute_grid.ts";
import type { StudyScope } from "../../../lib/sync/studies/study.ts";
import { studyScope } from "../../../lib/sync/studies/study_scope.ts";
import { normals } from "../synthetic.ts";
import { coin, coinScope, gridOf } from "./coin_sides.ts";

const IDS = ["SOLUSDT", "AVAXUSDT", "LTCUSDT", "LINKUSDT", "XRPUSDT", "DOGEUSDT"];
const LABELS = IDS.map((id) => id.replace("USDT", "/USDT"));
const scope = coinScope(7, IDS, { timeframe: "5m", days: 7, hours: "all" });
const screen = screenOf(scope);

function screenOf(of: StudyScope): PairScreen {
  const result = pairScreenStudy.run(of, null);
  assert.ok(result.kind === "found");
  return result.found;
}

function rowOf({ first, second }: PairScreen, i: number, j: number): number {
  return [...first.keys()].findIndex((row) => first[row] === i && second[row] === j);
}

/** Log closes of every fifth minute's end. */
function logsOf(side: number): Float64Array {
  const { close } = scope.sides[side]!.grid;
  return Float64Array.from({ length: 2_016 }, (_, bar) => Math.log(close[5 * bar + 4]!));
}

Deno.test("the two planted pairs are found, and the one that is only correlated is not", () => {
  assert.equal(screen.tried, 15);
  const found = rowsByEvidence(screen).filter((row) => screen.adjusted[row]! <= 0.05);
  const names = found.map((row) => `${IDS[screen.first[row]!]}/${IDS[screen.second[row]!]}`);
  assert.deepEqual(names.toSorted(), ["LTCUSDT/LINKUSDT", "SOLUSDT/AVAXUSDT"]);
  const drifting = rowOf(screen, 4, 5);
  assert.ok(screen.r[drifting]! > 0.8 && screen.adjusted[drifting]! > 0.05);
  const half = screen.half[rowOf(screen, 0, 1)]! / 60_000;
  assert.ok(half > 15 && half < 60, `${half} minutes; 30 are planted`);
});

Deno.test("a pair's p, half-life and rows are those of lib/stats on its log closes", () => {
  const row = rowOf(screen, 0, 2), y = logsOf(0), x = logsOf(2);
  const both = engleGrangerBoth(y, x, { maxLag: screen.lag, autolag: null });
  assert.ok(Math.abs(screen.pvalue[row]! - both.pvalue) < 1e-9);
  assert.ok(Math.abs(screen.beta[row]! - both.yOnX.beta[0]!) < 1e-9);
  const life = halfLife(both.yOnX.resid, { fitted: 1 });
  assert.ok(Math.abs(screen.half[row]! / 300_000 / life.corrected - 1) < 1e-6);
  assert.deepEqual([screen.n[row], screen.expected[row]], [2_016, 2_016]);
  assert.deepEqual(
    [screen.byLuck, screen.below],
    [0.05 * 15, screen.pvalue.filter((p) => p < 0.05).length],
  );
});

Deno.test("the newest z rests on no row but those before it", () => {
  const side = scope.sides[0]!, close = side.grid.close.slice();
  close[close.length - 1]! *= 1.01;
  const sides = scope.sides.map((one, i) => i === 0 ? { ...one, grid: gridOf(close) } : one);
  const moved = screenOf({ ...scope, sides });
  const row = rowOf(screen, 0, 2);
  const step = moved.z[row]! - screen.z[row]!;
  // The same line and deviation: one per cent more is so many deviations more, twice as much for two.
  close[close.length - 1]! *= 1.01;
  const again = screenOf({ ...scope, sides }).z[row]! - moved.z[row]!;
  assert.ok(step > 0 && Math.abs(again / step - 1) < 1e-6, `${step}, ${again}`);
  const known = pastSpread(logsOf(0), logsOf(2), { window: 2_015, minPeriods: 3 });
  assert.ok(Math.abs(screen.z[row]! - known.zscore[2_015]!) < 1e-9);
});

Deno.test("rows of a gap are in no test, and a contract's roll begins the rows anew", () => {
  const next = normals(3), logs = Float64Array.from({ length: 1_440 });
  logs.forEach((_, row) => logs[row] = (logs[row - 1] ?? 5) + 1e-3 * next());
  const a = gridOf(logs.map(Math.exp)),
    b = gridOf(logs.map((value) => Math.exp(value + 2e-4 * next())));
  a.status.fill(MinuteStatus.Absent, 700, 720);
  b.contract.fill(2, 400);
  const query = { timeframe: "1m", days: 1, hours: "all" } as const;
  const sides = [a, b].map((grid, i) => ({ instrument: coin(`C${i}`), grid }));
  const result = pairScreenStudy.run(studyScope(sides, query), null);
  assert.ok(result.kind === "found");
  assert.equal(result.found.n[0], 1_440 - 400 - 20);
  assert.equal(result.evidence.excluded.roll, 400);
  assert.equal(result.evidence.excluded.gap, 20);
  assert.ok(result.found.pvalue[0]! < 0.001);
});

Deno.test("with too few rows it says so, and how many there are", () => {
  const sides = ["A", "B"].map((id) => ({
    instrument: coin(id),
    grid: gridOf(new Float64Array(90).fill(5)),
  }));
  const query = { timeframe: "1m", days: 1, hours: "all" } as const;
  const result = pairScreenStudy.run(studyScope(sides, query), null);
  assert.ok(result.kind === "lacking");
  assert.equal(result.reason, "A test takes 100 rows of both sides; no pair has more than 90.");
});

Deno.test("the page is given the same pairs, those with most evidence first", () => {
  const feed = screenerFeed("s", screen, { instruments: IDS, labels: LABELS, source: "simulated" });
  const { document } = parseHTML(`<body>${feed}</body>`);
  const packet = document.querySelector("comove-feed")!.getAttribute("data-packet")!;
  const page = unpackScreener(JSON.parse(packet)), order = rowsByEvidence(screen);
  order.forEach((row, place) => {
    assert.equal(page.first[place], screen.first[row]);
    assert.ok(Math.abs(page.pvalue[place]! - screen.pvalue[row]!) < 1e-6);
    assert.deepEqual(
      page.spark.subarray(place * SPARK, (place + 1) * SPARK),
      screen.spark.subarray(row * SPARK, (row + 1) * SPARK),
    );
  });
  assert.match(
    screenerSentence(screen, LABELS),
    /^2 of 15 pairs are cointegrated, with at most 5 % false/,
  );
  assert.match(screenerSentence(screen, LABELS), /of as many unrelated pairs about 0\.8 would\.$/);
  assert.match(
    screenedPairText(page, 0, LABELS),
    /cointegrated, corrected for all pairs tried \(p < 0.001/,
  );
  assert.equal(screenerTable(screen, LABELS).rows.length, 15);
});
