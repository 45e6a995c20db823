import assert from "node:assert/strict";
import fc from "fast-check";
import { alwaysOpen } from "../../lib/calendar/calendar.ts";
import { globexEquityIndex } from "../../lib/calendar/globex.ts";
import { DAY, HOUR, MINUTE } from "../../lib/model/time.ts";
import { assertNoLookAhead } from "../../lib/stats/no_look_ahead.ts";
import { DivergenceScore, divergenceScore } from "../../lib/sync/divergence.ts";
import { readDivergence } from "../../lib/sync/divergence_reading.ts";
import { bollingerBands, ratioBands } from "../../lib/sync/ratio_bands.ts";
import { realizedVolatility, VolatilityStrip } from "../../lib/sync/realized_volatility.ts";
import { relativeVolume, SessionVolume } from "../../lib/sync/relative_volume.ts";
import { volumeBadge } from "../../lib/sync/volume_badge.ts";
import { rollingVwap, SessionVwap, sessionVwap } from "../../lib/sync/vwap.ts";
import { seededRandom } from "../../lib/stats/seeded_random.ts";
import { column, columnDistance, readPairsGolden } from "../pairs/golden.ts";
import { normals } from "../pairs/synthetic.ts";

const golden = readPairsGolden().measures;
const a = column(golden.a), b = column(golden.b), volume = column(golden.volume);
const logReturns = (price: Float64Array) =>
  price.map((p, i) => i === 0 ? NaN : Math.log(p / price[i - 1]!));
const MONDAY = Date.UTC(2026, 0, 26);
const bars = {
  openTime: Float64Array.from(a, (_, i) => MONDAY + i * MINUTE),
  high: column(golden.high),
  low: column(golden.low),
  close: column(golden.close),
  volume,
};

function assertClose(actual: ArrayLike<number>, expected: Parameters<typeof column>[0]): void {
  const gap = columnDistance(actual, expected);
  assert.ok(gap < 1e-10, `differs by ${gap}`);
  assert.ok(expected.some((value) => value !== null), "the golden column must hold values");
}

Deno.test("rollingVwap equals pandas on typical prices, and says that it is approximate", () => {
  const { value, approximate } = rollingVwap(bars, { window: 30 });
  assertClose(value, golden.rollingVwap);
  assert.ok(approximate.subarray(29).every((is) => is === 1));
  const exact = rollingVwap({ ...bars, vwap: bars.close }, { window: 30 });
  assert.ok(exact.approximate.every((is) => is === 0));
});

Deno.test("relativeVolume equals pandas, with the bar in its own mean and without", () => {
  assertClose(relativeVolume(volume), golden.relativeVolume);
  assertClose(relativeVolume(volume, { includesSelf: false }), golden.relativeVolumePast);
});

Deno.test("realizedVolatility equals pandas, missing minutes and the 80 % rule included", () => {
  const returns = logReturns(a);
  assertClose(realizedVolatility(returns, { window: 15 }), golden.realized["15"]);
  assertClose(realizedVolatility(returns, { window: 60 }), golden.realized["60"]);
});

Deno.test("ratioBands equals pandas with ddof 0", () => {
  const bands = ratioBands(a, b);
  assertClose(bands.value, golden.ratio);
  assertClose(bands.middle, golden.middle);
  assertClose(bands.upper, golden.upper);
  assertClose(bands.lower, golden.lower);
});

Deno.test("divergenceScore equals pandas in both modes", () => {
  const returnsA = logReturns(a), returnsB = logReturns(b);
  assertClose(divergenceScore(returnsA, returnsB), golden.divergence);
  assertClose(
    divergenceScore(returnsA, returnsB, { mode: "conditional", horizon: 5 }),
    golden.conditional,
  );
});

Deno.test("no market measure looks ahead", () => {
  assertNoLookAhead(
    (d) => {
      const returnsA = logReturns(d.a), returnsB = logReturns(d.b);
      const { value, middle, upper, percentB } = ratioBands(d.a, d.b);
      const session = new SessionVolume(alwaysOpen, { minSessions: 1 });
      return {
        ...{ value, middle, upper, percentB },
        vwap: sessionVwap(d, globexEquityIndex).value,
        rolling: rollingVwap(d, { window: 12 }).value,
        relative: relativeVolume(d.volume),
        minutes: d.volume.map((v, i) => session.push(d.openTime[i]! % HOUR + i * DAY, v)),
        rv: realizedVolatility(returnsA, { window: 15 }),
        difference: divergenceScore(returnsA, returnsB, { horizon: 3 }),
        conditional: divergenceScore(returnsA, returnsB, { mode: "conditional", horizon: 3 }),
      };
    },
    { ...bars, a, b },
    { lengths: [1, 2, 31, 64, 65, 66, 150, 199] },
  );
});

