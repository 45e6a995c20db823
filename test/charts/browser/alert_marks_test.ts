import assert from "node:assert/strict";
import { placedAlerts } from "../../../lib/charts/browser/alert_marks.ts";
import { TimeAxis } from "../../../lib/charts/browser/time_axis.ts";
import { MINUTE } from "../../../lib/model/time.ts";

const START = Date.UTC(2025, 11, 3, 14);
const at = (minutes: number) => START + minutes * MINUTE;
const AXIS = new TimeAxis([Array.from({ length: 10 }, (_, i) => at(i))], MINUTE);

Deno.test("an alert is marked at the bar by whose close it was judged, and to the one that ended it", () => {
  const mark = { rule: "apart", severity: "major" } as const;
  const placed = placedAlerts(AXIS, [
    { ...mark, from: at(4), to: at(7) },
    { ...mark, from: at(9), to: null },
  ]);
  assert.deepEqual(placed.map(({ from, to }) => [from, to]), [[3, 6], [8, undefined]]);
});

Deno.test("an alert that was over before the first bar has no mark, and none has without bars", () => {
  const mark = { rule: "apart", severity: "major" } as const;
  const old = { ...mark, from: at(-9), to: at(-3) };
  assert.deepEqual(placedAlerts(AXIS, [old]), []);
  assert.equal(placedAlerts(AXIS, [{ ...old, to: at(5) }]).length, 1);
  assert.deepEqual(
    placedAlerts(new TimeAxis([], MINUTE), [{ ...mark, from: at(1), to: null }]),
    [],
  );
});
