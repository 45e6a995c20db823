import assert from "node:assert/strict";
import { parseConfig } from "../../../lib/feeds/config.ts";
import { openMarket } from "../../../lib/market/open_market.ts";
import { formatUtc, MINUTE } from "../../../lib/model/time.ts";
import { priceChart } from "../../../lib/notebook/panels/price_chart.ts";
import { priceText } from "../../../lib/charts/number_text.ts";
import { sleep, systemClock } from "../../../lib/runtime/clock.ts";

/** What a picture that is drawn each minute may take; two markets of 500 bars take 48.6 kB. */
const MOST_BYTES = 50_000;

Deno.test("priceChart shows closed bars alone and says up to when, for it cannot follow each price", async () => {
  const config = parseConfig({ overrides: { source: "simulated", clock: { speed: 60 } } });
  await using market = await openMarket({}, { config });
  const panel = priceChart(market, { instruments: ["BTCUSDT", "ES"] });
  assert.equal(panel.everyMs, undefined, "it is drawn with each minute, and not in between");
  const until = systemClock.monotonic() + 10_000;
  const closed = () => market.bars("BTCUSDT").at(-1)!;
  const moved = () => {
    const forming = market.forming("BTCUSDT");
    return forming !== undefined && Math.abs(forming.close - closed().close) > 1;
  };
  while (!moved() && systemClock.monotonic() < until) await sleep(systemClock, 5);
  assert.ok(moved(), "the minute in the making stands elsewhere by now");
  const { html, text } = await panel.draw("id");
  assert.ok(html.length <= MOST_BYTES, `${html.length} bytes`);
  const { close, openTime } = closed();
  const end = formatUtc(openTime + MINUTE);
  assert.ok(text.includes(`last price ${priceText(close, 2)} at ${end}`), text);
  assert.doesNotMatch(text, /forming/);
  const [, packed = ""] = /base64,([^"]+)/.exec(html) ?? [];
  const svg = new TextDecoder().decode(Uint8Array.fromBase64(packed));
  assert.ok(svg.includes(`closed ${end.slice(11)}`), "beside the bar in figures");
  assert.ok(svg.includes(`>at ${end.slice(11, 16)}<`), "below the price on the axis");
  assert.ok(svg.includes(`last update ${end}`));
  assert.doesNotMatch(svg, /forming/);
});
