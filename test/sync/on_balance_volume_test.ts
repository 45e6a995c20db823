import assert from "node:assert/strict";
import fc from "fast-check";
import { onBalanceVolume } from "../../lib/sync/on_balance_volume.ts";
import { relativeVolume } from "../../lib/sync/relative_volume.ts";
import { volumeAverage } from "../../lib/sync/volume_average.ts";

const prices = fc.integer({ min: 1, max: 12 }).map((ticks) => ticks / 4);
const sizes = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 1_000 }) },
  { weight: 1, arbitrary: fc.constant(NaN) },
);

/** Each row by itself: the signed volumes since the last unknown row, summed from scratch. */
function summedAnew(close: readonly number[], volume: readonly number[]): number[] {
  return close.map((_, row) => {
    if (Number.isNaN(volume[row]!)) return NaN;
    const begin = volume.slice(0, row).findLastIndex(Number.isNaN) + 1;
    let sum = 0;
    for (let i = begin + 1; i <= row; i++) {
      if (close[i]! > close[i - 1]!) sum += volume[i]!;
      if (close[i]! < close[i - 1]!) sum -= volume[i]!;
    }
    return sum;
  });
}

Deno.test("onBalanceVolume is what the signed volumes since the last gap add up to", () => {
  fc.assert(fc.property(fc.array(fc.tuple(prices, sizes), { maxLength: 60 }), (rows) => {
    const close = rows.map(([price]) => price), volume = rows.map(([, size]) => size);
    assert.deepEqual([...onBalanceVolume(close, volume)], summedAnew(close, volume));
  }));
});

Deno.test("onBalanceVolume takes an unknown volume for a gap, and never for 0", () => {
  const sums = onBalanceVolume([1, 2, 3, 4, 5], [10, 20, NaN, 30, 40]);
  assert.deepEqual([...sums], [0, 20, NaN, 0, 40]);
  assert.deepEqual([...onBalanceVolume([1, NaN, 3], [1, 1, 1])], [0, NaN, 0]);
});

Deno.test("onBalanceVolume refuses columns of two lengths and a volume below 0", () => {
  assert.throws(() => onBalanceVolume([1], [1, 2]), /equally long, got 1 and 2/);
  assert.throws(
    () => onBalanceVolume([1, 2], [1, -2]),
    /volume in row 1 must be at least 0, got -2/,
  );
});

Deno.test("volumeAverage is the mean of its window, and relativeVolume the volume over it", () => {
  const options = fc.record({
    window: fc.integer({ min: 1, max: 8 }),
    includesSelf: fc.boolean(),
  });
  fc.assert(fc.property(fc.array(sizes, { maxLength: 40 }), options, (volume, options) => {
    const { window, includesSelf } = options;
    const means = volumeAverage(volume, options), ratios = relativeVolume(volume, options);
    volume.forEach((value, row) => {
      const end = includesSelf ? row + 1 : row;
      const taken = end < window ? [NaN] : volume.slice(end - window, end);
      const mean = taken.reduce((sum, one) => sum + one, 0) / taken.length;
      if (Number.isNaN(mean)) assert.equal(means[row], NaN);
      else assert.ok(Math.abs(means[row]! - mean) < 1e-9, `${means[row]} for ${mean}`);
      assert.equal(ratios[row], means[row]! > 0 ? value / means[row]! : NaN);
    });
  }));
});
