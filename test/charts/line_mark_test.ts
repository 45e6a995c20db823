import assert from "node:assert/strict";
import { drawPlot } from "../../lib/charts/document.ts";
import { bandMark, lineMark } from "../../lib/charts/line_mark.ts";

const SCALES = {
  width: 1_000,
  height: 100,
  margin: 0,
  x: { type: "linear", domain: [0, 1], axis: null },
  y: { type: "linear", domain: [0, 1], axis: null },
} as const;

/** The corners of what is drawn, in px. */
function drawn(mark: Parameters<typeof drawPlot>[0]["marks"]): { x: number; y: number }[] {
  const d = drawPlot({ ...SCALES, marks: mark! }).match(/ d="([^"]*)"/)?.[1] ?? "";
  let x = 0, y = 0;
  return [...d.matchAll(/(-?\d+)[ ]?(-?\d+)/g)].map(([, dx, dy]) => {
    x += Number(dx);
    y += Number(dy);
    return { x: x / 10, y: y / 10 };
  });
}

const line = (x: number[], y: number[]) => [lineMark(x, y, { label: "r", stroke: "red" })];

Deno.test("lineMark goes through its points", () => {
  assert.deepEqual(drawn(line([0, 0.5, 1], [0, 1, 0.25])), [
    { x: 0, y: 100 },
    { x: 500, y: 0 },
    { x: 1_000, y: 75 },
  ]);
});

Deno.test("lineMark keeps the peak of points far closer than a px, in few bytes", () => {
  const x = Array.from({ length: 200_000 }, (_, i) => i / 200_000);
  const y = x.map((_, i) => i === 123_456 ? 1 : i === 60_001 ? 0 : 0.5 + 0.1 * Math.sin(i));
  const points = drawn(line(x, y));
  assert.ok(points.length <= 4 * 1_000 / 1.5 + 4, `${points.length}`);
  assert.equal(Math.min(...points.map((point) => point.y)), 0);
  assert.equal(Math.max(...points.map((point) => point.y)), 100);
  const peak = points.find((point) => point.y === 0)!;
  assert.ok(Math.abs(peak.x - 617.3) < 1);
});

Deno.test("lineMark and bandMark draw nothing without a number", () => {
  assert.deepEqual(drawn(line([0, 1], [NaN, NaN])), []);
  assert.deepEqual(drawn(line([], [])), []);
  assert.deepEqual(
    drawn([bandMark([0, 1], [0, NaN], [NaN, 1], { label: "b", fill: "red", opacity: 1 })]),
    [],
  );
});

Deno.test("bandMark goes along its upper edge and back along its lower one", () => {
  const band = bandMark([0, 1], [0.2, 0.3], [0.8, 0.9], { label: "b", fill: "red", opacity: 0.1 });
  assert.deepEqual(drawn([band]), [
    { x: 0, y: 20 },
    { x: 1_000, y: 10 },
    { x: 1_000, y: 70 },
    { x: 0, y: 80 },
  ]);
});
