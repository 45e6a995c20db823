import assert from "node:assert/strict";
import { parseHTML } from "linkedom";
import {
  performanceTable,
  strategySentence,
  surfaceSentence,
  tradesTable,
} from "../../../lib/charts/strategy_text.ts";
import { surfaceTable } from "../../../lib/charts/strategy_surface_table.ts";
import { strategyFiles } from "../../../lib/charts/strategy_csv.ts";
import { LIGHT } from "../../../lib/charts/theme.ts";
import { openMarket } from "../../../lib/market/open_market.ts";
import { pairChart } from "../../../lib/notebook/panels/pair_chart.ts";
import { until } from "../../support/simulated_market.ts";
import { backtestPanel } from "../../../lib/notebook/panels/backtest_panel.ts";
import { backtestSettings } from "../../../lib/notebook/panels/backtest_settings.ts";
import { mixedMoney } from "../../../lib/notebook/panels/mixed_money.ts";
import { MinuteStatus } from "../../../lib/model/minute_grid.ts";
import { pairStrategyStudy } from "../../../lib/pairs/studies/pair_strategy.ts";
import { studyScope } from "../../../lib/sync/studies/study_scope.ts";
import { tiedMarket } from "../../support/tied_pair.ts";
import { normals } from "../../pairs/synthetic.ts";
import { coin, coinScope, gridOf } from "../../pairs/studies/coin_sides.ts";

const QUERY = { timeframe: "5m", days: 7, hours: "all" } as const;
const IDS = ["AVAXUSDT", "SOLUSDT"];
const sides = { y: coin(IDS[0]!), x: coin(IDS[1]!) };
const names = { labels: ["AVAX/USDT", "SOL/USDT"], money: "USDT" };

Deno.test("a backtest is shown with its costs, its luck and its trades", async () => {
  const { market, closePair } = tiedMarket();
  const options = {
    pair: "ETHUSDT/BTCUSDT",
    timeframe: "1m",
    days: 1,
    windows: [20, 30],
    entries: [1, 2],
    train: 60,
    test: 30,
    feeBp: 0.5,
    slippageBp: 0,
  } as const;
  try {
    for (let minute = 0; minute < 60; minute++) await closePair(minute);
    const early = await backtestPanel(market, options).draw("a");
    assert.match(early.text, /Too little data yet: .* are \d+ bars; there are 60\./);
    for (let minute = 60; minute < 280; minute++) await closePair(minute);
    const { text, html } = await backtestPanel(market, options).draw("a");
    assert.match(text, /traded on its past, SIMULATED/);
    assert.match(
      text,
      /Of 4 settings tried, the best of the last 60 bars was used for the next 30/,
    );
    assert.match(text, /won [\d.,]+ USDT in 0\.\d days: \+[\d.,]+ by prices, less [\d.]+ of fees/);
    assert.match(text, /By hindsight the best by Sharpe ratio is window \d+ with entry \d/);
    assert.match(text, /280 of 280 bars of both sides/);
    assert.match(html, /<img alt="[^"]*money won out of sample/);
    assert.match(html, /Out of sample, after costs/);
    assert.match(html, /window 20/);
    assert.doesNotMatch(html, /NaN|Infinity|undefined/);
    // No setting earns such fees, so none is used: nothing to draw a curve of.
    const idle = await backtestPanel(market, { ...options, feeBp: 300 }).draw("b");
    assert.match(idle.text, /would not have been traded\. No setting had earned its costs/);
    assert.match(idle.html, /No trades out of sample/);
    assert.doesNotMatch(idle.html, /<img|Out of sample, after costs/);
    assert.match(idle.html, /window 20/);
  } finally {
    await market.close();
  }
});

