import assert from "node:assert/strict";
import { parseHTML } from "linkedom";
import { correlationPanel, type CorrelationReading } from "../../lib/charts/correlation_panel.ts";
import { DARK, LIGHT, type Theme } from "../../lib/charts/theme.ts";
import { HOUR } from "../../lib/model/time.ts";
import type { Source } from "../../lib/model/instrument.ts";
import { END } from "./chart_samples.ts";

const EVIDENCE = { n: 58, expected: 59, from: END - HOUR, to: END, method: "Pearson" };

function reading(
  r: number,
  { pair = "BTCUSDT/ES", source = "simulated" }: { pair?: string; source?: Source } = {},
): CorrelationReading {
  const ci = [Math.max(-1, r - 0.2), Math.min(1, r + 0.2)] as const;
  const estimate = { kind: "ok" as const, value: r, ci, ...EVIDENCE, source };
  return { pair, timeframe: "1m", window: 60, estimate };
}

const NOT_YET: CorrelationReading = {
  pair: "BTCUSDT/ES",
  timeframe: "1h",
  window: "all",
  estimate: {
    ...EVIDENCE,
    n: 3,
    kind: "insufficient",
    needed: 20,
    source: "simulated",
    reason: "3 of <20> returns needed",
  },
};

/** What is said of r, and in which colour. */
function rOf(r: number, theme: Theme = DARK): { text: string; colour: string } {
  const { html } = correlationPanel([reading(r)], { updatedAt: END, theme });
  const cell = parseHTML(html).document.querySelectorAll("td")[3]!;
  return {
    text: cell.textContent!,
    colour: cell.getAttribute("style")!.match(/;color:(.*)$/)![1]!,
  };
}

for (const theme of [DARK, LIGHT]) {
  Deno.test(`correlationPanel colours r at the agreed bounds, and says it by a symbol (${theme.name})`, () => {
    const cases: [number, string, string][] = [
      [1, "▲ +1.00", theme.strong],
      [0.501, "▲ +0.50", theme.strong],
      [0.5, "◆ +0.50", theme.weak],
      [0.2, "◆ +0.20", theme.weak],
      [0.199, "◆ +0.20 unusual", theme.weak],
      [0, "◆ +0.00 unusual", theme.weak],
      [-0.01, "▼ −0.01 unusual", theme.negative],
      [-1, "▼ −1.00 unusual", theme.negative],
    ];
    for (const [r, text, colour] of cases) assert.deepEqual(rOf(r, theme), { text, colour });
  });
}

Deno.test("correlationPanel gives interval, count and time", () => {
  const { html, text } = correlationPanel([reading(0.62)], { updatedAt: END });
  for (const form of [html, text]) {
    assert.match(form, /\+0\.42 to \+0\.82/);
    assert.match(form, /58 of 59/);
    assert.match(form, /last update 2025-12-03 14:35:00 UTC/);
    assert.match(form, /SIMULATED/);
  }
});

Deno.test("correlationPanel gives a reason, never a number, where there is too little", () => {
  const { html, text } = correlationPanel([NOT_YET], { updatedAt: END });
  const cells = [...parseHTML(html).document.querySelectorAll("td")].map((td) => td.textContent);
  assert.deepEqual(cells, [
    "BTCUSDT/ES",
    "1h",
    "all",
    "insufficient: 3 of <20> returns needed",
    "3 of 59",
  ]);
  assert.doesNotMatch(html, /<20>|[+−]\d\.\d|NaN|undefined/);
  assert.match(text, /BTCUSDT\/ES +1h +all +– +insufficient: 3 of <20> returns needed +3 of 59/);
});

Deno.test("correlationPanel draws r and its interval to scale", () => {
  const { html } = correlationPanel([reading(0.4)], { updatedAt: END });
  const boxes = [...html.matchAll(/position:absolute;left:(\d+)px;width:(\d+)px/g)]
    .map(([, left, width]) => [Number(left), Number(width)]);
  // 150 px from −1 to +1: 0 at 75; 0.2 to 0.6 from 90 to 120; r at 105, four px wide.
  assert.deepEqual(boxes, [[75, 1], [90, 30], [103, 4]]);
});

Deno.test("correlationPanel shows r without an interval where three pairs allow none", () => {
  const bare = reading(0.9);
  const estimate = { ...bare.estimate, ci: [NaN, NaN] as const } as typeof bare.estimate;
  const { html, text } = correlationPanel([{ ...bare, estimate }], { updatedAt: END });
  assert.match(html, /▲ \+0\.90/);
  assert.doesNotMatch(html + text, /NaN/);
});

Deno.test("correlationPanel says a pair once, and every source where they differ", () => {
  const rows = [
    reading(0.6),
    reading(0.3),
    reading(0.1, { pair: "BTCUSDT/NQ", source: "delayed" }),
  ];
  const { html, text } = correlationPanel(rows, { updatedAt: END });
  assert.equal(html.split("BTCUSDT/ES").length - 1, 1);
  assert.match(html, /<td[^>]*>DELAYED 15 min<\/td>/);
  assert.equal(text.split("\n")[0]!.includes("SIMULATED, DELAYED 15 min"), true);
  assert.equal(text.split("SIMULATED").length - 1, 3);
});

Deno.test("correlationPanel has something to say without pairs and without data", () => {
  const { html, text } = correlationPanel([], { updatedAt: NaN });
  for (const form of [html, text]) assert.match(form, /No pair to correlate yet\./);
  assert.match(text, /no data yet/);
});

Deno.test("correlationPanel escapes names, and its styles are its tags' own", () => {
  const { html } = correlationPanel([reading(0.6, { pair: "<script>" })], { updatedAt: END });
  assert.match(html, /&lt;script&gt;/);
  assert.doesNotMatch(html, /<script|<style|class=|<svg/);
});

Deno.test("correlationPanel says why fewer returns are expected than the window has slots", () => {
  const { estimate } = reading(0.8);
  const shown = (hours: number) =>
    correlationPanel([{
      ...reading(0.8),
      timeframe: "5m",
      window: 48,
      estimate: { ...estimate, n: 35, expected: 35, from: END - hours * 3_600_000, to: END },
    }], { updatedAt: END }).text;
  assert.match(shown(4), /35 of 35, 13 not traded/);
  assert.match(shown(3), /35 of 35, 13 not there yet/);
});

Deno.test("correlationPanel greys r whose newest return is old, and says up to when the returns reach", () => {
  const remark = { word: "ES stale", time: END - 12 * 60_000, isFault: true };
  const { html, text } = correlationPanel([reading(0.8), {
    ...reading(0.8),
    timeframe: "5m",
    remark,
  }], {
    updatedAt: END,
  });
  const colours = [...html.matchAll(/;color:([^"]+)"><b>▲/g)].map((match) => match[1]);
  assert.deepEqual(colours, [DARK.strong, DARK.faintText]);
  assert.match(text, /58 of 59, 1 not there yet · ES stale, to 14:23:00 UTC/);
  assert.match(html, new RegExp(`color:${DARK.warning}">ES stale, to 14:23:00 UTC<`));
  assert.equal(text.match(/stale/g)!.length, 1);
});
