import assert from "node:assert/strict";
import { correlationFigure, type CorrelationLine } from "../../lib/charts/correlation_figure.ts";
import { DARK, LIGHT } from "../../lib/charts/theme.ts";
import { DAY } from "../../lib/model/time.ts";
import { stepOf, type Timeframe, TIMEFRAMES } from "../../lib/model/timeframe.ts";
import { END, labelled, strokesIn, textsOf, treeOf } from "./chart_samples.ts";

/** A day of values that wander as correlations do, without chance. */
function lineOf(timeframe: Timeframe, rOf = wander, window = 60): CorrelationLine {
  const step = stepOf(timeframe), rows = DAY / step;
  const endTime = Float64Array.from({ length: rows }, (_, i) => END - (rows - i - 1) * step);
  const r = endTime.map((_, i) => rOf(i / rows));
  return { timeframe, window, endTime, r, lo: r.map((v) => v - 0.2), hi: r.map((v) => v + 0.15) };
}

function wander(share: number): number {
  return 0.4 * Math.sin(40 * share) + 0.2 * Math.sin(997 * share) + 0.1;
}

const LINES = TIMEFRAMES.map((timeframe) => lineOf(timeframe));
const OPTIONS = { pair: "BTCUSDT/ES", source: "simulated", updatedAt: END } as const;

Deno.test("correlationFigure draws a line for each timeframe, named at its end, and the first one's band", () => {
  const tree = treeOf(correlationFigure(LINES, OPTIONS));
  for (const timeframe of TIMEFRAMES) {
    assert.equal(strokesIn(labelled(tree, `r ${timeframe}`)), 1);
    const bands = labelled(tree, `95 % band ${timeframe}`);
    assert.equal(
      bands.length,
      timeframe === "1m" ? 1 : 0,
      "bands on each other hide what they say",
    );
  }
  const names = textsOf(tree).filter((text) => /\(60\)/.test(text));
  assert.equal(names.length, 4);
  for (const name of names) assert.match(name, /^(1m|5m|15m|1h) \(60\) [+−]0\.\d\d$/);
});

Deno.test("correlationFigure lets one timeframe stand out, the first unless told", () => {
  const banded = (emphasis?: Timeframe) => {
    const tree = treeOf(correlationFigure(LINES, { ...OPTIONS, ...(emphasis && { emphasis }) }));
    return TIMEFRAMES.filter((timeframe) =>
      labelled(tree, `95 % band ${timeframe}`)[0]?.querySelector("path")
        ?.getAttribute("fill-opacity") === "0.2"
    );
  };
  assert.deepEqual(banded(), ["1m"]);
  assert.deepEqual(banded("15m"), ["15m"]);
});

Deno.test("correlationFigure says why a line begins late", () => {
  const late = { ...lineOf("1h", (share) => share < 0.6 ? NaN : 0.4), minPeriods: 20 };
  const words = textsOf(treeOf(correlationFigure([lineOf("1m", () => 0.3), late], OPTIONS)));
  assert.ok(
    words.some((text) => /1h from \d\d:\d\d:00 UTC: before, fewer than 20 returns/.test(text)),
    words.join("\n"),
  );
  const whole = textsOf(treeOf(correlationFigure(LINES, OPTIONS)));
  assert.ok(whole.every((text) => !/fewer than/.test(text)));
});

Deno.test("correlationFigure leaves a gap where there is no value", () => {
  const holed = lineOf(
    "1m",
    (share) => share > 0.3 && share < 0.4 || share < 0.1 ? NaN : wander(share),
  );
  const tree = treeOf(correlationFigure([holed], OPTIONS));
  assert.equal(strokesIn(labelled(tree, "r 1m")), 2);
  assert.equal(strokesIn(labelled(tree, "95 % band 1m")), 2);
});

Deno.test("correlationFigure says that a line has no value now, not its last one", () => {
  const ended = lineOf("1m", (share) => share > 0.9 ? NaN : 0.3);
  const figure = correlationFigure([ended, lineOf("5m", () => -0.456)], OPTIONS);
  const words = textsOf(treeOf(figure));
  assert.ok(words.includes("1m (60) –"));
  assert.ok(words.includes("5m (60) −0.46"));
  assert.match(
    figure.alt,
    /1m over 60 returns: no value; 5m over 60 returns: −0\.46 \(95 % −0\.66 to −0\.31\)/,
  );
});

Deno.test("correlationFigure always spans −1 to 1, with its guides", () => {
  const tree = treeOf(correlationFigure([lineOf("1m", () => 0.3)], OPTIONS));
  const words = textsOf(tree);
  for (const guide of ["1", "0.5", "0.2", "0", "−0.5", "−1"]) {
    assert.ok(words.includes(guide), guide);
  }
  // r = 0.3 lies 0.35 of the way down from +1 to −1.
  const d = labelled(tree, "r 1m")[0]!.querySelector("path")!.getAttribute("d")!;
  const y = Number(d.match(/^m-?\d+[ ]?(-?\d+)/)![1]) / 10;
  assert.ok(Math.abs(y - (28 + (300 - 28) * 0.35)) < 0.2, `${y}`);
});

