import assert from "node:assert/strict";
import { sessionMarks } from "../../../lib/charts/browser/session_marks.ts";
import { TimeAxis } from "../../../lib/charts/browser/time_axis.ts";

Deno.test("sessionMarks shades breaks in which another market has bars", () => {
  const axis = new TimeAxis([[0, 10, 20, 30, 40, 50]], 10);
  const { shut, lines } = sessionMarks(axis, [{ from: 20, to: 40 }, { from: -90, to: 5 }], []);
  assert.deepEqual(shut, [{ from: 1.5, to: 3.5 }, { from: -0.5, to: 0.5 }]);
  assert.deepEqual(lines, []);
});

Deno.test("sessionMarks draws a break without bars as a line, once", () => {
  const axis = new TimeAxis([[0, 10, 70, 80]], 10);
  assert.deepEqual(sessionMarks(axis, [{ from: 20, to: 70 }], []), {
    shut: [],
    lines: [{ at: 1.5, kind: "jump" }],
  });
});

Deno.test("sessionMarks draws a roll before the first bar of the next contract, if it shows", () => {
  const axis = new TimeAxis([[0, 10, 20, 30]], 10);
  const { lines } = sessionMarks(axis, [], [20, -10, 0, 500]);
  assert.deepEqual(lines, [{ at: 1.5, kind: "roll" }]);
  assert.deepEqual(sessionMarks(new TimeAxis([], 10), [{ from: 0, to: 9 }], [5]).lines, []);
});
