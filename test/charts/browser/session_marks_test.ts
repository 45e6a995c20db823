import assert from "node:assert/strict";
import { sessionMarks } from "../../../lib/charts/browser/session_marks.ts";
import { TimeAxis } from "../../../lib/charts/browser/time_axis.ts";

const shut = (from: number, to: number) => ({ from, to, kind: "session" }) as const;
const gap = (from: number, to: number) => ({ from, to, kind: "gap" }) as const;

Deno.test("sessionMarks shades breaks in which another market has bars", () => {
  const axis = new TimeAxis([[0, 10, 20, 30, 40, 50]], 10);
  const { shut: bands, lines } = sessionMarks(axis, [shut(20, 40), shut(-90, 5)], []);
  assert.deepEqual(bands, [{ from: 1.5, to: 3.5 }, { from: -0.5, to: 0.5 }]);
  assert.deepEqual(lines, []);
});

Deno.test("sessionMarks draws a break without bars as a line, once", () => {
  const axis = new TimeAxis([[0, 10, 70, 80]], 10);
  assert.deepEqual(sessionMarks(axis, [shut(20, 70)], []), {
    shut: [],
    gaps: [],
    lines: [{ at: 1.5, kind: "jump" }],
  });
});

Deno.test("sessionMarks draws a roll before the first bar of the next contract, if it shows", () => {
  const axis = new TimeAxis([[0, 10, 20, 30]], 10);
  const { lines } = sessionMarks(axis, [], [20, -10, 0, 500]);
  assert.deepEqual(lines, [{ at: 1.5, kind: "roll" }]);
  assert.deepEqual(sessionMarks(new TimeAxis([], 10), [shut(0, 9)], [5]).lines, []);
});

Deno.test("sessionMarks never takes missing minutes for a market that is shut", () => {
  const axis = new TimeAxis([[0, 10, 20, 30, 40, 50]], 10);
  const { shut: bands, gaps } = sessionMarks(axis, [gap(20, 40), shut(40, 50)], []);
  assert.deepEqual(gaps, [{ from: 1.5, to: 3.5 }]);
  assert.deepEqual(bands, [{ from: 3.5, to: 4.5 }]);
  const bare = new TimeAxis([[0, 10, 70, 80, 120]], 10);
  assert.deepEqual(sessionMarks(bare, [gap(20, 70), shut(90, 120)], []).lines, [
    { at: 1.5, kind: "gap" },
    { at: 3.5, kind: "jump" },
  ]);
});
