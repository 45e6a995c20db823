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
    assert.match((await panel.draw("id")).text, /ETHUSDT/);
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
