import assert from "node:assert/strict";
import { rebar } from "../../lib/bars/rebar.ts";
import { parseConfig } from "../../lib/feeds/config.ts";
import { openMarket } from "../../lib/market/open_market.ts";
import { HOUR, MINUTE, SECOND } from "../../lib/model/time.ts";
import { BAR_TIMEFRAMES, type BarTimeframe } from "../../lib/model/timeframe.ts";
import { exportMarket } from "../../lib/market/market_export.ts";
import { priceChart } from "../../lib/notebook/panels/price_chart.ts";
import { tradingView } from "../../lib/notebook/panels/trading_view.ts";
import { systemFiles } from "../../lib/runtime/files.ts";

Deno.test("market.bars has every timeframe of bars, and refuses any other by name", async () => {
  const config = parseConfig({ overrides: { clock: { speed: 30 }, data: { backfillHours: 60 } } });
  await using market = await openMarket({}, { config });
  const until = Date.now() + 30_000;
  while (!market.isBackfilled("ES") || !market.isBackfilled("BTCUSDT") || closedSeconds() < 90) {
    assert.ok(Date.now() < until, "history and 90 seconds of trades should be in by now");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  function closedSeconds(): number {
    return market.bars("BTCUSDT", { timeframe: "1s" }).length;
  }

  const minutes = market.bars("BTCUSDT");
  const fourHours = market.bars("BTCUSDT", { timeframe: "4h" });
  const expected = rebar(minutes, { stepMs: 4 * HOUR });
  assert.ok(fourHours.length >= 13, `${fourHours.length} bars of 4h`);
  for (const bar of fourHours.slice(1)) {
    const row = expected.openTime.indexOf(bar.openTime);
    for (const name of ["open", "high", "low", "close"] as const) {
      assert.equal(bar[name], expected[name][row], name);
    }
  }

  const sessions = market.bars("ES", { timeframe: "1d" });
  assert.ok(sessions.length >= 1);
  for (const { openTime } of sessions) {
    assert.equal(new Date(openTime).getUTCHours(), 23, "a winter session opens at 17:00 Chicago");
  }
  const days = market.bars("BTCUSDT", { timeframe: "1d" });
  assert.ok(days.length >= 1);
  for (const { openTime } of days) assert.equal(openTime % (24 * HOUR), 0);

  const seconds = market.bars("BTCUSDT", { timeframe: "1s" });
  assert.ok(seconds.every(({ openTime, closed }) => openTime % SECOND === 0 && closed));
  const bySecond = rebar(seconds, { stepMs: MINUTE, barMs: SECOND });
  const whole = minutes.filter(({ openTime }) =>
    openTime > seconds[0]!.openTime && openTime + MINUTE < seconds.at(-1)!.openTime
  );
  for (const minute of whole) {
    const row = bySecond.openTime.indexOf(minute.openTime);
    for (const name of ["open", "high", "low", "close"] as const) {
      assert.equal(bySecond[name][row], minute[name], name);
    }
    assert.ok(Math.abs(bySecond.volume[row]! - minute.volume) < 1e-8);
  }
  assert.ok(whole.length > 0, "a whole minute of seconds");

  const cut = market.bars("BTCUSDT", { timeframe: "1d", daysOf: "ES" });
  assert.deepEqual(cut.map((bar) => bar.openTime), sessions.map((bar) => bar.openTime));
  for (const timeframe of BAR_TIMEFRAMES) {
    const panel = priceChart(market, { instruments: ["BTCUSDT", "ES"], timeframe, lastBars: 120 });
    const { text, html } = await panel.draw("chart");
    assert.match(text, /BTC.* bars from /, timeframe);
    const svg = atob(/base64,([^"]+)"/.exec(html)![1]!);
    assert.ok(svg.includes(`${timeframe} bars, times in UTC`), timeframe);
    const feed = await tradingView(market, { timeframe, lastBars: 120 }).draw("view");
    assert.ok(feed.html.length < 60_000, `${timeframe} feed of ${feed.html.length} bytes`);
  }
  const written = new Map<string, string>();
  const files = {
    ...systemFiles,
    writeText: (path: string, text: string) => Promise.resolve(void written.set(path, text)),
  };
  await exportMarket(market, "out", { files, events: [], timeframes: ["1s", "4h", "1d"] });
  const rowsOf = (name: string) => written.get(`out/${name}`)!.trim().split("\n").length - 1;
  assert.equal(rowsOf("bars_BTCUSDT_4h.csv"), fourHours.length);
  assert.equal(rowsOf("bars_ES_1d.csv"), sessions.length);
  assert.ok(rowsOf("bars_BTCUSDT_1s.csv") >= seconds.length);
  const bad = exportMarket(market, "out", {
    files,
    events: [],
    timeframes: ["3h" as BarTimeframe],
  });
  await assert.rejects(bad, /timeframe must be one of/);
  assert.throws(
    () => market.bars("ES", { timeframe: "2m" as BarTimeframe }),
    /timeframe must be one of 1s, 1m, 5m, 15m, 1h, 4h, 1d, got 2m/,
  );
});
