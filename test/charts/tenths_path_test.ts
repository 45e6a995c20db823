import assert from "node:assert/strict";
import fc from "fast-check";
import { type Point, simplify, TenthsPath } from "../../lib/charts/tenths_path.ts";

/** Follows path data of `m`, `l`, `h`, `v` and `z` and returns the points of each subpath, in px. */
function read(d: string): Point[][] {
  const paths: Point[][] = [];
  let x = 0, y = 0;
  for (const [, command, rest] of d.matchAll(/([a-z])([^a-z]*)/g)) {
    const numbers = (rest!.match(/-?\d+/g) ?? []).map(Number);
    if (command === "z") [x, y] = [10 * paths.at(-1)![0]!.x, 10 * paths.at(-1)![0]!.y];
    if (command === "m") paths.push([]);
    if (command === "v") numbers.unshift(0);
    if (command === "h") numbers.push(0);
    for (let i = 0; i + 1 < numbers.length; i += 2) {
      x += numbers[i]!;
      y += numbers[i + 1]!;
      paths.at(-1)!.push({ x: x / 10, y: y / 10 });
    }
  }
  return paths;
}

const px = fc.double({ min: -2_000, max: 2_000, noNaN: true });
const points = fc.array(fc.record({ x: px, y: px }), { minLength: 1, maxLength: 60 });

Deno.test("TenthsPath keeps every point of many lines within a twentieth of a px", () => {
  fc.assert(fc.property(fc.array(points, { minLength: 1, maxLength: 4 }), (lines) => {
    const path = new TenthsPath();
    for (const line of lines) path.polyline(line);
    const found = read(String(path));
    assert.equal(found.length, lines.length);
    lines.forEach((line, i) => {
      line.forEach((point, j) => {
        assert.ok(Math.abs(found[i]![j]!.x - point.x) <= 0.0500001);
        assert.ok(Math.abs(found[i]![j]!.y - point.y) <= 0.0500001);
      });
    });
  }));
});

Deno.test("TenthsPath begins where a closed outline began, not where its last point was", () => {
  const path = new TenthsPath();
  path.polygon([{ x: 0, y: 0 }, { x: 10, y: 0 }, { x: 10, y: 10 }]);
  path.stroke(20, 5, 1);
  assert.equal(String(path), "m0 0l100 0 0 100zm200 10v40");
});

Deno.test("TenthsPath writes no decimals and no exponents", () => {
  const path = new TenthsPath();
  path.stroke(0.04, -0.04, 1e-9);
  path.segment({ x: 1e-7, y: 3 }, { x: 1234.56, y: -3.21 });
  assert.match(String(path), /^[mlv\d -]+$/);
});

Deno.test("TenthsPath draws a lone point as a dot", () => {
  const path = new TenthsPath();
  assert.equal(path.isEmpty, true);
  path.polyline([{ x: 1, y: 2 }]);
  assert.equal(String(path), "m10 20h0");
  assert.equal(path.isEmpty, false);
});

Deno.test("simplify leaves no point of a line over time further off than the tolerance", () => {
  fc.assert(fc.property(points, fc.double({ min: 0.1, max: 50, noNaN: true }), (any, tolerance) => {
    const line = any.toSorted((a, b) => a.x - b.x);
    const kept = simplify(line, tolerance);
    assert.deepEqual([kept[0], kept.at(-1)], [line[0], line.at(-1)]);
    for (const point of line) {
      const distances = kept.map((b, i) => toSegment(point, kept[Math.max(0, i - 1)]!, b));
      assert.ok(Math.min(...distances) <= tolerance * 1.000001);
    }
  }));
});

Deno.test("simplify keeps a straight line's ends only, and every peak", () => {
  const straight = Array.from({ length: 100 }, (_, x) => ({ x, y: 2 * x }));
  assert.equal(simplify(straight).length, 2);
  const spiked = straight.map(({ x }) => ({ x, y: x === 50 ? 9 : 0 }));
  assert.deepEqual(simplify(spiked).map(({ x }) => x), [0, 49, 50, 51, 99]);
});

function toSegment(p: Point, a: Point, b: Point): number {
  const dx = b.x - a.x, dy = b.y - a.y;
  const length = dx * dx + dy * dy;
  const at = length === 0 ? 0 : ((p.x - a.x) * dx + (p.y - a.y) * dy) / length;
  const share = Math.min(1, Math.max(0, at));
  return Math.hypot(p.x - a.x - share * dx, p.y - a.y - share * dy);
}

Deno.test("TenthsPath draws a stroke from the end that is nearer, whichever was given first", () => {
  const path = new TenthsPath();
  path.stroke(1, 30, 10);
  path.stroke(2, 30, 10);
  path.stroke(3, 30, 12);
  assert.equal(String(path), "m10 100v200m10 0v-200m10 20v180");
});
