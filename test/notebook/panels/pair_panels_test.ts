import assert from "node:assert/strict";
import { entries } from "../../../lib/charts/pair_text.ts";
import { pairTestsSentence, pairTestsTable } from "../../../lib/charts/pair_tests_table.ts";
import { basisChart } from "../../../lib/notebook/panels/basis_chart.ts";
import { hedgeScatter } from "../../../lib/notebook/panels/hedge_scatter.ts";
import { pairChart } from "../../../lib/notebook/panels/pair_chart.ts";
import { pairTests } from "../../../lib/notebook/panels/pair_tests.ts";
import { pairTests as testPair } from "../../../lib/pairs/pair_tests.ts";
import { BITCOIN, fakeMarket } from "../../support/fake_market.ts";
import { tiedMarket } from "../../support/tied_pair.ts";

const LABELS = { y: "A", x: "B" };
const PAIR = { pair: "ETHUSDT/BTCUSDT", window: 60, testWindow: 120 } as const;

Deno.test("the panels of a pair show its line, slopes and tests with what they rest on", async () => {
  const { market, closePair } = tiedMarket();
  try {
    assert.match((await pairChart(market, PAIR).draw("a")).text, /No bar that both sides have yet/);
    for (let minute = 0; minute < 150; minute++) {
      await closePair(minute, minute === 5 ? ["ETHUSDT"] : []);
    }
    const chartPanel = pairChart(market, { ...PAIR, lastBars: 150 });
    const chart = await chartPanel.draw("a");
    assert.match(chart.text, /ETH.* hedged by 1\.[23]\d\d of BTC/);
    assert.match(chart.text, /149 of 150 bars of 1m .* all hours/);
    assert.match(chart.text, /1 in gaps · SIMULATED data/);
    const still = chartPanel.parts!.find(({ name }) => name === "still")!.draw("a")!;
    assert.match(still.html, /<img alt="[^"]*z went beyond ±2, \d+ times in 109 bars/);

    const scatter = await hedgeScatter(market, PAIR).draw("b");
    for (const name of ["least squares", "total", "Huber", "Theil–Sen", "Kalman filter"]) {
      assert.match(
        scatter.text,
        new RegExp(`${name}.* 1\\.\\d{3} \\(\\d\\.\\d{3} to \\d\\.\\d{3}\\)`),
      );
    }
    assert.match(scatter.text, /120 of 120 bars/);
    assert.match(scatter.html, /data-csv-name="slopes" data-csv="line,beta,.*\nols,1\.[23]/);

    const tests = await pairTests(market, PAIR).draw("c");
    assert.match(tests.text, /^Cointegrated at 5 % by Engle–Granger in both directions/m);
    assert.match(tests.html, /Each p is of one test/);
    assert.match(tests.html, /Not known: it takes 180 rows of both sides, there are 120/);
  } finally {
    await market.close();
  }
});

Deno.test("a pair panel that is kept draws again at each bar and after its tests, and lets go", async () => {
  const { market, closePair, clock } = tiedMarket();
  try {
    await closePair(0);
    let changes = 0;
    const panel = pairTests(market, PAIR);
    const stop = panel.subscribe(() => changes++);
    await closePair(1);
    assert.ok(changes > 0);
    stop();
    const before = changes;
    await clock.advance(100_000);
    await closePair(2);
    assert.equal(changes, before);
  } finally {
    await market.close();
  }
});

Deno.test("a sentence claims no more than its test", () => {
  const walk = (seed: number) => {
    let level = 0, state = seed;
    return Float64Array.from({ length: 400 }, () => {
      state = (state * 48_271) % 2_147_483_647;
      return level += state / 2_147_483_647 - 0.5;
    });
  };
  const rows = { y: walk(7), x: walk(1_234_567), from: 0, to: 400, expected: 400 };
  const unrelated = testPair(rows);
  assert.ok(unrelated.tests.engleGranger.pvalue > 0.05);
  assert.match(pairTestsSentence(unrelated, LABELS), /^No cointegration is shown|by Johansen, not/);
  const table = pairTestsTable(unrelated, LABELS, 1);
  assert.match(table.rows[0]![1]!, /no cointegration is shown/);
  assert.doesNotMatch(table.rows.flat().join(" "), /NaN|Infinity|undefined/);
  const short = testPair({ ...rows, y: walk(7).slice(0, 30), x: walk(3).slice(0, 30) });
  assert.ok(Number.isNaN(short.tests.adf.pvalue) && Number.isNaN(short.hedges[0]!.beta) === false);
  assert.match(
    pairTestsSentence(short, LABELS),
    /It takes 60 rows without a gap, there are 30 of 400/,
  );
});

Deno.test("an excursion of z counts once until it was within the exit band again", () => {
  const z = Float64Array.of(0, 2.1, 1, 2.5, 0.4, -2.2, NaN, -3, 0.1, 2);
  assert.deepEqual(entries(z, 2, 0.5).map(({ row, side }) => [row, side]), [[1, 1], [5, -1], [
    9,
    1,
  ]]);
});

Deno.test("the basis is in per cent of the second price, and of one asset alone", async () => {
  const futures = { ...BITCOIN, id: "BTCUSDT@usdm" };
  const { market, feeds, close } = fakeMarket([BITCOIN, futures]);
  try {
    const feed = feeds.get("binance")!;
    for (let minute = 0; minute < 30; minute++) {
      for (const [id, close] of [["BTCUSDT", 1_000], ["BTCUSDT@usdm", 1_002.5]] as const) {
        feed.bar(id, minute, { open: close, high: close, low: close, close });
      }
      await close(minute, ["BTCUSDT", "BTCUSDT@usdm"]);
    }
    const { text, html } = await basisChart(market, { lastBars: 20 }).draw("a");
    assert.match(text, /is 0\.25 % above/);
    assert.match(text, /over 20 bars the mean was \+0\.25 %/);
    assert.doesNotMatch(html, /NaN/);
  } finally {
    await market.close();
  }
  const { market: other } = tiedMarket();
  try {
    const none = await basisChart(other).draw("a");
    assert.match(none.text, /one coin at two venues; followed are .*ETHUSDT/);
    assert.throws(
      () => basisChart(other, { pair: "ETHUSDT/BTCUSDT" }),
      /one asset twice, got ETH and BTC/,
    );
    assert.throws(() => pairChart(other, { exit: 3 }), /enter must be above exit/);
    assert.throws(() => pairTests(other, { windw: 3 } as object), /windw/);
  } finally {
    await other.close();
  }
});
