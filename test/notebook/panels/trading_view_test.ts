import assert from "node:assert/strict";
import type { TradingViewSetting } from "../../../lib/charts/trading_view.ts";
import { parseConfig } from "../../../lib/feeds/config.ts";
import type { Market } from "../../../lib/market/market.ts";
import { openMarket } from "../../../lib/market/open_market.ts";
import { tradingView } from "../../../lib/notebook/panels/trading_view.ts";
import { fakeMarket } from "../../support/fake_market.ts";
import { parseHTML } from "linkedom";

const NONE = {} as Market;
const instruments = ["BTCUSDT", "ES"];

Deno.test("tradingView refuses misspelt options and values that are none, naming the rule", () => {
  const refused = (options: object, message: RegExp) =>
    assert.throws(() => tradingView(NONE, { instruments, ...options }), message);
  refused({ vwapp: true }, /options of tradingView must be of .*got vwapp; did you mean vwap\?/);
  refused({ mode: "overlay" }, /mode must be one of stacked, percent, axes, got overlay/);
  refused({ vwap: "yes" }, /vwap must be true or false, got yes/);
  refused({ obv: 1 }, /obv must be true or false, got 1/);
  refused({ volumeAverage: 1 }, /volumeAverage must be .*at least 2/);
  refused({ volumeAverage: 500 }, /volumeAverage must be at most 200, got 500/);
  refused({ ratio: ["ES"] }, /ratio must be two different instruments, got ES/);
  refused({ ratio: ["ES", "ES"] }, /ratio must be two different instruments, got ES,ES/);
});

Deno.test("tradingView brings what only the ratio needs, and gives it no chart", async () => {
  const config = parseConfig({
    overrides: { source: "simulated", clock: { speed: 1 }, data: { backfillHours: 1 } },
  });
  await using market = await openMarket({}, { config });
  const panel = tradingView(market, {
    instruments: ["BTCUSDT"],
    ratio: ["ES", "BTCUSDT"],
    mode: "axes",
    volumeAverage: 10,
  });
  const { html } = await panel.mount!("chart");
  const mounted = parseHTML(`<body>${html}</body>`).document.querySelector("comove-trading-view")!;
  const { series, overlay } = JSON.parse(
    mounted.getAttribute("data-setting")!,
  ) as TradingViewSetting;
  assert.deepEqual(series.map(({ id, isHidden }) => [id, isHidden]), [
    ["BTCUSDT", false],
    ["ES", true],
  ]);
  assert.deepEqual(overlay, {
    mode: "axes",
    vwap: true,
    obv: false,
    volumeAverage: 10,
    ratio: ["ES", "BTCUSDT"],
    hasRatio: true,
  });
});

Deno.test("tradingView is not made of nothing, so that it is made once something is followed", async () => {
  const { market } = fakeMarket([]);
  assert.throws(() => tradingView(market), /at least one, and nothing is followed/);
  market.follow("ETHUSDT");
  assert.ok(tradingView(market));
  await market.close();
});
