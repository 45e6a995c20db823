import assert from "node:assert/strict";
import * as pairs from "../../lib/pairs/mod.ts";
import * as stats from "../../lib/stats/mod.ts";
import * as sync from "../../lib/sync/mod.ts";

const x = Array.from({ length: 40 }, (_, t) => Math.sin(t * t)), y = x.map((value) => -value);
/** What a notebook, which nobody type-checks, leaves out. */
const none = undefined as never;

const WINDOW = /^window must be .* got undefined$/,
  WINDOW_MS = /^windowMs must be .* got undefined$/;

const calls: Readonly<Record<string, readonly [act: () => unknown, named: RegExp]>> = {
  RealizedVolatility: [
    () => new sync.RealizedVolatility(none),
    /^window must be .* got undefined$/,
  ],
  ewm: [() => stats.ewm(x, y, none), /^exactly one of alpha, span and halfLife must be given/],
  Ewm: [() => new stats.Ewm(none), /^exactly one of alpha, span and halfLife must be given/],
  rollingCorrelation: [() => stats.rollingCorrelation(x, y, none), WINDOW],
  RollingCorrelation: [() => new stats.RollingCorrelation(none), WINDOW],
  rollingCovariance: [() => stats.rollingCovariance(x, y, none), WINDOW],
  RollingCovariance: [() => new stats.RollingCovariance(none), WINDOW],
  rollingBeta: [() => stats.rollingBeta(x, y, none), WINDOW],
  RollingBeta: [() => new stats.RollingBeta(none), WINDOW],
  rollingRSquared: [() => stats.rollingRSquared(x, y, none), WINDOW],
  rollingStats: [() => stats.rollingStats(x, none), WINDOW],
  RollingStats: [() => new stats.RollingStats(none), WINDOW],
  timedStats: [() => stats.timedStats(x, x, none), WINDOW_MS],
  TimedStats: [() => new stats.TimedStats(none), WINDOW_MS],
  TimedCoMovement: [() => new stats.TimedCoMovement(none), WINDOW_MS],
  timedCoMovement: [() => stats.timedCoMovement(x, x, y, none), WINDOW_MS],
  rollingOls: [() => stats.rollingOls(y, x, none), /^window must be .* got undefined$/],
  RollingOls: [() => new stats.RollingOls(none), /^window must be .* got undefined$/],
  crossCorrelation: [() => stats.crossCorrelation(x, y, none), /^maxLag must be .* got undefined$/],
  correlationDifference: [
    () => stats.correlationDifference({ r: 0.1, n: 9 }, { r: 0.2, n: 9 }, none),
    /^rows must be .* got undefined$/,
  ],
  previousTickCovariance: [
    () => stats.previousTickCovariance(x, x, x, x, none),
    /^stepMs must be .* got undefined$/,
  ],
  subsampledCovariance: [
    () => stats.subsampledCovariance(x, x, x, x, none),
    /^stepMs must be .* got undefined$/,
  ],
  RollingHayashiYoshida: [
    () => new stats.RollingHayashiYoshida(none),
    /^windowMs must be .* got undefined$/,
  ],
  RollingLeadLag: [() => new stats.RollingLeadLag(none), /^windowMs must be .* got undefined$/],
  KalmanHedge: [() => new stats.KalmanHedge(none), /^q must be .* got undefined$/],
  GarchVariance: [() => new stats.GarchVariance(none), /^omega must be .* got undefined$/],
  garchPath: [() => stats.garchPath(x, none), /^omega must be .* got undefined$/],
  DynamicCorrelation: [() => new stats.DynamicCorrelation(none), /^a and b must be .* undefined$/],
  RegimeFilter: [() => new stats.RegimeFilter(none), /^initial and transition must /],
  mackinnonPValue: [() => stats.mackinnonPValue(-3, none), /^regression must be .* got undefined$/],
  mackinnonCritical: [
    () => stats.mackinnonCritical(none, 100),
    /^regression must be .* got undefined$/,
  ],
  performance: [() => pairs.performance(x, none), /^periodsPerYear must be .* got undefined$/],
  sharpeRatio: [() => pairs.sharpeRatio(x, none), /^periodsPerYear must be .* got undefined$/],
  deflatedSharpe: [
    () => pairs.deflatedSharpe(pairs.sharpeRatio(x, { periodsPerYear: 252 }), none),
    /^trials must be /,
  ],
  turnover: [() => pairs.turnover(x, x, none), /^periodsPerYear must be .* got undefined$/],
  pastHedge: [() => pairs.pastHedge(y, x, none), /^window must be .* got undefined$/],
  pastZScore: [() => pairs.pastZScore(x, none), /^window must be .* got undefined$/],
  walkForwardFolds: [() => pairs.walkForwardFolds(9, none), /^train must be .* got undefined$/],
  walkForward: [() => pairs.walkForward({ x }, none), /^fit must be a function, got undefined$/],
  pairBacktest: [() => pairs.pairBacktest(none), /^y must be given, got undefined$/],
};

for (const [name, [act, named]] of Object.entries(calls)) {
  Deno.test(`${name} without its options names the one that is missing`, () => {
    assert.throws(act, (error) => {
      assert.ok(error instanceof RangeError || error instanceof TypeError);
      assert.match((error as Error).message, named);
      return true;
    });
  });
}