Deno.test("options that cannot be are refused by name", async () => {
  const { market } = tiedMarket();
  const pair = "ETHUSDT/BTCUSDT";
  const refused: [object, RegExp][] = [
    [{ windws: [20] }, /windws; did you mean windows/],
    [{ windows: [] }, /windows must be a list of at least one number/],
    [{ windows: [2] }, /windows must be a whole number of at least 5, got 2/],
    [{ entries: [0.4] }, /exit < enter/],
    [{ stop: 2 }, /enter < stop/],
    [{ feeBp: -1 }, /feeBp.y .*-1/],
    [{ lots: [1, 0] }, /lots.x .*0/],
    [{ fundingBp: NaN }, /fundingBp.y must be finite or null, got NaN/],
    [{ train: 5 }, /train must be a whole number of at least 20, got 5/],
    [{ gross: 0 }, /gross .*0/],
    [{ timeframe: "4h" }, /timeframe of backtestPanel must be one of 1m, 5m, 15m, 1h, got 4h/],
    [{ windows: Array(101).fill(20), entries: [1, 2, 3, 4] }, /at most 400, got 404/],
  ];
  try {
    for (const [options, message] of refused) {
      assert.throws(() => backtestPanel(market, { pair, ...options }), message);
    }
  } finally {
    await market.close();
  }
});

