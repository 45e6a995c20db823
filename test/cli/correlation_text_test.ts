import assert from "node:assert/strict";
import { correlationText, CorrelationTexts } from "../../lib/cli/correlation_text.ts";
import type { PairCorrelation } from "../../lib/market/correlation_board.ts";

const evidence = {
  n: 58,
  expected: 60,
  from: 0,
  to: 0,
  method: "Pearson",
  source: "simulated",
} as const;

Deno.test("correlationText says value, interval, n of expected, time and source", () => {
  const rows: PairCorrelation[] = [
    {
      pair: "BTCUSDT/ES",
      timeframe: "1m",
      window: 60,
      estimate: { kind: "ok", value: 0.6249, ci: [0.44, 0.757], ...evidence },
    },
    {
      pair: "BTCUSDT/ES",
      timeframe: "5m",
      window: 48,
      estimate: { kind: "ok", value: -0.31, ci: [-0.55, -0.02], ...evidence },
    },
    {
      pair: "BTCUSDT/NQ",
      timeframe: "1m",
      window: 60,
      estimate: { kind: "insufficient", needed: 30, reason: "few", ...evidence, n: 12 },
    },
  ];
  const text = correlationText(rows, {
    openTime: Date.UTC(2025, 11, 1, 14, 34),
    source: "simulated",
  });
  assert.match(text, /2025-12-01 14:35:00 UTC, simulated data/);
  assert.match(text, /BTCUSDT\/ES +\+0\.62 \[\+0\.44, \+0\.76\] 58\/60/);
  assert.match(text, /−0\.31\*\[−0\.55, −0\.02\]/, "below 0.2 is marked");
  assert.match(text, /BTCUSDT\/NQ +insufficient 12\/60/);
  assert.match(text, /1m, 60 returns +5m, 48 returns/);
});

Deno.test("correlationText marks a pair whose data is lesser than the table's", () => {
  const rows: PairCorrelation[] = [{
    pair: "BTCUSDT/ES",
    timeframe: "1m",
    window: 60,
    estimate: { kind: "ok", value: 0.5, ci: [0.2, 0.7], ...evidence, source: "delayed" },
  }];
  assert.match(
    correlationText(rows, { openTime: 0, source: "live" }),
    /BTCUSDT\/ES \(delayed\) +\+0\.50/,
  );
});

Deno.test("tables one after the other are as those made alone, whatever changed in between", () => {
  const rowOf = (timeframe: "1m" | "5m", value: number): PairCorrelation => ({
    pair: "BTCUSDT/ES",
    timeframe,
    window: 60,
    estimate: { kind: "ok", value, ci: [value - 0.1, value + 0.1], ...evidence },
  });
  const slow = rowOf("5m", 0.5);
  const tables = [[rowOf("1m", 0.1), slow], [rowOf("1m", -0.7), slow], [slow], [
    rowOf("1m", 0.1),
    rowOf("5m", 0.25),
  ]];
  const texts = new CorrelationTexts();
  for (const [minute, rows] of tables.entries()) {
    const options = { openTime: minute * 60_000, source: "simulated" } as const;
    assert.equal(texts.next(rows, options), correlationText(rows, options));
  }
});
