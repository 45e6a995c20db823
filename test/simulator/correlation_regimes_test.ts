import assert from "node:assert/strict";
import fc from "fast-check";
import { DAY, MINUTE } from "../../lib/model/time.ts";
import { CorrelationRegimes, REGIME_LEVELS } from "../../lib/simulator/correlation_regimes.ts";

const FROM = Date.UTC(2025, 11, 1);

Deno.test("CorrelationRegimes gives one regime for each time, the same by at and between", () => {
  fc.assert(fc.property(fc.integer(), fc.nat({ max: 20 * 1_440 }), (seed, minute) => {
    const time = FROM + minute * MINUTE;
    const asked = new CorrelationRegimes({ seed, from: FROM }).at(time);
    const [cut] = new CorrelationRegimes({ seed, from: FROM }).between(time, time + 1);
    assert.ok(asked.from <= time && time < asked.to);
    assert.equal(cut?.level, asked.level);
    assert.ok(REGIME_LEVELS.includes(asked.level));
    assert.equal(asked.from % MINUTE, 0);
  }));
});

Deno.test("CorrelationRegimes covers a stretch without holes, cut to it", () => {
  const regimes = new CorrelationRegimes({ seed: 1, from: FROM });
  const found = regimes.between(FROM + DAY, FROM + 9 * DAY);
  assert.equal(found[0]?.from, FROM + DAY);
  assert.equal(found.at(-1)?.to, FROM + 9 * DAY);
  for (let i = 1; i < found.length; i++) assert.equal(found[i]!.from, found[i - 1]!.to);
  assert.equal(new Set(found.map(({ level }) => level)).size, REGIME_LEVELS.length);
  assert.throws(() => regimes.between(FROM, Infinity), /to must be finite/);
});
