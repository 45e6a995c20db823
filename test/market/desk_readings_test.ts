import assert from "node:assert/strict";
import { leadOfPair } from "../../lib/market/lead_of_pair.ts";
import { vwapCrossesOf } from "../../lib/market/vwap_crosses_of.ts";
import type { Bar } from "../../lib/model/bar.ts";
import { MINUTE, SECOND } from "../../lib/model/time.ts";
import { seededRandom } from "../../lib/stats/seeded_random.ts";
import { BITCOIN, ES, START } from "../support/fake_market.ts";
import { gridOf } from "../sync/grids.ts";

/** One-second bars of an hour in which ES moves first by some seconds, or each on its own. */
function pairOf(lagSeconds: number | undefined, seed: number) {
  const random = seededRandom(seed);
  const gauss = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const shared = Array.from({ length: 3_700 }, gauss);
  const barsOf = (lag: number, isRelated: boolean) => {
    let price = 1_000;
    const bars: Bar[] = [];
    for (let i = 0; i < 3_600; i++) {
      price *= Math.exp(1e-4 * ((isRelated ? 0.8 * shared[i + 50 - lag]! : 0) + 0.6 * gauss()));
      const openTime = START + i * SECOND;
      bars.push({
        openTime,
        open: price,
        high: price,
        low: price,
        close: price,
        volume: 1,
        closed: true,
        revision: 0,
        source: "simulated",
      });
    }
    return bars;
  };
  const bars = new Map([
    ["BTCUSDT", barsOf(lagSeconds ?? 0, lagSeconds !== undefined)],
    ["ES", barsOf(0, lagSeconds !== undefined)],
  ]);
  return {
    instruments: [BITCOIN, ES],
    venueTime: START + 3_600 * SECOND,
    bars: (id: string, { from = -Infinity } = {}) =>
      bars.get(id)!.filter(({ openTime }) => openTime >= from),
  };
}

const PAIR = { a: "BTCUSDT", b: "ES" };

Deno.test("a planted lead is found with its size, and the arrow is its direction", () => {
  const es = leadOfPair(pairOf(5, 1), PAIR);
  assert.deepEqual([es.direction, es.lagMs], ["second", 5_000]);
  assert.match(es.label, /^→ ES leads 5 s \(95 %: \d/);
  const btc = leadOfPair(pairOf(-4, 2), PAIR);
  assert.match(btc.label, /^← BTC leads 4 s /);
});

Deno.test("what moves together is together, and unrelated markets have no leader", () => {
  assert.equal(leadOfPair(pairOf(0, 3), PAIR).label, "together");
  let named = 0;
  for (let seed = 10; seed < 30; seed++) {
    const { direction } = leadOfPair(pairOf(undefined, seed), PAIR);
    if (direction === "first" || direction === "second") named++;
  }
  assert.ok(named <= 3, `${named} of 20 unrelated markets have a leader`);
});

Deno.test("too few seconds say how many there are, and what brings them", () => {
  const market = { ...pairOf(0, 4), bars: () => [] };
  const { reason, direction } = leadOfPair(market, PAIR);
  assert.equal(direction, "unknown");
  assert.match(reason!, /BTC 0 and ES 0 seconds .* takes 300 \(data\.trades: true\)/);
});

Deno.test("a close across the session's VWAP on high volume is found at its minute", () => {
  const start = Date.UTC(2025, 11, 3, 15);
  const prices = Array.from({ length: 40 }, (_, i) => i < 39 ? 100 - i * 0.01 : 101);
  const calm = gridOf(prices, start);
  assert.deepEqual(vwapCrossesOf(BITCOIN, calm, start + 30 * MINUTE), []);
  const volume = calm.volume.map((_, i) => i === 39 ? 5 : 1);
  const [cross, ...more] = vwapCrossesOf(BITCOIN, { ...calm, volume }, start + 30 * MINUTE);
  assert.deepEqual(more, []);
  assert.deepEqual([cross!.openTime, cross!.direction], [start + 39 * MINUTE, "up"]);
  assert.ok(Math.abs(cross!.ratio - 5 / (24 / 20)) < 1e-12);
  assert.deepEqual(vwapCrossesOf(BITCOIN, { ...calm, volume }, start + 40 * MINUTE), []);
});