Deno.test("correlationFigure draws r at the end of its bar, when it was known", () => {
  const tree = treeOf(correlationFigure([lineOf("1m"), lineOf("1h", () => 0.5)], OPTIONS));
  const xs = ["r 1m", "r 1h"].map((name) => {
    const d = labelled(tree, name)[0]!.querySelector("path")!.getAttribute("d")!;
    const numbers = [...d.matchAll(/-?\d+/g)].map(([n]) => Number(n));
    return numbers.filter((_, i) => i % 2 === 0).reduce((sum, dx) => sum + dx, 0) / 10;
  });
  assert.ok(Math.abs(xs[0]! - xs[1]!) < 0.2, `${xs}`);
});

Deno.test("correlationFigure keeps the names at the ends apart where the lines end together", () => {
  const tree = treeOf(correlationFigure(TIMEFRAMES.map((one) => lineOf(one, () => 0.97)), OPTIONS));
  const heights = [...tree.querySelectorAll("text")].filter((text) =>
    /\(60\)/.test(text.textContent!)
  )
    .map((text) => Number(text.getAttribute("y"))).sort((a, b) => a - b);
  heights.slice(1).forEach((y, i) => assert.ok(y - heights[i]! >= 15.9));
  assert.ok(heights[0]! >= 28 && heights[3]! <= 300);
});

Deno.test("correlationFigure names pair, source and time, and escapes them", () => {
  const figure = correlationFigure(LINES, {
    ...OPTIONS,
    pair: "<script>x</script>",
    source: "replay",
  });
  const tree = treeOf(figure);
  assert.equal(tree.querySelector("script"), null);
  const words = textsOf(tree);
  assert.ok(words.some((text) => text.startsWith("<script>x</script> rolling correlation")));
  assert.ok(words.includes("REPLAY"));
  assert.ok(words.includes("last update 2025-12-03 14:35:00 UTC"));
});

Deno.test("correlationFigure stays within 45 kB for a day at four timeframes", () => {
  const { svg } = correlationFigure(LINES, OPTIONS);
  assert.ok(svg.length <= 45_000, `${svg.length}`);
  const week = { ...lineOf("1m"), endTime: new Float64Array(0) };
  const rows = 7 * 1_440, step = stepOf("1m");
  const endTime = Float64Array.from({ length: rows }, (_, i) => END - (rows - i - 1) * step);
  const r = endTime.map((_, i) => wander(7 * i / rows));
  const long = { ...week, endTime, r, lo: r.map((v) => v - 0.2), hi: r.map((v) => v + 0.1) };
  assert.ok(correlationFigure([long], OPTIONS).svg.length <= 45_000);
});

Deno.test("correlationFigure says that there is nothing yet", () => {
  const none = lineOf("1m", () => NaN);
  const empty = { ...none, endTime: new Float64Array(), r: new Float64Array() };
  for (const line of [none, { ...empty, lo: empty.r, hi: empty.r }]) {
    const figure = correlationFigure([line], { ...OPTIONS, updatedAt: NaN });
    assert.ok(textsOf(treeOf(figure)).includes("no correlation yet: too few returns"));
    assert.doesNotMatch(figure.svg, /NaN|Infinity/);
  }
});

Deno.test("correlationFigure fits 700 px and the light theme", () => {
  const figure = correlationFigure(LINES, { ...OPTIONS, width: 700, theme: LIGHT });
  const tree = treeOf(figure);
  const clocks = [...tree.querySelectorAll("text")].filter((t) =>
    /^\d\d:\d\d$/.test(t.textContent!)
  )
    .map((t) => Number(t.getAttribute("x")));
  assert.ok(clocks.length >= 6 && clocks.length <= 10);
  clocks.slice(1).forEach((x, i) => assert.ok(x - clocks[i]! >= 44));
  assert.ok(!figure.svg.includes(DARK.background) && figure.svg.includes(LIGHT.background));
});

Deno.test("correlationFigure refuses what it cannot draw, and says why", () => {
  assert.throws(() => correlationFigure([], OPTIONS), /lines must be 1 to 6, got 0/);
  assert.throws(
    () => correlationFigure([LINES[0]!, LINES[0]!], OPTIONS),
    /differ in timeframe, got 1m, 1m/,
  );
  assert.throws(() => correlationFigure(LINES, { ...OPTIONS, width: 9 }), /width .*, got 9/);
  assert.throws(() => correlationFigure(LINES, { ...OPTIONS, height: 9 }), /height .*, got 9/);
});
