import assert from "node:assert/strict";
import {
  highlightedSpans,
  highlightSpans,
  joined,
  onShowTime,
  showTime,
} from "../../../lib/charts/browser/chart_places.ts";
import { Page } from "../../../lib/charts/browser/page.ts";
import { placedSpans } from "../../../lib/charts/browser/span_marks.ts";
import { TimeAxis } from "../../../lib/charts/browser/time_axis.ts";

Deno.test("joined gives the same time as few spans, whatever their order", () => {
  const spans = [{ from: 50, to: 60 }, { from: 0, to: 10 }, { from: 10, to: 20 }, {
    from: 5,
    to: 8,
  }];
  assert.deepEqual(joined(spans), [{ from: 0, to: 20 }, { from: 50, to: 60 }]);
  assert.deepEqual(joined([{ from: 5, to: 5 }, { from: 9, to: 2 }]), []);
});

Deno.test("highlightSpans replaces what was highlighted, and bounds it", () => {
  const page = new Page();
  assert.deepEqual(highlightedSpans(page), []);
  highlightSpans(page, Array.from({ length: 6_000 }, (_, i) => ({ from: 2 * i, to: 2 * i + 1 })));
  assert.equal(highlightedSpans(page).length, 5_000);
  highlightSpans(page, []);
  assert.deepEqual(highlightedSpans(page), []);
});

Deno.test("showTime reaches the charts with finite times alone", () => {
  const page = new Page(), seen: number[] = [];
  const stop = onShowTime(page, (time) => seen.push(time));
  showTime(page, 60_000);
  showTime(page, NaN);
  stop();
  showTime(page, 120_000);
  assert.deepEqual(seen, [60_000]);
});

Deno.test("placedSpans covers whole bars, and leaves out spans without one", () => {
  const axis = new TimeAxis([[0, 100, 200, 500, 600]], 100);
  const { spans, place } = placedSpans(
    axis,
    [{ from: 110, to: 130 }, { from: 310, to: 490 }, { from: 250, to: 520 }, { from: -50, to: 10 }],
    555,
  );
  assert.deepEqual(spans, [{ from: 0.5, to: 1.5 }, { from: 1.5, to: 3.5 }, {
    from: -0.5,
    to: 0.5,
  }]);
  assert.equal(place, 3);
  assert.equal(placedSpans(axis, [], undefined).place, undefined);
  assert.equal(placedSpans(axis, [], -1).place, undefined);
});
