import assert from "node:assert/strict";
import { parseHTML } from "linkedom";
import { unpackMinutes } from "../../lib/charts/packed_minutes.ts";
import { DARK } from "../../lib/charts/theme.ts";
import {
  type WindowPacket,
  type WindowSetting,
  windowViewFeed,
  windowViewMount,
  type WindowViewOptions,
} from "../../lib/charts/window_view.ts";
import { MINUTE } from "../../lib/model/time.ts";
import { correlate } from "../../lib/sync/pair_correlation.ts";
import { type Cell, gridOf, MONDAY } from "../sync/grids.ts";

function walk(seed: number, minutes: number): Cell[] {
  let state = seed, price = 6_000;
  const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  return Array.from({ length: minutes }, () => {
    price = Math.round((price + (random() - 0.5) * 10) * 4) / 4;
    return random() < 0.01 ? "." : price;
  });
}

const GRIDS = { a: gridOf(walk(11, 3_000)), b: gridOf(walk(12, 3_000)) };

function options(change: Partial<WindowViewOptions> = {}): WindowViewOptions {
  return {
    id: "window",
    pair: "BTCUSDT/ES",
    source: "simulated",
    series: { a: { label: "BTCUSDT", grid: GRIDS.a }, b: { label: "ES", grid: GRIDS.b } },
    ...change,
  };
}

/** A view with its data, as a cell holds them. */
function windowView(given: WindowViewOptions): string {
  return windowViewMount(given) + windowViewFeed(given);
}

function attribute<Value>(html: string, tag: string, name: string): Value {
  const found = parseHTML(`<body>${html}</body>`).document.querySelector(tag)!;
  return JSON.parse(found.getAttribute(name)!);
}

Deno.test("windowViewFeed gives the page what it needs to find the very same correlation", () => {
  const packet = attribute<WindowPacket>(windowView(options()), "comove-feed", "data-packet");
  const [a, b] = [packet.a, packet.b].map(({ minutes }) => unpackMinutes(minutes));
  assert.deepEqual([a!.length, a!.start], [1_440, MONDAY + (3_000 - 1_440) * MINUTE]);
  for (const timeframe of ["1m", "5m", "15m"] as const) {
    const inPage = correlate(a!, b!, { timeframe, window: 60 });
    const inKernel = correlate(GRIDS.a, GRIDS.b, { timeframe, window: 60 });
    assert.ok(inPage.length > 90 && !Number.isNaN(inPage.r.at(-1)));
    // The first windows of the page begin later; beyond them every row is equal but for rounding.
    for (const row of [1, 2, 10, 30]) {
      assert.equal(inPage.openTime.at(-row), inKernel.openTime.at(-row));
      assert.ok(Math.abs(inPage.r.at(-row)! - inKernel.r.at(-row)!) < 1e-12, `${timeframe} ${row}`);
      assert.equal(inPage.n.at(-row), inKernel.n.at(-row));
    }
  }
});

Deno.test("windowViewFeed states the newest correlation where scripts do not run", () => {
  const html = windowView(
    options({ fallbackHtml: "<img>", initial: { timeframe: "5m", window: 50 } }),
  );
  const { r, lo, hi, n, expected } = correlate(GRIDS.a, GRIDS.b, { timeframe: "5m", window: 50 });
  const two = (value: number) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;
  const text = html.replace(/<[^>]*>/g, "");
  assert.equal(
    text,
    `BTCUSDT/ES: r ${two(r.at(-1)!)}, 95 % interval ${two(lo.at(-1)!)} to ${two(hi.at(-1)!)}, ` +
      `${n.at(-1)} of ${expected.at(-1)} returns · 2026-01-28 02:00:00 UTC · simulated data`,
  );
  assert.match(html, /<comove-window-view [^>]*><img><\/comove-window-view>/);
});

Deno.test("windowViewFeed looks at nothing after `to`", () => {
  const to = MONDAY + 2_000 * MINUTE;
  const html = windowViewFeed(options({ to }));
  assert.equal(attribute<WindowPacket>(html, "comove-feed", "data-packet").to, to);
  assert.match(html, /2026-01-27 09:20:00 UTC/);
});

Deno.test("windowViewMount carries the first choice, safely whatever the pair is called", () => {
  const pair = `"><script>alert(1)</script>'\u2029`;
  const html = windowViewMount(options({ pair, id: pair, initial: { timeframe: "15m", lag: -2 } }));
  assert.doesNotMatch(html, /<script/);
  assert.doesNotMatch(/data-setting='[^']*'/.exec(html)![0], /\u2029/);
  const setting = attribute<WindowSetting>(html, "comove-window-view", "data-setting");
  const initial = { timeframe: "15m", window: 32, lag: -2 };
  assert.deepEqual(setting, { pair, title: pair, initial, theme: DARK });
});

Deno.test("windowViewMount and windowViewFeed keep a day of two instruments under 60 kB", () => {
  const { length } = windowView(options());
  assert.ok(length > 5_000 && length < 60_000, `${length} bytes`);
});

Deno.test("windowViewMount refuses a first choice that is none", () => {
  assert.throws(() => windowView(options({ initial: { window: 3 } })), /initial.window .+ got 3/);
  assert.throws(() => windowView(options({ initial: { lag: 0.5 } })), /initial.lag .+ got 0.5/);
  const initial = { timeframe: "2m" as never, window: 10 };
  assert.throws(() => windowView(options({ initial })), /initial.timeframe .+ got 2m/);
});