Deno.test("sessionVwap begins anew at 17:00 Chicago and knows nothing in the break", () => {
  const open = Date.UTC(2026, 0, 26, 23), shut = open - HOUR;
  const openTime = [shut - MINUTE, shut, shut + 30 * MINUTE, open, open + MINUTE];
  const price = [10, 11, 12, 20, 30];
  const { value, volume } = sessionVwap(
    { openTime, high: price, low: price, close: price, volume: [1, 1, 1, 1, 3], vwap: price },
    globexEquityIndex,
  );
  assert.deepEqual([...value], [10, NaN, NaN, 20, 27.5]);
  assert.deepEqual([...volume], [1, 0, 0, 1, 4]);
});

Deno.test("SessionVwap of a market that never shuts begins anew each midnight UTC", () => {
  const vwap = new SessionVwap(alwaysOpen);
  vwap.push(MONDAY + DAY - 1, 10, 5);
  vwap.push(MONDAY + DAY, 20, 1);
  assert.deepEqual([vwap.value, vwap.volume], [20, 1]);
  vwap.push(MONDAY + 2 * DAY, 30, NaN);
  assert.ok(Number.isNaN(vwap.value));
});

Deno.test("sessionVwap over trades equals Σpq/Σq of the day, whatever the level", () => {
  const trade = fc.record({
    price: fc.double({ min: 1, max: 1e6, noNaN: true }),
    size: fc.oneof(fc.double({ min: 1e-3, max: 1e3, noNaN: true }), fc.constantFrom(0, NaN)),
  });
  fc.assert(fc.property(fc.array(trade, { minLength: 1, maxLength: 50, size: "max" }), (trades) => {
    const live = new SessionVwap(alwaysOpen);
    let money = 0, size = 0;
    for (const [i, t] of trades.entries()) {
      live.push(MONDAY + i, t.price, t.size);
      if (t.size > 0) [money, size] = [money + t.price * t.size, size + t.size];
      if (size === 0) assert.ok(Number.isNaN(live.value));
      else assert.ok(Math.abs(live.value - money / size) <= 1e-9 * (money / size));
    }
    const prices = trades.filter((t) => t.size > 0).map((t) => t.price);
    if (size > 0) {
      assert.ok(live.value >= Math.min(...prices) * (1 - 1e-12));
      assert.ok(live.value <= Math.max(...prices) * (1 + 1e-12));
    }
  }));
});

Deno.test("SessionVolume compares the same minute of the session through summer time", () => {
  const volumes = new SessionVolume(globexEquityIndex, { sessions: 4, minSessions: 3 });
  // Chicago's clocks go forward on 8 March 2026: 09:30 in New York is 14:30, then 13:30 UTC.
  const days = [[4, 14.5], [5, 14.5], [6, 14.5], [9, 13.5], [10, 13.5], [11, 13.5]] as const;
  const found = days.map(([day, hour], i) => {
    const time = Date.UTC(2026, 2, day) + hour * HOUR;
    volumes.push(time - MINUTE, 1_000); // another minute, which must not count
    return volumes.push(time, 100 * (i + 1));
  });
  assert.deepEqual(found.slice(0, 3), [NaN, NaN, NaN]);
  assert.deepEqual(found.slice(3), [400 / 200, 500 / 250, 600 / 350]);
  assert.ok(Number.isNaN(volumes.of(Date.UTC(2026, 2, 11, 21, 30), 5)), "the daily break");
  assert.throws(() => volumes.of(0, 1, 0), RangeError);
  assert.throws(() => new SessionVolume(alwaysOpen, { sessions: 2, minSessions: 3 }), RangeError);
});

Deno.test("VolatilityStrip labels the ratio by DESIGN's limits", () => {
  const after = (quiet: number, loud: number) => {
    const strip = new VolatilityStrip();
    for (let i = 0; i < 60; i++) strip.push((i < 45 ? quiet : loud) * (i % 2 === 0 ? 1 : -1));
    return strip.value;
  };
  assert.equal(after(1e-4, 1e-4).state, "steady");
  assert.ok(Math.abs(after(1e-4, 1e-4).ratio - 1) < 1e-12);
  assert.equal(after(1e-4, 5e-4).state, "expanding");
  assert.equal(after(5e-4, 1e-4).state, "crush");
  assert.equal(new VolatilityStrip().value.state, "unknown");
  assert.ok(Math.abs(after(1e-4, 1e-4).rv15 - 1e-4 * Math.sqrt(525_600)) < 1e-12);
});

Deno.test("bollingerBands of a constant have no percentB, and keep digits at 1e9", () => {
  const flat = bollingerBands(new Float64Array(30).fill(5));
  assert.equal(flat.upper[29], 5);
  assert.ok(Number.isNaN(flat.percentB[29]!));
  const wave = Float64Array.from({ length: 40 }, (_, i) => Math.round(64 * Math.sin(i)) / 64);
  const low = bollingerBands(wave), high = bollingerBands(wave.map((v) => v + 2 ** 30));
  assert.ok(columnDistance(high.percentB.subarray(20), [...low.percentB.subarray(20)]) < 1e-12);
  assert.throws(() => bollingerBands([1], { width: 0 }), RangeError);
});

