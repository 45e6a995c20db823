import assert from "node:assert/strict";
import { alwaysOpen } from "../../lib/calendar/calendar.ts";
import { BarNumbers } from "../../lib/charts/browser/bar_numbers.ts";
import { chartNumbers, sessionsOf, vwapRows } from "../../lib/charts/chart_numbers.ts";
import { PLAIN_OVERLAY, withChoice } from "../../lib/charts/chart_overlay.ts";
import type { PageBar } from "../../lib/charts/packed_bars.ts";
import { DAY, HOUR, MINUTE } from "../../lib/model/time.ts";
import { onBalanceVolume } from "../../lib/sync/on_balance_volume.ts";
import { relativeVolume } from "../../lib/sync/relative_volume.ts";
import { sessionVwap } from "../../lib/sync/vwap.ts";

const START = Date.UTC(2025, 11, 3);

/** Bars of a price that wanders on ticks, of uneven volume. */
function wandering(from: number, count: number, stepMs = MINUTE): PageBar[] {
  let price = 6_800;
  return Array.from({ length: count }, (_, i) => {
    const open = price;
    price += ((i * 7_919) % 11 - 5) / 4;
    return {
      openTime: from + i * stepMs,
      open,
      high: Math.max(open, price) + 0.25,
      low: Math.min(open, price) - 0.5,
      close: price,
      volume: 10 + (i * 104_729) % 97,
    };
  });
}

const columns = (bars: readonly PageBar[]) => ({
  openTime: bars.map((bar) => bar.openTime),
  high: bars.map((bar) => bar.high),
  low: bars.map((bar) => bar.low),
  close: bars.map((bar) => bar.close),
  volume: bars.map((bar) => bar.volume),
});
const DAYS = sessionsOf(
  [0, 1, 2].map((i) => ({ from: START + i * DAY, to: START + (i + 1) * DAY })),
);

Deno.test("a chart's numbers are those of lib/sync on the same bars, to the last digit", () => {
  const bars = wandering(START, 2_000);
  const options = { averageBars: 20, vwapRows: vwapRows([bars], DAYS), sessions: DAYS, gaps: [] };
  const { average, vwap, obv } = chartNumbers(bars, options);
  const { close, volume } = columns(bars);
  assert.deepEqual(vwap, sessionVwap(columns(bars), alwaysOpen).value);
  assert.deepEqual(obv, onBalanceVolume(close, volume));
  const ratios = relativeVolume(volume, { window: 20, includesSelf: false });
  assert.deepEqual(average.map((mean, row) => volume[row]! / mean), ratios);
  assert.ok(Number.isNaN(average[19]!) && average[20]! > 0);
});

Deno.test("the VWAP is only of sessions that bars cover whole, the finest that do", () => {
  const minutes = wandering(START + DAY + 6 * HOUR, 19 * 60);
  const fives = wandering(START, 12 * 31, 5 * MINUTE);
  const half = { averageBars: 20, vwapRows: vwapRows([minutes], DAYS), sessions: DAYS, gaps: [] };
  const alone = chartNumbers(minutes, half).vwap;
  assert.ok(alone.slice(0, 18 * 60).every(Number.isNaN), "the first day begins before the bars");
  assert.ok(alone.slice(18 * 60).every(Number.isFinite), "the second is whole");
  const rows = vwapRows([minutes, fives], DAYS);
  assert.equal(rows[0]!.openTime, START);
  assert.equal(rows.find(({ openTime }) => openTime >= START + 2 * DAY), minutes[18 * 60]);
  const both = chartNumbers(minutes, { ...half, vwapRows: rows }).vwap;
  const coarse = sessionVwap(columns(fives), alwaysOpen).value;
  assert.equal(both[4], coarse[(DAY + 6 * HOUR) / (5 * MINUTE)]);
  assert.deepEqual(both.slice(18 * 60), alone.slice(18 * 60));
});

Deno.test("on-balance volume begins anew after missing minutes, and there alone", () => {
  const bars = wandering(START, 60).filter((_bar, i) => i < 20 || i > 24);
  const gaps = [{ from: START + 20 * MINUTE, to: START + 25 * MINUTE }];
  const options = { averageBars: 5, vwapRows: [], sessions: DAYS };
  const { obv } = chartNumbers(bars, { ...options, gaps });
  assert.equal(obv[20], 0);
  const { close, volume } = columns(bars.slice(20));
  assert.deepEqual(obv.slice(20), onBalanceVolume(close, volume));
  const shut = chartNumbers(bars, { ...options, gaps: [] }).obv;
  assert.notEqual(shut[20], 0, "a market that was shut has traded nothing");
});

Deno.test("the newest bar's numbers are those of all bars anew, at every tick", () => {
  const bars = wandering(START, 300);
  const gaps = [{ from: START + 100 * MINUTE, to: START + 101 * MINUTE }];
  for (const length of [1, 2, 101, 102, 300]) {
    const settled = bars.slice(0, length), numbers = new BarNumbers(20);
    numbers.settle(settled, [settled], DAYS, gaps);
    for (const change of [-1.25, 0, 3.5]) {
      const last = settled.at(-1)!;
      const close = last.open + change;
      const moved = {
        ...last,
        close,
        high: Math.max(last.high, close),
        low: Math.min(last.low, close),
        volume: last.volume + 7,
      };
      const now = [...settled.slice(0, -1), moved];
      const anew = new BarNumbers(20).settle(now, [now], DAYS, gaps);
      assert.deepEqual(numbers.newest(now, [now]), {
        average: anew.average.at(-1),
        vwap: anew.vwap.at(-1),
        obv: anew.obv.at(-1),
      }, `${length} bars, ${change}`);
    }
  }
});

Deno.test("an unknown volume makes the numbers that rest on it unknown", () => {
  const bars = wandering(START, 60).map((bar, i) => i === 30 ? { ...bar, volume: NaN } : bar);
  const options = { averageBars: 5, vwapRows: bars, sessions: DAYS, gaps: [] };
  const { average, obv } = chartNumbers(bars, options);
  assert.ok(average.slice(31, 36).every(Number.isNaN));
  assert.ok(average[30]! > 0 && average[36]! > 0);
  assert.deepEqual([obv[30], obv[31]], [NaN, 0]);
});

Deno.test("a reader's choice counts as far as it can be read", () => {
  assert.equal(withChoice(PLAIN_OVERLAY, undefined), PLAIN_OVERLAY);
  const odd = withChoice(PLAIN_OVERLAY, {
    mode: "sideways",
    vwap: "yes",
    obv: true,
    hasRatio: true,
  });
  assert.deepEqual(odd, { ...PLAIN_OVERLAY, obv: true });
  const ratio = ["NQ", "ES"] as const;
  const kept = withChoice({ ...PLAIN_OVERLAY, ratio, hasRatio: true }, {
    mode: "axes",
    hasRatio: false,
  });
  assert.deepEqual([kept.mode, kept.hasRatio, kept.ratio], ["axes", false, ratio]);
});
