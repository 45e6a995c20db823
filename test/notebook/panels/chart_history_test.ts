import assert from "node:assert/strict";
import type {
  HistoryPacket,
  RecentPacket,
  TradingViewPacket,
} from "../../../lib/charts/trading_view.ts";
import { unpackBars } from "../../../lib/charts/packed_bars.ts";
import { parseConfig } from "../../../lib/feeds/config.ts";
import { openMarket } from "../../../lib/market/open_market.ts";
import { DAY, HOUR, MINUTE } from "../../../lib/model/time.ts";
import { chartHistory, recentMinutes } from "../../../lib/notebook/panels/chart_history.ts";
import { tradingView } from "../../../lib/notebook/panels/trading_view.ts";
import { sleep, systemClock } from "../../../lib/runtime/clock.ts";
import { parseHTML } from "linkedom";

Deno.test("chartHistory brings a day of 1m, a week of 5m and all of 1h, once, in under 300 kB an instrument", async () => {
  const config = parseConfig({
    overrides: { source: "simulated", clock: { speed: 1 }, data: { backfillHours: 24 * 8 } },
  });
  await using market = await openMarket({}, { config });
  const ids = ["BTCUSDT", "ES"];
  for (let i = 0; i < 300 && !ids.every((id) => market.isBackfilled(id)); i++) {
    await sleep(systemClock, 100);
  }
  const part = chartHistory(market);
  const { html } = part.draw("chart", ids)!;
  assert.ok(html.length > 100_000 && html.length < 600_000, `${html.length} bytes`);
  const feed = parseHTML(`<body>${html}</body>`).document.querySelector("comove-feed")!;
  assert.equal(feed.getAttribute("data-id"), "chart:history");
  const { series } = JSON.parse(feed.getAttribute("data-packet")!) as HistoryPacket;
  const [bitcoin, future] = series;
  const reach = ["minutes", "fives", "hours"] as const;
  const spans = reach.map((name) => {
    const bars = unpackBars(bitcoin![name]);
    return bars.at(-1)!.openTime - bars[0]!.openTime;
  });
  assert.ok(Math.abs(spans[0]! - DAY) <= 2 * MINUTE, `1m: ${spans[0]! / HOUR} h`);
  assert.ok(Math.abs(spans[1]! - 7 * DAY) <= 10 * MINUTE, `5m: ${spans[1]! / HOUR} h`);
  assert.ok(spans[2]! >= 8 * DAY - 2 * HOUR, `1h: ${spans[2]! / HOUR} h`);
  assert.ok(
    future!.breaks.some(([from, to]) => to - from === HOUR),
    "the daily break of the future",
  );
  assert.equal(part.draw("chart", ids), undefined, "nothing has changed");
});

Deno.test("a chart of three markets is fed 7 kB a minute, which join on to the recent minutes and the history", async () => {
  const config = parseConfig({
    overrides: { source: "simulated", clock: { speed: 1 }, data: { backfillHours: 24 } },
  });
  await using market = await openMarket({}, { config });
  const ids = ["BTCUSDT", "ES", "NQ"];
  for (let i = 0; i < 300 && !ids.every((id) => market.isBackfilled(id)); i++) {
    await sleep(systemClock, 100);
  }
  const chart = tradingView(market, { instruments: ids });
  const packetOf = (html: string) =>
    JSON.parse(
      parseHTML(`<body>${html}</body>`).document.querySelector("comove-feed")!
        .getAttribute("data-packet")!,
    );
  const { html } = await chart.draw("chart");
  assert.ok(html.length < 7_000, `${html.length} bytes`);
  const feed: TradingViewPacket = packetOf(html);
  const part = recentMinutes(market);
  const recent: RecentPacket = packetOf(part.draw("chart", ids)!.html);
  const history: HistoryPacket = packetOf(chartHistory(market).draw("chart", ids)!.html);
  for (const [i, id] of ids.entries()) {
    const fed = unpackBars(feed.series[i]!.bars), before = unpackBars(recent.series[i]!.bars);
    assert.equal(fed.length, 40, id);
    assert.deepEqual(before.slice(-40), fed, id);
    assert.ok(before[0]!.openTime <= before.at(-1)!.openTime - 2 * HOUR, id);
    assert.ok(unpackBars(history.series[i]!.minutes).at(-1)!.openTime >= before[0]!.openTime, id);
    assert.ok(
      feed.series[i]!.marksFrom! < fed[0]!.openTime - 4 * HOUR,
      "breaks reach further back",
    );
  }
  assert.equal(part.draw("chart", ids), undefined, "nothing has changed");
});
