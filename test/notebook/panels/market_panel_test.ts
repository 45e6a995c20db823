import assert from "node:assert/strict";
import { marketReport, MarketReporter } from "../../../lib/market/market_report.ts";
import * as panels from "../../../lib/notebook/panels/mod.ts";
import { marketPanel } from "../../../lib/notebook/panels/market_panel.ts";
import { BITCOIN, ES, ETHER, fakeMarket } from "../../support/fake_market.ts";

async function streamed(minutes = 40) {
  const fake = fakeMarket([BITCOIN, ES]);
  for (let minute = 0; minute < minutes; minute++) await fake.close(minute);
  return fake;
}

Deno.test("panels without a choice of their own show what is followed at the time", async () => {
  const { market, feeds, close } = await streamed();
  const ticker = panels.ticker(market), table = panels.formingTable(market);
  const summary = panels.marketSummary(market), strip = panels.coverageChart(market);
  const correlations = panels.correlationTable(market);
  let changes = 0;
  const stop = ticker.subscribe(() => changes++);
  market.follow("ETHUSDT");
  assert.equal(changes, 1, "it is drawn anew at once");
  for (let minute = 0; minute < 40; minute++) feeds.get("binance")!.bar("ETHUSDT", minute);
  await close(40);
  for (const panel of [ticker, table, summary, strip, correlations]) {
    assert.match((await panel.draw("id")).text, /ETH\/USDT/);
  }
  assert.equal(ticker.freshness().word, "live");
  market.unfollow("ES");
  for (const panel of [ticker, table, summary, strip]) {
    assert.doesNotMatch((await panel.draw("id")).text, /\bES\b/);
  }
  assert.doesNotMatch((await correlations.draw("id")).text, /USDT\/ES/);
  assert.deepEqual([ticker.freshness().isStale, ticker.freshness().trouble], [false, undefined]);
  stop();
  await market.close();
});

Deno.test("a panel of instruments that are not followed any more keeps what can be drawn, and says what is gone", async () => {
  const { market } = await streamed();
  const chart = panels.priceChart(market, { instruments: ["BTCUSDT", "ES"] });
  const pair = panels.correlationTable(market, { pair: "BTCUSDT/ES" });
  const strip = panels.measuresStrip(market);
  const late = panels.correlationChart(market);
  const before = await pair.draw("id");
  assert.match((await chart.draw("id")).text, /\bES\b/);
  market.unfollow("ES");
  assert.doesNotMatch((await chart.draw("id")).text, /\bES\b/);
  const gone = 'ES: not followed any more; market.follow("ES") brings it back.';
  assert.deepEqual([chart.freshness().isStale, chart.freshness().trouble], [false, gone]);
  assert.equal(await pair.draw("id"), before, "the last picture stays");
  const { isStale, word, trouble } = pair.freshness();
  assert.deepEqual([isStale, word, trouble], [true, "stale", gone]);
  assert.equal((await strip.draw("id")).text, gone, "one that was never drawn says why");
  assert.equal((await late.draw("id")).text, gone);
  market.follow("ES");
  assert.equal(pair.freshness().trouble, undefined);
  await market.close();
});

Deno.test("a market of which nothing is followed any more is waiting, and no panel fails", async () => {
  const { market, close } = await streamed(3);
  const all = [
    panels.ticker(market),
    panels.connectionTable(market),
    panels.marketSummary(market),
    panels.reportTable(market),
    panels.coverageTable(market),
    panels.flagsTable(market),
    panels.journalTable(market),
    panels.formingTable(market),
  ];
  market.unfollow("ES");
  market.unfollow("BTCUSDT");
  await close(3);
  for (const panel of all) {
    assert.equal(typeof (await panel.draw("id")).text, "string");
    assert.equal(panel.freshness().word, "waiting");
    assert.ok(Number.isNaN(panel.freshness().dataTime));
  }
  await market.close();
});

Deno.test("MarketReporter follows the instruments that come and go", async () => {
  const { market, feeds, close } = await streamed();
  const reporter = new MarketReporter(market);
  const ids = () => reporter.report().instruments.map(({ instrument }) => instrument);
  assert.deepEqual(ids(), ["BTCUSDT", "ES"]);
  market.unfollow("ES");
  market.follow("ETHUSDT");
  for (let minute = 0; minute < 40; minute++) feeds.get("binance")!.bar("ETHUSDT", minute);
  await close(40);
  assert.deepEqual(ids(), ["BTCUSDT", "ETHUSDT"]);
  assert.deepEqual(reporter.report(), marketReport(market));
  await market.close();
});

