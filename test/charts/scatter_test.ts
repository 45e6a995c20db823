import assert from "node:assert/strict";
import {
  choiceText,
  presetRows,
  rowsWithin,
  SCATTER_PRESETS,
  spansOf,
} from "../../lib/charts/scatter_choice.ts";
import {
  cellLevel,
  cellStrokes,
  lineEnds,
  type ScatterData,
  scatterFigure,
} from "../../lib/charts/scatter_figure.ts";
import { scatterFeed, type ScatterPacket, unpackScatter } from "../../lib/charts/scatter_view.ts";
import { DARK } from "../../lib/charts/theme.ts";
import { MINUTE } from "../../lib/model/time.ts";

const START = Date.UTC(2026, 0, 26, 14);
const NAMES = { first: "BTC", second: "ES" };

function data(n: number): ScatterData {
  const column = (value: (row: number) => number) =>
    Float64Array.from({ length: n }, (_, i) => value(i));
  return {
    n: n + 40,
    reach: { x: 0.01, y: 0.02 },
    line: { slope: 0.5, intercept: 0, lo: 0.4, hi: 0.6, se: 0.05, rsquared: 0.3, hacLags: 3 },
    robust: { slope: 0.6, intercept: 1e-5, lo: 0.5, hi: 0.7 },
    points: {
      openTime: column((i) => START + 5 * i * MINUTE),
      endTime: column((i) => START + 5 * (i + 1) * MINUTE),
      x: column((i) => 0.01 * Math.sin(i * i)),
      y: column((i) => 0.02 * Math.sin(i * i + i)),
      part: Uint8Array.from({ length: n }, (_, i) => i % 4),
    },
    older: { across: 2, counts: Uint32Array.of(10, 0, 5, 25), total: 40 },
  };
}

Deno.test("points come to the page as they are, to the precision of 32 bits", () => {
  const given = data(50);
  const html = scatterFeed("s", given, "simulated");
  const [, attribute] = /data-packet="([^"]*)"/.exec(html) ?? /data-packet='([^']*)'/.exec(html)!;
  const packet = JSON.parse(attribute!.replaceAll("&quot;", '"').replaceAll("&amp;", "&"));
  const { points, older, line, n } = unpackScatter(packet as ScatterPacket);
  assert.deepEqual(points.openTime, given.points.openTime);
  assert.deepEqual(points.endTime, given.points.endTime);
  assert.deepEqual(points.part, given.points.part);
  assert.deepEqual(older, given.older);
  assert.deepEqual([line.slope, n, packet.source], [0.5, 90, "simulated"]);
  points.x.forEach((value, i) => assert.ok(Math.abs(value - given.points.x[i]!) < 1e-9));
});

Deno.test("a rectangle chooses the points in it, its edges too, and the bars they are of", () => {
  const { points } = data(60);
  const x = 100 * points.x[7]!, y = 100 * points.y[7]!;
  assert.deepEqual(rowsWithin(points, { x: [x, x], y: [y, y] }), [7]);
  assert.deepEqual(rowsWithin(points, { x: [2, 3], y: [-9, 9] }), []);
  assert.deepEqual(spansOf(points, [7]), [
    { from: START + 35 * MINUTE, to: START + 40 * MINUTE },
  ]);
});

Deno.test("named choices take what they name", () => {
  const { points } = data(400), { x, y, part } = points;
  const rows = (preset: string) => presetRows(points, preset);
  assert.ok(rows("both fall hardest").every((row) => x[row]! < -0.009 && y[row]! < -0.018));
  assert.ok(rows("both rise hardest").every((row) => x[row]! > 0.009 && y[row]! > 0.018));
  const apart = rows("apart by more than 1 sd each");
  assert.ok(apart.length > 0 && apart.every((row) => x[row]! * y[row]! < 0));
  assert.ok(rows("US hours").length === 100 && rows("US hours").every((row) => part[row] === 2));
  assert.deepEqual([rows("nothing"), rows("no such")], [[], []]);
  assert.equal(SCATTER_PRESETS.length, 8);
});

Deno.test("the summary counts what is chosen, and says when it was", () => {
  const { points } = data(8);
  assert.equal(choiceText(points, [], NAMES), "No point is chosen of 8.");
  const text = choiceText(points, [1, 2, 5], NAMES);
  assert.match(
    text,
    /^3 of 8 points: mean BTC [+−]\d\.\d\d %, ES [+−]\d\.\d\d %; 2 in Europe, 1 in US hours; /,
  );
  assert.match(text, /2026-01-26 14:05:00 UTC to 2026-01-26 14:25:00 UTC\.$/);
  assert.match(choiceText(points, [3], NAMES), /other hours; 2026-01-26 14:15:00 UTC\.$/);
});

Deno.test("the picture of a scatter holds to its bytes, and says what it does not draw as points", () => {
  const figure = scatterFigure(data(750), {
    names: NAMES,
    sentence: "What it says.",
    updatedAt: START,
    theme: DARK,
  });
  assert.ok(figure.svg.length < 30_000, `${figure.svg.length} characters`);
  assert.match(figure.svg, /newest 750 of 790 as points/);
  assert.equal(figure.alt, "What it says.");
  for (const part of ["Asia", "Europe", "US", "other"]) {
    assert.match(figure.svg, new RegExp(`aria-label="${part}"`));
  }
});

Deno.test("lines end at the frame", () => {
  const frame = { x: [-1, 1], y: [-2, 2] } as const;
  assert.deepEqual(lineEnds({ slope: 1, intercept: 0 }, frame), [-1, -1, 1, 1]);
  assert.deepEqual(lineEnds({ slope: 4, intercept: 0 }, frame), [-0.5, -2, 0.5, 2]);
  assert.equal(lineEnds({ slope: NaN, intercept: 0 }, frame), undefined);
  assert.equal(lineEnds({ slope: 1, intercept: 0.9 }, frame), undefined);
  assert.deepEqual([1, 3, 20, 900].map((count) => cellLevel(count, 900)), [0, 0, 1, 3]);
});

Deno.test("shaded cells are drawn once each, neighbours of one level as one stroke, none over an empty cell", () => {
  const counts = Uint32Array.of(5, 5, 0, 5, 0, 9, 5, 5, 5, 5, 0, 0);
  const five = cellStrokes(counts, 4, (count) => count === 5);
  assert.equal(five, "M0 0.5h2M3 0.5h1M2 1.5h2M0 2.5h2");
  assert.equal(cellStrokes(counts, 4, (count) => count === 9), "M1 1.5h1");
  assert.equal(cellStrokes(counts, 4, () => false), "");
  const drawn = [...five.matchAll(/h(\d+)/g)].reduce((sum, [, length]) => sum + Number(length), 0);
  assert.equal(drawn, counts.filter((count) => count === 5).length);
});
