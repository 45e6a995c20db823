import assert from "node:assert/strict";
import fc from "fast-check";
import { seededRandom } from "../../../lib/stats/seeded_random.ts";
import { BlockContrasts } from "../../../lib/stats/ticks/block_contrasts.ts";
import { hayashiYoshida } from "../../../lib/stats/ticks/hayashi_yoshida.ts";
import { leadLag } from "../../../lib/stats/ticks/lead_lag.ts";
import { RollingHayashiYoshida } from "../../../lib/stats/ticks/rolling_hayashi_yoshida.ts";
import { RollingLeadLag } from "../../../lib/stats/ticks/rolling_lead_lag.ts";
import { TickWindow } from "../../../lib/stats/ticks/tick_window.ts";
import { farthest } from "../closeness.ts";
import { normals } from "../../pairs/synthetic.ts";

interface Tick {
  readonly side: 1 | 2;
  readonly time: number;
  readonly price: number;
}

/** Ticks in order of time, several at one moment on either side, some without a price. */
const streams = fc.array(
  fc.record({
    side: fc.constantFrom(1 as const, 2 as const),
    gap: fc.constantFrom(0, 0, 1, 1, 2, 3, 7, 30),
    price: fc.oneof(
      { weight: 9, arbitrary: fc.integer({ min: -50, max: 50 }) },
      { weight: 1, arbitrary: fc.constant(NaN) },
    ),
  }),
  { maxLength: 60, size: "max" },
).map((rows): Tick[] => {
  let time = 1_000;
  return rows.map(({ side, gap, price }) => ({ side, time: time += gap, price }));
});

/** Both sides' ticks of the window that ends with the last of these. */
function inWindow(ticks: readonly Tick[], windowMs: number) {
  const now = ticks.at(-1)!.time;
  const side = (which: 1 | 2) =>
    ticks.filter((tick) => tick.side === which && tick.time > now - windowMs);
  const [a, b] = [side(1), side(2)];
  return [
    a.map((t) => t.time),
    a.map((t) => t.price),
    b.map((t) => t.time),
    b.map((t) => t.price),
  ] as const;
}

function push(into: RollingHayashiYoshida | RollingLeadLag, { side, time, price }: Tick): void {
  if (side === 1) into.pushFirst(time, price);
  else into.pushSecond(time, price);
}

Deno.test("RollingHayashiYoshida is hayashiYoshida of the window after every tick", () => {
  fc.assert(
    fc.property(streams, fc.integer({ min: 1, max: 60 }), (ticks, windowMs) => {
      const rolling = new RollingHayashiYoshida({ windowMs });
      ticks.forEach((tick, i) => {
        const { side, time, price } = tick;
        const peeked = side === 1
          ? rolling.peekFirst(time, price)
          : rolling.peekSecond(time, price);
        push(rolling, tick);
        const { value } = rolling;
        const batch = hayashiYoshida(...inWindow(ticks.slice(0, i + 1), windowMs));
        // Prices are whole numbers, so every sum is exact, in whatever order.
        assert.deepEqual(value, batch);
        assert.deepEqual(peeked, batch, "peek says what the push then does");
        assert.deepEqual(rolling.value, batch, "reading changes nothing");
      });
    }),
    { numRuns: 300 },
  );
});

Deno.test("RollingHayashiYoshida forgets a wild print as soon as it has left", () => {
  const normal = normals(9), random = seededRandom(9);
  const ticks: Tick[] = [];
  let level = 7, time = 0;
  for (let i = 0; i < 3_000; i++) {
    level += 1e-4 * normal();
    const price = i === 1_000 ? 1e9 : level + 1e-5 * normal();
    ticks.push({ side: random() < 0.5 ? 1 : 2, time: time += Math.ceil(50 * random()), price });
  }
  const rolling = new RollingHayashiYoshida({ windowMs: 5_000 });
  ticks.forEach((tick) => push(rolling, tick));
  const { cov, rv1, rv2, corr } = rolling.value;
  const batch = hayashiYoshida(...inWindow(ticks, 5_000));
  assert.ok(
    farthest([cov, rv1, rv2, corr], [batch.cov, batch.rv1, batch.rv2, batch.corr], 0) < 1e-12,
  );
  assert.ok(rolling.n1 + rolling.n2 < 400);
});

/** Sides that move together, the second `leadMs` later, each seen at its own moments. */
function pairOfTicks(count: number, leadMs: number, seed: number): Tick[] {
  const normal = normals(seed), random = seededRandom(seed);
  const path = Float64Array.from({ length: count * 12 }, () => 0);
  for (let ms = 1; ms < path.length; ms++) path[ms] = path[ms - 1]! + normal();
  const ticks: Tick[] = [];
  for (let time = leadMs; time < path.length && ticks.length < count; time++) {
    if (random() < 0.1) ticks.push({ side: 1, time, price: path[time]! + 0.3 * normal() });
    if (random() < 0.1) ticks.push({ side: 2, time, price: path[time - leadMs]! + 0.3 * normal() });
  }
  return ticks;
}

