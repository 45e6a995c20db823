import assert from "node:assert/strict";
import { MinuteLedger } from "../../lib/bars/minute_ledger.ts";
import { measuresOf } from "../../lib/market/market_measures.ts";
import type { Estimate } from "../../lib/model/evidence.ts";
import type { Instrument } from "../../lib/model/instrument.ts";
import { MINUTE } from "../../lib/model/time.ts";
import { barAt } from "../support/bars.ts";

/** A Wednesday afternoon of New York's regular hours. */
const START = Date.UTC(2025, 11, 3, 15, 0);
const MINUTES = 120;

const instruments: Instrument[] = [
  { id: "BTCUSDT", venue: "binance", kind: "crypto", exchange: "spot", currency: "USDT" },
  { id: "ES", venue: "ibkr", kind: "future", exchange: "CME", currency: "USD" },
];

/** A market of two walks; the price of the last five minutes of BTC is raised by `jump` (a share). */
function marketOf(
  { jump = 0, lastVolume = 10, r = 0.8, skip = -1, start = START }: {
    jump?: number;
    lastVolume?: number;
    r?: number;
    skip?: number;
    start?: number;
  },
) {
  const ledgers = new Map(instruments.map(({ id }) => [id, new MinuteLedger(id, () => true)]));
  for (const [id, ledger] of ledgers) {
    ledger.start(start);
    for (let i = 0; i < MINUTES; i++) {
      if (id === "BTCUSDT" && i === skip) continue;
      const wave = 1 + 0.001 * Math.sin(i * 1.7) + (id === "ES" ? 0.0005 * Math.cos(i) : 0);
      const late = id === "BTCUSDT" && i === MINUTES - 1 ? 1 + jump : 1;
      const volume = i === MINUTES - 1 ? lastVolume : 10;
      ledger.offer({ ...barAt(start + i * MINUTE, 1_000 * wave * late), volume }, "stream");
    }
  }
  const estimate: Estimate = {
    ...{ kind: "ok", value: r, ci: [r - 0.1, r + 0.1], n: 60, expected: 60 },
    ...{ from: start, to: start + MINUTES * MINUTE, method: "Pearson", source: "simulated" },
  };
  const pairs = [{ a: "BTCUSDT", b: "ES", name: "BTCUSDT/ES" }];
  return {
    instruments,
    pairs,
    minuteGrid: (id: string) => ledgers.get(id)!.grid,
    correlation: () => [{ pair: "BTCUSDT/ES", timeframe: "1m" as const, window: 60, estimate }],
  };
}

Deno.test("measuresOf tells the newest minute that every instrument has", () => {
  assert.equal(measuresOf(marketOf({})).openTime, START + (MINUTES - 1) * MINUTE);
  assert.ok(Number.isNaN(measuresOf(marketOf({}), []).openTime));
});

Deno.test("measuresOf sees a jump of one side as a divergence, armed in regular hours", () => {
  const calm = measuresOf(marketOf({})).divergences[0]!.reading;
  const up = measuresOf(marketOf({ jump: 0.05 })).divergences[0]!.reading;
  assert.ok(Math.abs(calm.score) < 3 && up.score > 10, `${calm.score}, ${up.score}`);
  assert.equal(up.state, "armed");
  assert.match(up.label, /^DIV: \+\d+\.\dσ \(BTC>ES\)$/);
  assert.equal(measuresOf(marketOf({ jump: 0.05, r: 0.3 })).divergences[0]!.reading.state, "grey");
  const night = measuresOf(marketOf({ jump: 0.05, start: START - 12 * 60 * MINUTE }));
  assert.equal(night.divergences[0]!.reading.reason, "outside US regular hours");
});

Deno.test("measuresOf leaves unknown what a missing minute hides", () => {
  const { divergences } = measuresOf(marketOf({ jump: 0.05, skip: MINUTES - 3 }));
  assert.ok(Number.isNaN(divergences[0]!.reading.score));
  assert.equal(divergences[0]!.reading.state, "grey");
});

Deno.test("measuresOf compares the newest volume with its mean over 20 minutes", () => {
  const { instruments } = measuresOf(marketOf({ lastVolume: 200 }));
  for (const { volume } of instruments) {
    const mean = (19 * 10 + 200) / 20;
    assert.ok(Math.abs(volume.ratio - 200 / mean) < 1e-12);
    assert.ok(volume.isSpike);
  }
  for (const { volatility } of measuresOf(marketOf({})).instruments) {
    assert.ok(volatility.rv15 > 0 && Math.abs(volatility.ratio - 1) < 0.2);
  }
});
