import assert from "node:assert/strict";
import { correlationPathSentence } from "../../../lib/charts/correlation_path_text.ts";
import { DAY } from "../../../lib/model/time.ts";
import { correlate } from "../../../lib/sync/pair_correlation.ts";
import {
  type CorrelationPath,
  correlationPathStudy,
} from "../../../lib/sync/studies/correlation_path.ts";
import { marketRegimesStudy } from "../../../lib/sync/studies/market_regimes.ts";
import type { StudyScope } from "../../../lib/sync/studies/study.ts";
import { FROM, simulatedMarket, simulatedScope } from "./simulated_sides.ts";

const market = simulatedMarket(3);
const SETTINGS = { window: 48, mostRows: 10_000 };

function pathOf(scope: StudyScope, settings = SETTINGS): CorrelationPath {
  const result = correlationPathStudy.run(scope, settings);
  assert.ok(result.kind === "found");
  return result.found;
}

const scope = simulatedScope(market, ["BTCUSDT", "ES"], {
  timeframe: "5m",
  days: 3,
  hours: "all",
});

Deno.test("the path is the rolling correlation of the same minutes, from its first value on", () => {
  const path = pathOf(scope);
  const [a, b] = scope.sides;
  const series = correlate(a!.grid, b!.grid, { timeframe: "5m", window: 48 });
  const first = series.r.findIndex((value) => Number.isFinite(value));
  for (const name of ["r", "lo", "hi"] as const) {
    assert.deepEqual([...path[name]], [...series[name].subarray(first)], name);
  }
  assert.deepEqual([...path.time], [...series.endTime.subarray(first)]);
  assert.deepEqual([path.n, path.expected], [series.n.at(-1), series.expected.at(-1)]);
});

Deno.test("of many windows one of so many is given, the newest always", () => {
  const whole = pathOf(scope), few = pathOf(scope, { window: 48, mostRows: 50 });
  assert.ok(few.time.length <= 50 && few.every > 1);
  assert.equal(few.time.at(-1), whole.time.at(-1));
  assert.equal(few.r.at(-1), whole.r.at(-1));
  assert.deepEqual(few.apart, whole.apart, "its range is of all windows");
});

Deno.test("the regimes below the path are those that are planted", () => {
  const { regimes } = pathOf(scope);
  assert.ok(regimes.length >= 2);
  const planted = market.planted(FROM, FROM + 3 * DAY);
  const levelAt = (time: number) =>
    planted.find(({ from, to }) => time >= from && time < to)?.correlation["BTCUSDT/ES"] ?? NaN;
  let strong = 0, right = 0;
  for (const { from, to, correlation } of regimes) {
    for (let time = from; time < to; time += 300_000) {
      const level = levelAt(time);
      if (!(Math.abs(level - 0.3) > 0.3)) continue;
      strong++;
      if ((correlation > 0.3) === (level > 0.3)) right++;
    }
  }
  assert.ok(strong > 100 && right > 0.8 * strong, `${right} of ${strong}`);
});

Deno.test("regimes are fitted once for the path and for the panel of regimes", () => {
  const shared = new Map<string, unknown>();
  const seven = simulatedScope(market, ["BTCUSDT", "ES"], {
    timeframe: "5m",
    days: 7,
    hours: "all",
  });
  const panel = marketRegimesStudy.run({ ...seven, shared }, { mostRows: 9 });
  assert.ok(panel.kind === "found");
  const [[key, fit] = ["", undefined]] = shared;
  // What is shared is what is used: other correlations would be seen in the path.
  const levels = panel.found.regimes.map((_, state) => 0.11 + state / 100);
  shared.set(key, { ...fit as object, correlations: levels });
  const path = pathOf({ ...seven, timeframe: "15m", shared });
  assert.equal(shared.size, 1);
  assert.match(path.regimesNote, /nothing speaks for more/);
});

Deno.test("too few pairs are said to be too few, and a range of few windows is none", () => {
  const short = {
    ...scope,
    sides: scope.sides.map((side) => ({ ...side, grid: tail(side.grid, 60) })),
  };
  const result = correlationPathStudy.run(short, SETTINGS);
  assert.ok(result.kind === "lacking");
  assert.match(result.reason, /^A window of 48 takes 24 pairs of returns; there are \d+ in all\.$/);
  const some = {
    ...scope,
    sides: scope.sides.map((side) => ({ ...side, grid: tail(side.grid, 600) })),
  };
  assert.ok(Number.isNaN(pathOf(some).apart.low));
});

/** The newest minutes. */
function tail(grid: StudyScope["sides"][number]["grid"], minutes: number) {
  const from = grid.length - minutes;
  const cut = <Column extends { subarray(from: number): Column }>(column: Column) =>
    column.subarray(from);
  return {
    ...grid,
    start: grid.start + from * 60_000,
    length: minutes,
    open: cut(grid.open),
    high: cut(grid.high),
    low: cut(grid.low),
    close: cut(grid.close),
    volume: cut(grid.volume),
    status: cut(grid.status),
    contract: cut(grid.contract),
  };
}

const PATH: CorrelationPath = {
  window: 48,
  minPeriods: 24,
  time: Float64Array.of(0, 1),
  r: Float64Array.of(0.1, 0.44),
  lo: Float64Array.of(-0.2, 0.2),
  hi: Float64Array.of(0.4, 0.63),
  n: 48,
  expected: 48,
  every: 1,
  apart: { count: 12, low: 0.1, high: 0.6 },
  regimes: [],
  regimesNote: "",
};

Deno.test("the sentence says no more than the interval and the windows apart allow", () => {
  assert.equal(
    correlationPathSentence(PATH),
    "Now r is +0.44 (95 % interval +0.20 to +0.63); half of 12 windows without a bar in common lay between +0.10 and +0.60.",
  );
  assert.match(
    correlationPathSentence({ ...PATH, lo: Float64Array.of(0, -0.1) }),
    /so that it may as well be nothing; half of/,
  );
  assert.match(
    correlationPathSentence({ ...PATH, r: Float64Array.of(0.1, NaN), n: 3 }),
    /^Now r is unknown: the newest window has 3 of 48 pairs; half/,
  );
  assert.match(
    correlationPathSentence({ ...PATH, apart: { count: 1, low: NaN, high: NaN } }),
    /; 1 window without a bar in common say nothing of its range\.$/,
  );
});
