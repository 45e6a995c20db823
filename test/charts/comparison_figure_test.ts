import assert from "node:assert/strict";
import { type ComparedBars, comparisonFigure } from "../../lib/charts/comparison_figure.ts";
import { DAY, MINUTE } from "../../lib/model/time.ts";
import { labelled, textsOf, treeOf } from "./chart_samples.ts";

const FROM = Date.UTC(2026, 0, 5);
const COUNT = 1_440;
const bars: ComparedBars = {
  title: "ES: close of es.csv less that of the store",
  range: { from: FROM, to: FROM + DAY },
  openTime: Float64Array.from({ length: COUNT }, (_, i) => FROM + i * MINUTE),
  difference: Float64Array.from({ length: COUNT }, (_, i) => i < 720 ? 0 : 33.5),
  isEqual: Uint8Array.from({ length: COUNT }, (_, i) => i < 720 ? 1 : 0),
  alone: [{ from: FROM + 100 * MINUTE, to: FROM + 130 * MINUTE }],
};

/** Columns of px that a path's strokes stand in. */
function strokesOf(tree: Element, label: string): number {
  const path = labelled(tree, label)[0];
  return (path?.getAttribute("d")?.match(/v/g) ?? []).length;
}

Deno.test("the picture says what it is of, over which time, and how much is equal", () => {
  const figure = comparisonFigure(bars);
  const texts = textsOf(treeOf(figure));
  assert.ok(texts.includes(bars.title));
  for (const value of ["0", "10", "20", "30"]) assert.ok(texts.includes(value), texts.join("|"));
  assert.match(figure.alt, /1,440 bars from 2026-01-05 .*, 720 of them equal in every column/);
});

Deno.test("every px of time has its difference, and equal ones their share", () => {
  const tree = treeOf(comparisonFigure(bars, { width: 800 }));
  const all = strokesOf(tree, "difference"), equal = strokesOf(tree, "equal");
  assert.ok(all > 700 && all < 800, `${all}`);
  assert.ok(Math.abs(equal - all / 2) <= 2, `${equal} of ${all}`);
  assert.equal(labelled(tree, "one side has no bar").length, 1);
});

Deno.test("one leap does not flatten the others, and is said to go beyond the frame", () => {
  const leap = bars.difference.slice();
  leap[5] = 9_000;
  const figure = comparisonFigure({ ...bars, difference: leap });
  const texts = textsOf(treeOf(figure));
  assert.ok(texts.includes("30") && !texts.some((text) => /000$/.test(text)), texts.join("|"));
  assert.ok(texts.some((text) => text.includes("beyond the frame")));
});

Deno.test("equal bars, one bar and no bar are drawn too; a width too small is refused", () => {
  for (const count of [0, 1, COUNT]) {
    const some = {
      ...bars,
      openTime: bars.openTime.slice(0, count),
      difference: new Float64Array(count),
      isEqual: new Uint8Array(count).fill(1),
    };
    assert.equal(strokesOf(treeOf(comparisonFigure(some)), "difference") > 0, count > 0);
  }
  assert.throws(
    () => comparisonFigure(bars, { width: 100 }),
    /width must be at least 320 px, got 100/,
  );
});
