/** Funding of a pair of perpetuals in its backtest: as it was paid, as given, and where it is not known. */
import assert from "node:assert/strict";
import { performanceTable, strategySentence } from "../../../lib/charts/strategy_text.ts";
import type { FundingPayment } from "../../../lib/model/funding.ts";
import { HOUR, MINUTE } from "../../../lib/model/time.ts";
import { backtestSettings } from "../../../lib/notebook/panels/backtest_settings.ts";
import { pairStrategyStudy } from "../../../lib/pairs/studies/pair_strategy.ts";
import { strategyScope } from "../../../lib/pairs/studies/strategy_scope.ts";
import { coin, coinScope, FROM } from "./coin_sides.ts";

const IDS = ["AVAXUSDT", "SOLUSDT"], QUERY = { timeframe: "5m", days: 7, hours: "all" } as const;
const perpetual = (id: string) => ({ ...coin(id), venue: "usdm", exchange: "usdm" });
const sides = { y: perpetual(IDS[0]!), x: perpetual(IDS[1]!) };
const names = { labels: ["AVAX", "SOL"], money: "USDT" };
const SCOPE = coinScope(7, IDS, QUERY);

/** Every eight hours, from the day before on. */
function paid(rateOf: (i: number) => number | null): FundingPayment[] {
  return Array.from({ length: 27 }, (_, i) => ({
    time: FROM + (i - 3) * 8 * HOUR,
    rate: rateOf(i),
    markPrice: null,
  }));
}

function scopeOf(...fundings: readonly (readonly FundingPayment[])[]) {
  return {
    ...SCOPE,
    sides: SCOPE.sides.map((side, i) => ({
      ...side,
      instrument: perpetual(side.instrument.id),
      fundings: fundings[i] ?? [],
    })),
  };
}

function traded(scope: typeof SCOPE, options: object = {}) {
  const settings = backtestSettings({ feeBp: 1, ...options }, sides);
  const result = pairStrategyStudy.run(scope, settings);
  assert.ok(result.kind === "found");
  return result.found;
}

Deno.test("what a venue paid every eight hours costs what the same rates given by hand cost", () => {
  const told = traded(scopeOf(paid(() => 2e-4), paid(() => -1e-4)));
  const given = traded(scopeOf(), { fundingBp: [2, -1] });
  assert.ok(told.trades.some(({ funding }) => funding !== 0));
  assert.deepEqual(told.trades, given.trades);
  assert.deepEqual(told.surface, given.surface);
  const free = traded(SCOPE);
  assert.notDeepEqual(told.surface.net, free.surface.net);
  assert.equal(free.summary.funding, 0);
});

Deno.test("each funding within a position pays by its own rate, by what was held into it", () => {
  const rates = (i: number) => 1e-4 * (i % 5 - 2);
  const { trades, terms } = traded(scopeOf(paid(rates), paid((i) => -rates(i))));
  const { rows } = strategyScope(scopeOf());
  let checked = 0;
  for (const { entryTime, exitTime, quantity, funding } of trades) {
    let due = 0;
    for (const [i, { time }] of paid(rates).entries()) {
      if (time <= entryTime || time > (exitTime || Infinity)) continue;
      const row = (time - rows.start) / rows.stepMs;
      if (row >= rows.length) continue;
      due += rates(i) * (quantity.y * rows.y.open[row]! - quantity.x * rows.x.open[row]!);
      checked++;
    }
    assert.ok(Math.abs(funding - due) < 1e-9 * terms.gross, `${funding} and ${due}`);
  }
  assert.ok(checked >= 3, `${checked} fundings`);
});

Deno.test("funding that is not known is counted and said, neither 0 nor the one before", () => {
  const whole = traded(scopeOf(paid(() => 2e-4), paid(() => 2e-4)));
  const holes = paid(() => 2e-4).filter((_, i) => i % 2 === 0);
  const some = traded(scopeOf(holes, paid((i) => i % 2 === 0 ? 2e-4 : null)));
  const none = traded(scopeOf());
  const { unknownFundings } = none.summary;
  assert.equal(whole.summary.unknownFundings, 0);
  assert.ok(some.summary.unknownFundings > 0 && some.summary.unknownFundings < unknownFundings);
  assert.equal(none.summary.funding, 0);
  assert.match(
    strategySentence(none, names),
    /Funding fell due \d+ times at a rate that is not known, and is not in it\.$/,
  );
  assert.doesNotMatch(strategySentence(whole, names), /not known/);
  const said = (found: typeof whole) =>
    performanceTable(found, names).rows.find(([name]) => name === "funding")![2];
  assert.equal(
    said(whole),
    "of AVAX as the venue says it was paid; of SOL as the venue says it was paid",
  );
  assert.match(`${said(none)}`, /; \d+ payments of it not known and not counted$/);
  const given = traded(scopeOf(), { fundingBp: [1, 0] });
  assert.equal(said(given), "1 bp each 8 h of AVAX, as given; 0 bp each 8 h of SOL, as given");
  assert.equal(given.summary.unknownFundings, 0);
  assert.equal(said(traded(SCOPE)), "neither is a perpetual");
});

Deno.test("rates that fall due later change no earlier trade, setting or equity", () => {
  const cut = FROM + 5 * 24 * HOUR;
  const rates = (later: number) => paid((i) => FROM + (i - 3) * 8 * HOUR >= cut ? later : 1e-4);
  const one = traded(scopeOf(rates(1e-4), rates(1e-4)));
  const other = traded(scopeOf(rates(0.05), rates(-0.05)));
  const before = ({ trades }: typeof one) => trades.filter(({ exitTime }) => exitTime < cut);
  assert.ok(before(one).length > 3);
  assert.deepEqual(before(other), before(one));
  one.time.forEach((time, row) => {
    if (time < cut - MINUTE) assert.equal(other.equity[row], one.equity[row]);
  });
});
