import assert from "node:assert/strict";
import { parseHTML } from "linkedom";
import { unpackBars } from "../../lib/charts/packed_bars.ts";
import { DARK, LIGHT } from "../../lib/charts/theme.ts";
import {
  type FormingPacket,
  tradingViewFeed,
  type TradingViewFeedOptions,
  tradingViewForming,
  tradingViewMount,
  type TradingViewPacket,
  type TradingViewSetting,
  unpackForming,
} from "../../lib/charts/trading_view.ts";
import { MINUTE } from "../../lib/model/time.ts";
import { barAt } from "../support/bars.ts";

const START = Date.UTC(2025, 11, 1, 14, 30);
const SPITEFUL = `"><script>alert(1)</script>'&amp;\u2028`;

function attribute<Value>(html: string, tag: string, name: string): Value {
  const found = parseHTML(`<body>${html}</body>`).document.querySelector(tag)!;
  return JSON.parse(found.getAttribute(name)!);
}

function feed(change: Partial<TradingViewFeedOptions> = {}): string {
  const bars = Array.from({ length: 3 }, (_, i) => barAt(START + i * MINUTE, 6_012.25 + i));
  return tradingViewFeed({
    id: "pair",
    sequence: 7,
    updatedAt: START + 3 * MINUTE,
    series: [{ id: "ES", bars }],
    ...change,
  });
}

Deno.test("tradingViewMount carries its setting and shows the fallback inside", () => {
  const series = [{ id: "ES", label: SPITEFUL, source: "simulated" as const, decimals: 2 }];
  const html = tradingViewMount({
    id: SPITEFUL,
    series,
    theme: LIGHT,
    fallbackHtml: '<img alt="candles">',
  });
  const setting = attribute<TradingViewSetting>(html, "comove-trading-view", "data-setting");
  assert.deepEqual(setting, { series, height: 300, theme: LIGHT, timeframes: [] });
  const { document } = parseHTML(`<body>${html}</body>`);
  const mounted = document.querySelector("comove-trading-view")!;
  assert.equal(mounted.getAttribute("data-id"), SPITEFUL);
  assert.equal(mounted.querySelector("img")?.getAttribute("alt"), "candles");
  assert.doesNotMatch(html, /<script/);
  assert.doesNotMatch(/data-(setting|packet)='[^']*'/.exec(html)![0], /\u2028/);
});

Deno.test("tradingViewMount refuses no series, a repeated one, and a height too small to read", () => {
  const one = { id: "ES", label: "ES", source: "live" as const, decimals: 2 };
  assert.throws(() => tradingViewMount({ id: "x", series: [] }), /series must name at least one/);
  assert.throws(
    () => tradingViewMount({ id: "x", series: [one, one] }),
    /differ in id, got ES, ES/,
  );
  assert.throws(() => tradingViewMount({ id: "x", series: [one], height: 60 }), /at least 120 px/);
});

Deno.test("tradingViewFeed brings the bars exactly, with breaks, rolls and the data's source", () => {
  const bars = [barAt(START, 6_012.25, { source: "delayed" }), barAt(START + 3 * MINUTE, 6_013)];
  const breaks = [{ from: START + MINUTE, to: START + 3 * MINUTE, kind: "gap" as const }];
  const html = feed({ series: [{ id: "ES", bars, breaks, rolls: [START] }] });
  const packet = attribute<TradingViewPacket>(html, "comove-feed", "data-packet");
  assert.deepEqual([packet.sequence, packet.updatedAt], [7, START + 3 * MINUTE]);
  const [series] = packet.series;
  assert.deepEqual([series!.id, series!.source, series!.breaks], ["ES", "simulated", breaks]);
  assert.deepEqual(series!.rolls, [START]);
  assert.deepEqual(
    unpackBars(series!.bars),
    bars.map(({ openTime, open, high, low, close, volume }) => ({
      openTime,
      open,
      high,
      low,
      close,
      volume,
    })),
  );
});

Deno.test("tradingViewFeed says the last closes, the time and the source in plain text", () => {
  const text = (html: string) => html.replace(/<[^>]*>/g, "");
  assert.equal(text(feed()), "ES 6,014.25 · updated 2025-12-01 14:33:00 UTC · simulated data");
  const bitcoin = { id: "BTCUSDT", bars: [barAt(START, 65_012.1, { source: "live" })] };
  const future = { id: "ES", bars: [barAt(START, 6_012, { source: "delayed" })] };
  assert.equal(
    text(feed({ series: [bitcoin, future] })),
    "BTCUSDT 65,012.1 · ES 6,012 · updated 2025-12-01 14:33:00 UTC · live and delayed data",
  );
  assert.equal(
    text(feed({ series: [{ id: "ES", bars: [] }] })),
    "ES has no bars yet · updated 2025-12-01 14:33:00 UTC",
  );
});

