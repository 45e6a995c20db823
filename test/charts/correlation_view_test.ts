import assert from "node:assert/strict";
import { parseHTML } from "linkedom";
import type { CorrelationLine } from "../../lib/charts/correlation_figure.ts";
import {
  type CorrelationPacket,
  correlationViewFeed,
  correlationViewMount,
  unpackLine,
} from "../../lib/charts/correlation_view.ts";
import { MINUTE } from "../../lib/model/time.ts";

const START = Date.UTC(2025, 11, 3, 12);
const SPITEFUL = `"><script>alert(1)</script>'&`;

function lineOf(count: number): CorrelationLine {
  const values = (shift: number) =>
    Float64Array.from({ length: count }, (_, i) => i % 7 === 3 ? NaN : Math.sin(i / 9 + shift));
  return {
    timeframe: "1m",
    window: 60,
    endTime: Float64Array.from({ length: count }, (_, i) => START + (i + 1) * MINUTE),
    r: values(0),
    lo: values(-0.3),
    hi: values(0.3),
  };
}

function packetOf(html: string): CorrelationPacket {
  const feed = parseHTML(`<body>${html}</body>`).document.querySelector("comove-feed")!;
  return JSON.parse(feed.getAttribute("data-packet")!);
}

const OPTIONS = {
  id: "view",
  pair: "BTCUSDT/ES",
  source: "simulated",
  updatedAt: START + 40 * MINUTE,
} as const;

Deno.test("correlationViewFeed brings every value to three decimals, at the time at which it was known", () => {
  const line = lineOf(40);
  const packet = packetOf(correlationViewFeed({ ...OPTIONS, lines: [line] }));
  const shown = unpackLine(packet.lines[0]!);
  assert.deepEqual([shown.timeframe, shown.window], ["1m", 60]);
  for (const name of ["r", "lo", "hi"] as const) {
    line[name].forEach((value, row) => {
      const own = shown[name][row]!;
      assert.ok(Number.isNaN(value) ? Number.isNaN(own) : Math.abs(own - value) <= 5.001e-4);
    });
  }
  assert.deepEqual([shown.time[0], shown.time[39]], [START + MINUTE, START + 40 * MINUTE]);
});

Deno.test("correlationViewFeed says the newest values where scripts do not run, and what is not of now", () => {
  const remark = { word: "ES stale", time: START + 20 * MINUTE, isFault: true };
  const html = correlationViewFeed({ ...OPTIONS, lines: [lineOf(2)], remark });
  assert.match(
    html,
    />BTCUSDT\/ES: 1m \(60\) r \+0\.11 · ES stale, to 12:20:00 UTC · 2025-12-03 12:40:00 UTC · simulated data</,
  );
  assert.equal(packetOf(html).remark!.isFault, true);
  assert.match(correlationViewFeed({ ...OPTIONS, lines: [lineOf(4)] }), /1m \(60\) no value/);
});

Deno.test("correlationViewFeed keeps a day of four timeframes under 60 kB, and is safe whatever the pair is called", () => {
  const lines = [1_440, 288, 96, 24].map(lineOf);
  const options = { ...OPTIONS, id: SPITEFUL, pair: SPITEFUL, lines };
  const html = correlationViewFeed(options);
  assert.ok(html.length > 5_000 && html.length < 60_000, `${html.length} bytes`);
  for (const text of [html, correlationViewMount({ ...options, fallbackHtml: "<img>" })]) {
    assert.doesNotMatch(text, /<script/);
  }
});