Deno.test("volumeBadge colours, spikes and crosses", () => {
  const colours = [0.99, 1, 1.5, 1.51, NaN].map((ratio) => volumeBadge(ratio).colour);
  assert.deepEqual(colours, ["grey", "yellow", "yellow", "green", "grey"]);
  assert.deepEqual([1.9, 2, 2.1].map((ratio) => volumeBadge(ratio).isSpike), [false, false, true]);
  const cross = { close: 9, vwap: 10, previousClose: 11, previousVwap: 10 };
  assert.equal(volumeBadge(1.6, { cross }).vwapCross, "down");
  assert.equal(volumeBadge(1.5, { cross }).vwapCross, undefined);
  assert.equal(volumeBadge(3, { cross: { ...cross, vwap: NaN } }).vwapCross, undefined);
  assert.throws(() => volumeBadge(1, { spike: 1 }), RangeError);
});

Deno.test("DivergenceScore judges by the past alone: a break does not hide in its own yardstick", () => {
  const normal = normals(5);
  const score = new DivergenceScore();
  const usual: number[] = [];
  for (let i = 0; i < 4_000; i++) {
    const common = normal();
    usual.push(score.push(1e-4 * (common + normal()), 1e-4 * (common + normal())));
  }
  const known = usual.filter((value) => !Number.isNaN(value));
  const square = known.reduce((sum, value) => sum + value * value, 0) / known.length;
  assert.ok(Math.abs(square - 1) < 0.12, `mean square ${square}`);
  assert.ok(Math.abs(score.push(50e-4, 0)) > 20);
});

Deno.test("divergenceScore in conditional mode is standard normal on jointly normal returns", () => {
  const normal = normals(6), rows = 6_000, rho = 0.7;
  const x = Float64Array.from({ length: rows }, () => 1e-3 * normal());
  const y = x.map((value) => rho * value + Math.sqrt(1 - rho * rho) * 1e-3 * normal());
  const score = divergenceScore(x, y, { mode: "conditional", window: 240 });
  const known = score.filter((value) => !Number.isNaN(value));
  const share = known.filter((value) => Math.abs(value) > 1.96).length / known.length;
  // Estimated yardsticks widen the tails a little beyond 5 %.
  assert.ok(share > 0.035 && share < 0.085, `${share} beyond 1.96`);
  const same = divergenceScore(x, x, { mode: "conditional" });
  assert.ok(same.every(Number.isNaN), "no conditional score of a market on itself");
});

Deno.test("readDivergence is armed only on correlation above 0.4 in US regular hours", () => {
  const read = (score: number, correlation: number, isRegularHours: boolean) =>
    readDivergence(score, { a: "BTC", b: "NQ", correlation, isRegularHours });
  assert.equal(read(2, 0.41, true).state, "armed");
  assert.equal(read(2, 0.4, true).reason, "correlation 0.40 is not above 0.4");
  assert.equal(read(2, 0.9, false).reason, "outside US regular hours");
  assert.equal(read(2, NaN, true).reason, "correlation is not known");
  assert.equal(read(-2.26, 0.9, true).label, "DIV: −2.3σ (BTC<NQ)");
  assert.equal(read(NaN, 0.9, true).label, "DIV: n/a (BTC, NQ)");
  assert.equal(read(NaN, 0.9, true).state, "grey");
});

Deno.test("market measures refuse bad options", () => {
  assert.throws(() => rollingVwap(bars, { window: 0 }), RangeError);
  assert.throws(() => rollingVwap({ ...bars, volume: [] }, { window: 2 }), /volume must have/);
  assert.throws(() => realizedVolatility([], { window: 15, minShare: 0 }), RangeError);
  assert.throws(() => realizedVolatility([], { window: 15, minutesPerPeriod: 0 }), RangeError);
  assert.throws(() => new DivergenceScore({ horizon: 0 }), RangeError);
  assert.throws(() => divergenceScore([1], []), RangeError);
  assert.throws(() => ratioBands([1], []), RangeError);
});

Deno.test("rollingVwap is the sum over each window, at a level of 1e9 and after a spike, gaps kept", () => {
  const random = seededRandom(5), rows = 400;
  const price = Float64Array.from({ length: rows }, () => 1e9 + random());
  const size = Float64Array.from({ length: rows }, (_, i) => i === 100 ? 1e15 : random() * 5);
  price[50] = NaN;
  size[60] = 0;
  const own = price.map((value, i) => i % 9 === 0 ? NaN : value);
  const columns = { openTime: price.map((_, i) => i), high: price, low: price, close: price };
  const { value, volume, approximate } = rollingVwap({ ...columns, volume: size, vwap: own }, {
    window: 20,
  });
  for (let row = 0; row < rows; row++) {
    let money = 0, total = 0, typical = 0;
    for (let at = row - 19; at <= row && row >= 19; at++) {
      if (Number.isNaN(price[at]!) || size[at] === 0) continue;
      money += (price[at]! - 1e9) * size[at]!;
      total += size[at]!;
      if (Number.isNaN(own[at]!)) typical = 1;
    }
    assert.ok(
      row < 19 ? Number.isNaN(value[row]!) : Math.abs(value[row]! - 1e9 - money / total) < 1e-6,
    );
    assert.ok(Math.abs(volume[row]! - total) <= 1e-12 * total);
    assert.equal(approximate[row], typical);
  }
});