Deno.test("tradingViewFeed is safe in HTML whatever the instrument is called", () => {
  const html = feed({ id: SPITEFUL, series: [{ id: SPITEFUL, bars: [] }] });
  assert.doesNotMatch(html, /<script/);
  assert.doesNotMatch(/data-(setting|packet)='[^']*'/.exec(html)![0], /\u2028/);
  const packet = attribute<TradingViewPacket>(html, "comove-feed", "data-packet");
  assert.equal(packet.series[0]!.id, SPITEFUL);
  const { document } = parseHTML(`<body>${html}</body>`);
  assert.equal(document.querySelector("comove-feed")!.getAttribute("data-id"), SPITEFUL);
});

Deno.test("tradingViewFeed keeps two times 500 bars under 60 kB", () => {
  // Prices and volumes as wild as venues have them: eight digits each.
  let state = 1;
  const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  const bars = Array.from({ length: 500 }, (_, i) => {
    const close = Math.round((65_000 + random() * 500) * 100) / 100;
    return barAt(START + i * MINUTE, close, { volume: random() * 1_000 });
  });
  const html = feed({ series: [{ id: "BTCUSDT", bars }, { id: "ES", bars }], theme: DARK });
  assert.ok(html.length > 10_000 && html.length < 60_000, `${html.length} bytes`);
});

Deno.test("tradingViewFeed says of a price that is not of now why, and up to when it is known", () => {
  const bars = [barAt(START, 6_012.25)];
  const remark = { word: "stale", time: START + MINUTE, isFault: true };
  const html = feed({ series: [{ id: "ES", bars, remark }] });
  assert.match(html, /ES 6,012\.25 \(stale, to \d\d:\d\d:00 UTC\) · updated/);
  const { series: [es] } = attribute<TradingViewPacket>(html, "comove-feed", "data-packet");
  assert.match(es!.remark!.text, /^stale, to \d\d:\d\d:00 UTC$/);
  assert.equal(es!.remark!.isFault, true);
  const fresh = attribute<TradingViewPacket>(
    feed({ series: [{ id: "ES", bars }] }),
    "comove-feed",
    "data-packet",
  );
  assert.equal(fresh.series[0]!.remark, undefined);
});

Deno.test("tradingViewForming brings the candles of three markets exactly, in at most 300 bytes with the minutes before them", () => {
  const candle = (change: object, price = 96_513.58) =>
    barAt(START, price, { closed: false, ...change });
  const wild = { open: 96_513.58, high: 96_721.23, low: 96_382.41, close: 96_409.3 };
  const bars = [
    { id: "BTCUSDT", bar: candle({ ...wild, volume: 27.0495 }) },
    { id: "ES", bar: candle({ open: 5_840, high: 5_840.75, low: 5_838.25, close: 5_838.75 }) },
    { id: "NQ", bar: candle({ open: 20_896, high: 20_900.25, low: 20_889, close: 20_891.5 }) },
  ];
  const html = tradingViewForming("markets-l18bax-4", bars, 14_209);
  assert.ok(html.length <= 210, `${html.length} bytes: ${html}`);
  const before = bars.flatMap(({ id, bar }) => [
    { id, bar: { ...bar, openTime: START - MINUTE, closed: true } },
    { id, bar },
  ]);
  const both = tradingViewForming("markets-l18bax-4", before, 14_209);
  assert.ok(both.length <= 300, `${both.length} bytes: ${both}`);
  const found = unpackForming(attribute<FormingPacket>(html, "comove-feed", "data-packet"));
  const asPage = ({ openTime, open, high, low, close, volume }: typeof bars[0]["bar"]) => ({
    openTime,
    open,
    high,
    low,
    close,
    volume,
  });
  assert.deepEqual(
    found,
    bars.map(({ id, bar }) => ({ id, isClosed: false, bar: asPage(bar) })),
  );
});

Deno.test("tradingViewForming brings closed minutes before the one in the making, and volumes that are unknown", () => {
  const bars = [
    { id: "A", bar: barAt(START, 0.00001234, { volume: NaN }) },
    { id: "A", bar: barAt(START + MINUTE, 0.00001236, { closed: false, volume: 0 }) },
    { id: "B", bar: barAt(START - 3 * MINUTE, -37.63) },
  ];
  const html = tradingViewForming("x", bars, 1);
  const found = unpackForming(attribute<FormingPacket>(html, "comove-feed", "data-packet"));
  assert.deepEqual(
    found.map(({ id, isClosed, bar }) => [id, isClosed, bar.openTime, bar.close, bar.volume]),
    bars.map(({ id, bar }) => [id, bar.closed, bar.openTime, bar.close, bar.volume]),
  );
  const none = attribute<FormingPacket>(
    tradingViewForming("x", [], 2),
    "comove-feed",
    "data-packet",
  );
  assert.deepEqual([none, unpackForming(none)], [[2, null], []]);
});