Deno.test("RollingLeadLag is leadLag of the window, read seldom or often, and finds the lead", () => {
  const ticks = pairOfTicks(6_000, 40, 21);
  const lagsMs = Float64Array.from({ length: 41 }, (_, i) => 10 * (i - 20));
  const often = new RollingLeadLag({ windowMs: 8_000, lagsMs });
  const seldom = new RollingLeadLag({ windowMs: 8_000, lagsMs });
  let compared = 0;
  ticks.forEach((tick, i) => {
    push(often, tick);
    push(seldom, tick);
    if (i % 37 !== 0) return;
    const { contrast, correlations, lagMs, ratio, verdict } = often.value;
    if (i % (37 * 15) !== 0) return;
    const batch = leadLag(...inWindow(ticks.slice(0, i + 1), 8_000), { lagsMs });
    const unit = batch.contrast.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    assert.ok(farthest(contrast, batch.contrast, unit) < 1e-12);
    assert.ok(farthest(seldom.value.contrast, contrast, unit) < 1e-12);
    assert.ok(farthest(correlations, batch.correlations, 1) < 1e-12);
    assert.ok(Object.is(ratio, batch.ratio) || Math.abs(ratio / batch.ratio - 1) < 1e-9);
    assert.deepEqual([lagMs, verdict], [batch.lagMs, batch.verdict]);
    compared++;
  });
  assert.ok(compared > 9);
  assert.equal(often.value.lagMs, 40);
  const tested = often.tested({ replications: 39 });
  assert.deepEqual(
    [tested.verdict, tested.band!.replications],
    ["first leads", 39],
  );
  const blurred = new RollingLeadLag({ windowMs: 8_000, lagsMs, clockUncertaintyMs: 50 });
  ticks.forEach((tick) => push(blurred, tick));
  assert.equal(blurred.tested({ replications: 39 }).verdict, "not resolvable");
});

Deno.test("RollingLeadLag equals leadLag of the window after every tick, ties and gaps included", () => {
  const lags = fc.array(fc.integer({ min: -70, max: 70 }), {
    minLength: 1,
    maxLength: 6,
    size: "max",
  });
  fc.assert(
    fc.property(streams, fc.integer({ min: 1, max: 90 }), lags, (ticks, windowMs, lagsMs) => {
      const rolling = new RollingLeadLag({ windowMs, lagsMs });
      ticks.forEach((tick, i) => {
        push(rolling, tick);
        assert.deepEqual(
          rolling.value,
          leadLag(...inWindow(ticks.slice(0, i + 1), windowMs), { lagsMs }),
        );
      });
    }),
    { numRuns: 150 },
  );
});

Deno.test("BlockContrasts keeps whole blocks and changes nothing by it", () => {
  const lags = fc.array(fc.integer({ min: -40, max: 40 }), {
    minLength: 1,
    maxLength: 4,
    size: "max",
  });
  const size = fc.integer({ min: 1, max: 5 });
  fc.assert(
    fc.property(
      streams,
      fc.integer({ min: 5, max: 90 }),
      lags,
      size,
      (ticks, windowMs, lagsMs, size) => {
        const blocks = new BlockContrasts(lagsMs, size);
        const sides = { 1: new TickWindow(), 2: new TickWindow() };
        ticks.forEach(({ side, time, price }, i) => {
          for (const each of [1, 2] as const) sides[each].dropUntil(time - windowMs);
          if (!Number.isNaN(price)) sides[side].push(time, price);
          const first = { ...sides[1].view(), first: sides[1].first };
          const contrast = blocks.read(first, sides[2].view(), time);
          const batch = leadLag(...inWindow(ticks.slice(0, i + 1), windowMs), { lagsMs });
          assert.deepEqual(contrast, batch.contrast);
          assert.ok(blocks.length <= Math.ceil(sides[1].length / size), "memory is the window's");
        });
      },
    ),
    { numRuns: 200 },
  );
});

Deno.test("TickWindow holds no more than a few times the ticks in the window", () => {
  const window = new TickWindow();
  for (let tick = 0; tick < 100_000; tick++) {
    window.push(tick, tick);
    window.dropUntil(tick - 1_000);
  }
  const { time, price } = window.view();
  assert.equal(time.length, 1_000);
  assert.deepEqual([time[0], price.at(-1), window.first], [99_000, 99_999, 99_000]);
  assert.ok(time.buffer.byteLength <= 8 * 4_096);
});

Deno.test("RollingHayashiYoshida and RollingLeadLag name what is wrong", () => {
  const none = undefined as unknown as { windowMs: number };
  for (const Rolling of [RollingHayashiYoshida, RollingLeadLag]) {
    assert.throws(() => new Rolling(none), /windowMs must be above 0, got undefined/);
    assert.throws(() => new Rolling({ windowMs: 0 }), RangeError);
    const rolling = new Rolling({ windowMs: 10 });
    rolling.pushFirst(5, 1);
    assert.throws(() => rolling.pushSecond(4, 1), /time must not go back, got 4 after 5/);
    assert.throws(() => rolling.pushFirst(NaN, 1), RangeError);
    assert.equal(rolling.n1, 1);
  }
  assert.throws(() => new RollingLeadLag({ windowMs: 10, lagsMs: [] }), RangeError);
  assert.throws(() => new RollingLeadLag({ windowMs: 10, clockUncertaintyMs: -1 }), RangeError);
});