Deno.test("marketPanel refuses an instrument that the market never had", async () => {
  const { market } = fakeMarket([BITCOIN, ETHER]);
  const draw = () => ({ html: "", text: "" });
  assert.throws(() => marketPanel(market, { instruments: ["ES"], draw }), /got ES/);
  await market.close();
});

Deno.test("a pair or an instrument that is not followed says in one line what to add where", async () => {
  const { market } = await streamed(2);
  const said = (make: () => unknown) => {
    try {
      make();
    } catch (error) {
      assert.ok(error instanceof Error);
      assert.equal(error.stack, `${error.name}: ${error.message}`, "no frames of the library");
      return error.message;
    }
    return "nothing was thrown";
  };
  const pair = said(() => panels.correlationTable(market, { pair: "ETHUSDT/NQ" }));
  assert.match(pair, /^instruments must be of BTCUSDT, ES, got ETHUSDT, NQ\. ETHUSDT is not/);
  assert.match(pair, /add "ETHUSDT" to binance\.symbols where the market is opened and run that/);
  assert.match(pair, /NQ is followed by no venue of this market/);
  market.unfollow("ES");
  const future = said(() => panels.ticker(market, { instruments: ["ES"] }));
  assert.match(
    future,
    /add \{ symbol: "ES", exchange: "CME" \} to ibkr\.futures .* market\.follow/,
  );
  market.follow("ES");
  assert.doesNotMatch(pair, /\n/);
  const chart = said(() => panels.tradingView(market, { instruments: ["ES", "nothing"] }));
  assert.match(chart, /nothing is followed by no venue of this market/);
  const turned = said(() => panels.windowExplorer(market, { pair: "ES/BTCUSDT" }));
  assert.match(turned, /^pair must be one of BTCUSDT\/ES; got ES\/BTCUSDT$/);
  await market.close();
});

Deno.test("a panel refuses options that it does not have, and says which it may be", async () => {
  const { market } = await streamed(2);
  const wrong: readonly (readonly [keyof typeof panels, string, RegExp])[] = [
    [
      "correlationChart",
      "lookBack",
      /options of correlationChart .*got lookBack; did you mean lookBackMs\?/,
    ],
    ["tradingView", "intruments", /did you mean instruments\?/],
    ["priceChart", "candles", /options of priceChart must be of instruments, .*got candles$/],
    ["ticker", "pair", /ticker/],
    ["windowExplorer", "windows", /did you mean window\?/],
    ["measuresStrip", "instruments", /measuresStrip/],
    ["coverageChart", "widht", /did you mean width\?/],
    ["alignedTable", "row", /did you mean rows\?/],
    ["formingTable", "rows", /formingTable/],
    ["flagsTable", "last", /flagsTable/],
    ["journalTable", "lines", /journalTable/],
    ["correlationTable", "window", /did you mean windows\?/],
  ];
  for (const [name, option, message] of wrong) {
    const make = panels[name] as (of: unknown, options: object) => unknown;
    assert.throws(() => make(market, { [option]: 1 }), { name: "TypeError", message }, name);
  }
  await market.close();
});

Deno.test("a panel is drawn anew for corrected minutes of what it rests on, not of others", async () => {
  const { market, feeds, clock, close } = await streamed();
  market.follow("ETHUSDT");
  for (let minute = 0; minute <= 40; minute++) feeds.get("binance")!.bar("ETHUSDT", minute);
  await close(40);
  await close(41);
  const chart = panels.tradingView(market, { instruments: ["BTCUSDT", "ES"] });
  const draws = { chart: 0, all: 0 };
  const stops = [
    chart.subscribe(() => draws.chart++),
    panels.correlationTable(market).subscribe(() => draws.all++),
  ];
  await close(42);
  assert.deepEqual(draws, { chart: 1, all: 1 }, "each new minute is shown once");
  draws.chart = draws.all = 0;
  // The next minute is there already when one before it is corrected, as those of delayed indices are.
  feeds.get("binance")!.bar("BTCUSDT", 43);
  feeds.get("binance")!.bar("ETHUSDT", 30, { close: 1_002.5, high: 1_010, low: 990, revision: 1 });
  await clock.advance(2_000);
  assert.ok(draws.all > 0, "the newest minute was made again");
  assert.equal(draws.chart, 0);
  feeds.get("binance")!.bar("BTCUSDT", 30, { close: 1_002.5, high: 1_010, low: 990, revision: 1 });
  await clock.advance(2_000);
  assert.ok(draws.chart > 0, "what it shows was corrected");
  for (const stop of stops) stop();
  await market.close();
});
