import assert from "node:assert/strict";
import { historyMarket } from "../../../lib/alerts/history_market.ts";
import { JudgedMinute } from "../../../lib/alerts/judged_minute.ts";
import { relation } from "../../../lib/alerts/metrics/relation.ts";
import { MINUTE } from "../../../lib/model/time.ts";
import { pairBreak } from "../../../lib/pairs/pair_break.ts";
import { seededRandom } from "../../../lib/stats/seeded_random.ts";
import { BITCOIN, ETHER } from "../../support/fake_market.ts";
import { type Cell, gridOf, MONDAY } from "../../sync/grids.ts";

const ROWS = 700, BROKEN_AT = 500, MISSING = 350;
const query = {
  of: "ETHUSDT/BTCUSDT",
  ids: ["ETHUSDT", "BTCUSDT"],
  timeframe: "1m",
  horizon: 0,
} as const;

/** Two that are tied, and go their own ways from a row on; one minute of y is missing. */
function prices(): { y: Cell[]; x: Cell[] } {
  const random = seededRandom(5);
  const gauss = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  let level = 4, own = 0, spread = 0;
  const y: Cell[] = [], x: Cell[] = [];
  for (let row = 0; row < ROWS; row++) {
    level += 0.001 * gauss();
    spread = 0.9 * spread + 0.0005 * gauss();
    if (row >= BROKEN_AT) own += 0.001 * gauss();
    x.push(Math.exp(level));
    const tied = row < BROKEN_AT ? level : 4;
    y.push(row === MISSING ? "." : Math.exp(1 + tied + spread + own));
  }
  return { y, x };
}

Deno.test("relation is pairBreak's p of the newest bars, over a missing one too, and unknown while they are few", () => {
  const { y, x } = prices();
  const market = historyMarket([
    { instrument: ETHER, grid: gridOf(y), source: "simulated" },
    { instrument: BITCOIN, grid: gridOf(x), source: "simulated" },
  ]);
  const at = (row: number, window: number) =>
    relation.read({ ...query, window }, new JudgedMinute(market, MONDAY + row * MINUTE));
  const p = (from: number, to: number) => {
    const logs = (cells: Cell[]) => cells.slice(from, to).map((cell) => Math.log(Number(cell)));
    return pairBreak(logs(y), logs(x)).pvalue;
  };
  assert.deepEqual(at(299, 200), { kind: "known", value: p(100, 300), n: 200, expected: 200 });
  assert.deepEqual(at(100, 200), { kind: "unknown", reason: "insufficient n" });
  assert.equal(at(MISSING, 200).kind, "unknown");
  assert.deepEqual(at(MISSING + 60, 240), {
    kind: "known",
    value: p(MISSING - 179, MISSING + 61),
    n: 239,
    expected: 240,
  });
  const held = at(299, 200), broken = at(ROWS - 1, 349);
  assert.ok(held.kind === "known" && held.value > 0.001 && relation.meaning!(0.5) === undefined);
  assert.ok(broken.kind === "known" && broken.value < 0.001, JSON.stringify(broken));
  assert.match(relation.meaning!(broken.value)!, /no longer move together/);
});

Deno.test("relation is unknown from 61 missing bars on until 60 have come, and then knows what happened meanwhile", () => {
  const { y, x } = prices();
  const from = BROKEN_AT - 20, to = BROKEN_AT + 80;
  for (let row = from; row < to; row++) y[row] = ".";
  const market = historyMarket([
    { instrument: ETHER, grid: gridOf(y), source: "simulated" },
    { instrument: BITCOIN, grid: gridOf(x), source: "simulated" },
  ]);
  const at = (row: number) =>
    relation.read({ ...query, window: 480 }, new JudgedMinute(market, MONDAY + row * MINUTE));
  assert.equal(at(from - 1).kind, "known");
  assert.deepEqual([at(to), at(to + 58)].map(({ kind }) => kind), ["unknown", "unknown"]);
  const late = at(ROWS - 1);
  assert.ok(late.kind === "known" && late.value < 0.001, JSON.stringify(late));
});
