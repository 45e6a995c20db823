import assert from "node:assert/strict";
import { rehearse } from "../../lib/alerts/rehearse.ts";
import { parseRule } from "../../lib/alerts/rule.ts";
import { storedHistory } from "../../lib/alerts/stored_history.ts";
import { MINUTE } from "../../lib/model/time.ts";
import { openStore } from "../../lib/store/open_store.ts";
import { BITCOIN, ES, START } from "../support/fake_market.ts";

/** Closes of consecutive minutes as a batch; undefined: no bar. */
function barsOf(closes: readonly (number | undefined)[]) {
  const rows = closes.flatMap((close, i) => close === undefined ? [] : [{ close, i }]);
  const price = Float64Array.from(rows, ({ close }) => close);
  return {
    openTime: Float64Array.from(rows, ({ i }) => START + i * MINUTE),
    open: price,
    high: price,
    low: price,
    close: price,
    volume: price.map(() => 1),
    trades: price.map(() => NaN),
    vwap: price.map(() => NaN),
    revision: new Uint16Array(rows.length),
    source: rows.map(() => "simulated" as const),
  };
}

Deno.test("what is stored is rehearsed with its contract months, and what the venue has not with its reason", async () => {
  const store = await openStore({ kind: "memory", dataKind: "simulated" });
  const es = [100, 101, 102, 103, 104], coin = [1, 2, undefined, 4, 5];
  await store.write({
    instruments: [ES, BITCOIN],
    bars: [
      {
        instrument: "ES",
        stepMs: MINUTE,
        bars: barsOf(es),
        contract: es.map((_, i) => i < 3 ? "ESZ5" : "ESH6"),
      },
      { instrument: "BTCUSDT", stepMs: MINUTE, bars: barsOf(coin) },
    ],
    coverage: [{
      instrument: "BTCUSDT",
      stepMs: MINUTE,
      from: START + 2 * MINUTE,
      to: START + 3 * MINUTE,
      state: "closed",
      reason: "the venue has no bar",
    }],
  });
  const scope = { instruments: [ES, BITCOIN] };
  const rules = [
    parseRule({ name: "es", metric: "price", of: "ES", fire: "above 100" }, scope),
    parseRule(
      { name: "coin", metric: "price", of: "BTCUSDT", fire: "above 4", timeframe: "5m" },
      scope,
    ),
  ];
  const history = await storedHistory(store, [ES, BITCOIN, { ...BITCOIN, id: "ETHUSDT" }]);
  assert.deepEqual(history.map(({ instrument, source }) => [instrument.id, source]), [
    ["ES", "simulated"],
    ["BTCUSDT", "simulated"],
  ]);
  const { rules: [ofEs, ofCoin], bodies } = rehearse(rules, history);
  assert.deepEqual([...ofEs!.value], [100, 101, 102, NaN, 104]);
  assert.deepEqual(ofEs!.unknown, { roll: 1 });
  // The slot of five minutes is whole though one of them has no bar.
  assert.deepEqual([...ofCoin!.value].slice(3), [NaN, 5]);
  assert.deepEqual(bodies.map(({ rule, value }) => [rule, value]), [["es", 101], ["coin", 5]]);
  await store.close();
});