Deno.test("a planted pair earns before costs, and the words say what the costs left", () => {
  const result = pairStrategyStudy.run(coinScope(7, IDS, QUERY), backtestSettings({}, sides));
  assert.ok(result.kind === "found");
  const { found } = result, { summary, surface } = found;
  assert.ok(summary.gross > 0 && summary.fees > 0 && summary.slippage > 0);
  assert.match(
    strategySentence(found, names),
    /^Of 25 settings tried, the best of the last 288 bars was used for the next 96, 16 times over/,
  );
  assert.match(
    surfaceSentence(surface, found),
    /among the worse half of all on the other in \d+ % of the cases/,
  );
  const rows = performanceTable(found, names).rows.map((row) => row[0]);
  for (const row of ["net", "gross", "fees", "slippage", "funding", "capacity", "turnover"]) {
    assert.ok(rows.includes(row), row);
  }
  assert.equal(tradesTable(found, names).rows.length, summary.trades);
  const { document } = parseHTML(`<body>${strategyFiles(found)}</body>`);
  const files = [...document.querySelectorAll<HTMLElement>("[data-csv]")].map(({ dataset }) => ({
    name: dataset.csvName,
    rows: dataset.csv!.trim().split("\r\n").map((line) => line.split(",")),
  }));
  assert.deepEqual(files.map(({ name }) => name), [
    "performance",
    "trades",
    "surface",
    "equity",
  ]);
  const [figures, traded, tried, worth] = files.map(({ rows }) => rows.slice(1));
  assert.equal(Number(figures!.find(([name]) => name === "net")![1]), summary.net);
  assert.equal(traded!.length, summary.trades);
  assert.equal(Number(traded![0]!.at(-1)), found.trades[0]!.net);
  assert.equal(tried!.length, 25);
  assert.equal(worth!.length, found.equity.length);
  const html = surfaceTable(found, LIGHT);
  assert.equal(html.match(/<td/g)!.length, 25);
  assert.match(html, /title="window 24, entry 1: −[\d,]+ net, /);
  // Five entries fill the 354 px that a phone gives them.
  assert.match(html, /width:clamp\(350px,100%,462px\)/);
});

Deno.test("where many settings earn alike, it is said that their order is luck and their earning is not", () => {
  const result = pairStrategyStudy.run(coinScope(7, IDS, QUERY), backtestSettings({}, sides));
  assert.ok(result.kind === "found");
  const { found } = result, { surface } = found;
  const said = (probability: number, probabilityOfLoss: number) => {
    const overfitting = { ...surface.overfitting!, probability, probabilityOfLoss };
    return surfaceSentence({ ...surface, overfitting }, found);
  };
  const alike = /Which setting is best is luck here, as many earn alike/;
  assert.match(said(0.34, 0.02), alike);
  for (const [probability, loss] of [[0.34, 0.06], [0.19, 0.02], [0.6, 0.4]] as const) {
    assert.doesNotMatch(said(probability, loss), alike);
  }
});

Deno.test("what was not traded says why, and a future has its own lots and money", () => {
  const dear = backtestSettings({ feeBp: 500 }, sides);
  const idle = pairStrategyStudy.run(coinScope(7, IDS, QUERY), dear);
  assert.ok(idle.kind === "found" && idle.found.summary.trades === 0);
  assert.match(strategySentence(idle.found, names), /No setting had earned its costs/);
  const coarse = backtestSettings({ lots: [1e6, 1e6] }, sides);
  const none = pairStrategyStudy.run(coinScope(7, IDS, QUERY), coarse);
  assert.ok(none.kind === "found");
  assert.match(strategySentence(none.found, names), /No setting had earned its costs/);
  const future = { ...sides.y, id: "ES", kind: "future", currency: "USD" } as const;
  const { lots, gross } = backtestSettings({}, { y: future, x: sides.x }).terms;
  assert.deepEqual([lots, gross], [{ y: 50, x: 0.01 }, 1_000_000]);
});

Deno.test("two currencies traded as one are named", () => {
  const dollars = { ...sides.x, id: "SOL-USD@kraken", currency: "USD" };
  assert.equal(
    mixedMoney({ y: sides.y, x: dollars }),
    "AVAXUSDT is priced in USDT and SOL-USD@kraken in USD: one is taken for the other, " +
      "and what their rate of exchange does is not counted",
  );
  assert.equal(mixedMoney(sides), "");
});

Deno.test("panels of a pair in two currencies say so, those of one do not", async () => {
  await using market = await openMarket({ source: "simulated", data: { backfillHours: 6 } });
  await until(() => ["BTCUSDT", "ES", "NQ"].every((id) => market.isBackfilled(id)), 30_000, "bars");
  const backtest = { timeframe: "1m", days: 1, windows: [20], train: 60, test: 30 } as const;
  for (const make of [pairChart, backtestPanel]) {
    const extra = make === backtestPanel ? backtest : { timeframe: "1m" } as const;
    const mixed = await make(market, { ...extra, pair: "BTCUSDT/ES" }).draw("m");
    assert.match(mixed.html, /BTCUSDT is priced in USDT and ES in USD/, make.name);
    const alike = await make(market, { ...extra, pair: "NQ/ES" }).draw("a");
    assert.doesNotMatch(alike.html, /is priced in/, make.name);
  }
});

Deno.test("bars before a roll are left out, and those of a gap trade nothing", () => {
  const next = normals(3), logs = new Float64Array(1_440);
  logs.forEach((_, row) => logs[row] = (logs[row - 1] ?? 5) + 1e-3 * next());
  const a = gridOf(logs.map(Math.exp));
  const b = gridOf(logs.map((value) => Math.exp(value + 1e-3 * next())));
  a.status.fill(MinuteStatus.Absent, 700, 720);
  b.contract.fill(2, 400);
  const query = { timeframe: "1m", days: 1, hours: "all" } as const;
  const scope = studyScope([a, b].map((grid, i) => ({ instrument: coin(`C${i}`), grid })), query);
  const settings = backtestSettings({ windows: [20], train: 60, test: 30, feeBp: 0 }, sides);
  const result = pairStrategyStudy.run(scope, settings);
  assert.ok(result.kind === "found");
  assert.deepEqual(result.evidence.excluded, { cut: 0, closed: 0, roll: 400, gap: 20 });
  assert.equal(result.evidence.n, 1_440 - 400 - 20);
  const start = a.start;
  for (const { entryTime, exitTime } of result.found.trades) {
    for (const time of [entryTime, exitTime]) {
      const minute = (time - start) / 60_000;
      assert.ok(Number.isNaN(minute) || minute >= 400 && !(minute >= 700 && minute < 720));
    }
  }
});
