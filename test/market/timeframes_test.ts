import assert from "node:assert/strict";
import { rebar } from "../../lib/bars/rebar.ts";
import { parseConfig } from "../../lib/feeds/config.ts";
import { openMarket } from "../../lib/market/open_market.ts";
import { HOUR, MINUTE, SECOND } from "../../lib/model/time.ts";
import { BAR_TIMEFRAMES, type BarTimeframe } from "../../lib/model/timeframe.ts";
import { exportMarket } from "../../lib/market/market_export.ts";
import { correlationChart } from "../../lib/notebook/panels/correlation_chart.ts";
import { correlationTable } from "../../lib/notebook/panels/correlation_table.ts";
import { priceChart } from "../../lib/notebook/panels/price_chart.ts";
import { tradingView } from "../../lib/notebook/panels/trading_view.ts";
import { systemFiles } from "../../lib/runtime/files.ts";
import type { Pieces } from "../../lib/runtime/whole_file.ts";

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
  const utcDays = market.bars("BTCUSDT", { timeframe: "1d" });
  assert.ok(utcDays.length >= 1);
  for (const { openTime } of utcDays) assert.equal(openTime % (24 * HOUR), 0);

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
  const pair = "BTCUSDT/ES";
  const days = market.correlationSeries({ pair, timeframe: "1d", window: 4, minPeriods: 1 });
  // The first session both touch is not whole.
  const wholeDays = [...days.openTime].slice(-sessions.length);
  assert.deepEqual(wholeDays, sessions.map(({ openTime }) => openTime));
  assert.ok([...days.endTime].every((time, i) => time - days.openTime[i]! === 23 * HOUR));
  for (const [timeframe, window] of [["4h", 42], ["1d", 20]] as const) {
    const [asked] = market.correlation({ pair, timeframe });
    assert.equal(asked!.window, window, timeframe);
    assert.match(asked!.estimate.method, new RegExp(`^Pearson of ${timeframe} log returns`));
  }
  const long = { pair, timeframes: ["1h", "4h", "1d"] as const, windows: { "4h": 6, "1d": 4 } };
  const { text: chartText } = await correlationChart(market, long).draw("days");
  assert.match(chartText, /4h over 6 returns/);
  assert.match(chartText, /1d over 4 returns/);
  const { text: tableText } = await correlationTable(market, { pair, windows: long.windows })
    .draw("table");
  assert.match(tableText, /4h[^]*1d/);
  const unknown = { timeframes: ["2h" as "1h"] };
  assert.throws(() => correlationChart(market, unknown), /must be one of 1m, .*, 1d, got 2h/);
  const odd = { windows: { "2h": 9 } as object };
  assert.throws(() => correlationTable(market, odd), /must be one of 1m, .*, 1d, got 2h/);
  const ofSeconds = { pair, timeframe: "1s" as "1m" };
  assert.throws(() => market.correlation(ofSeconds), /must be one of 1m, .*, 1d, got 1s/);

  const written = new Map<string, string>();
  const files = {
    ...systemFiles,
    writeText: (path: string, text: string) => Promise.resolve(void written.set(path, text)),
    writePieces: async (path: string, pieces: Pieces) =>
      void written.set(path, await new Response(ReadableStream.from(pieces)).text()),
  };
  await exportMarket(market, "out", { files, events: [], timeframes: ["1s", "4h", "1d"] });
  const rowsOf = (name: string) => written.get(`out/${name}`)!.trim().split("\n").length - 1;
  assert.equal(rowsOf("bars_BTCUSDT_4h.csv"), fourHours.length);
  assert.equal(rowsOf("bars_ES_1d.csv"), sessions.length);
  assert.ok(rowsOf("bars_BTCUSDT_1s.csv") >= seconds.length);
  const correlated = written.get("out/correlation.csv")!.split("\n").filter((row) =>
    row.includes(`,${pair},1d,20,`)
  );
  assert.deepEqual(correlated.map((row) => Number(row.split(",")[0])), [...days.openTime]);
  assert.match(written.get("out/correlation_full.csv")!, /BTCUSDT\/ES,4h,/);
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
