import assert from "node:assert/strict";
import { breakText } from "../../lib/charts/pair_text.ts";
import { pairBreak } from "../../lib/pairs/pair_break.ts";
import { pairHedges } from "../../lib/pairs/pair_lines.ts";
import { pairTests, pairTestSteps, testedRows } from "../../lib/pairs/pair_tests.ts";
import { engleGranger, ols, seededRandom, theilSen } from "../../lib/stats/mod.ts";

const HALF_LIFE = 20, RATIO = 1.4;

/** Log prices of a pair that returns to its line, and goes its own way from a row on. */
function planted(seed: number, length: number, breaksAt = Infinity) {
  const random = seededRandom(seed);
  const gauss = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const phi = 2 ** (-1 / HALF_LIFE), y = new Float64Array(length), x = new Float64Array(length);
  let level = 4, spread = 0, own = 0;
  for (let row = 0; row < length; row++) {
    const move = 0.001 * gauss();
    level += move;
    spread = row < breaksAt ? phi * spread + 0.001 * gauss() : spread;
    if (row >= breaksAt) own += 0.0017 * gauss() - RATIO * move;
    x[row] = level;
    y[row] = 1 + RATIO * level + spread + own;
  }
  return { y, x };
}

const rowsOf = ({ y, x }: ReturnType<typeof planted>) => ({
  y,
  x,
  from: 0,
  to: y.length,
  expected: y.length,
});

Deno.test("five hedge ratios and the half-life hold what was planted in 93 % of pairs and more", () => {
  const seeds = 60, held = new Map<string, number>();
  for (let seed = 1; seed <= seeds; seed++) {
    const { y, x } = planted(seed, 400);
    const { hedges, tests } = pairTests(rowsOf({ y, x }));
    const note = (name: string, lo: number, hi: number, truth: number) =>
      held.set(name, (held.get(name) ?? 0) + Number(lo <= truth && truth <= hi));
    for (const { kind, lo, hi } of hedges) note(kind, lo, hi, RATIO);
    note("half-life", tests.halfLife.lo, tests.halfLife.hi, HALF_LIFE);
  }
  // 93 % less two standard errors of so few draws.
  for (const [name, count] of held) assert.ok(count >= 52, `${name}: ${count} of ${seeds}`);
  assert.equal(held.size, 6);
});

Deno.test("the plain interval of Theil–Sen holds the planted ratio far less often", () => {
  let plain = 0, widened = 0;
  for (let seed = 1; seed <= 40; seed++) {
    const { y, x } = planted(seed, 200), { lo, hi } = theilSen(y, x);
    const own = pairHedges(y, x).find(({ kind }) => kind === "theil-sen")!;
    plain += Number(lo <= RATIO && RATIO <= hi);
    widened += Number(own.lo <= RATIO && RATIO <= own.hi);
  }
  assert.ok(plain < 25 && widened >= 36, `${plain} and ${widened} of 40`);
});

Deno.test("a pair that breaks is reported within 240 bars, and one that holds is not", () => {
  let broken = 0, holding = 0;
  for (let seed = 1; seed <= 20; seed++) {
    const { y, x } = planted(seed, 720, 480), same = planted(seed, 720);
    broken += Number(pairBreak(y, x).state === "changed");
    holding += Number(pairBreak(same.y, same.x).state === "changed");
  }
  assert.ok(broken >= 18 && holding <= 1, `${broken} broken, ${holding} holding of 20`);
  const short = planted(1, 100);
  assert.match(pairBreak(short.y, short.x).reason!, /takes 180 rows of both sides, there are 100/);
});

/** A pair's rows as a market keeps them, some of them missing. */
function columnsOf(
  { y, x }: { y: Float64Array; x: Float64Array },
  missing: readonly [number, number],
) {
  const price = (log: number, row: number) =>
    row >= missing[0] && row < missing[1] ? NaN : Math.exp(log);
  return {
    length: y.length,
    openTime: y.map((_, row) => row),
    y: y.map(price),
    x: x.map(price),
    roll: new Uint8Array(y.length),
  };
}

Deno.test("a pair that breaks while its data are missing is reported once there are 60 rows again, and unknown before", () => {
  const GAP = [440, 540] as const, BROKE = 480;
  const breakOf = (rows: { y: Float64Array; x: Float64Array }, length: number) => {
    const until = (column: Float64Array) => column.slice(0, length);
    const columns = columnsOf({ y: until(rows.y), x: until(rows.x) }, GAP);
    return pairTests(testedRows(columns, { most: 720, stepMs: 1 })).break;
  };
  let broken = 0, holding = 0, early = 0;
  for (let seed = 1; seed <= 20; seed++) {
    const apart = planted(seed, 720, BROKE), same = planted(seed, 720);
    broken += Number(breakOf(apart, 720).state === "changed");
    holding += Number(breakOf(same, 720).state === "changed");
    early += Number(breakOf(apart, 620).state === "changed");
  }
  assert.ok(broken >= 18 && holding <= 1, `${broken} broken, ${holding} holding of 20`);
  assert.ok(early >= 10, `${early} of 20 within 80 rows after the gap`);
  const pair = planted(3, 720, BROKE);
  const seen = (length: number) => {
    const { state, sinceGap } = breakOf(pair, length);
    return [state, sinceGap];
  };
  assert.deepEqual(seen(440), ["holds", undefined]);
  assert.deepEqual(seen(500), ["holds", undefined], "60 missing rows are no long gap");
  assert.deepEqual(seen(501), ["unknown", 0]);
  assert.deepEqual(seen(541), ["unknown", 1]);
  assert.deepEqual(seen(599), ["unknown", 59]);
  assert.notEqual(seen(600)[0], "unknown");
  assert.match(breakOf(pair, 570).reason!, /60 rows since a long gap, there are 30/);
  const labels = { y: "ETH", x: "BTC" };
  assert.equal(
    breakText(breakOf(pair, 570), labels),
    "Whether ETH and BTC still move together is not known: bars were missing, and 30 since then are too few.",
  );
  assert.match(breakText(breakOf(pair, 520), labels), /is not known: bars are missing now\.$/);
  assert.equal(breakText(breakOf(pair, 440), labels), "");
});

Deno.test("no difference of a break reaches over a gap, and rows before a roll are not compared", () => {
  const { y, x } = planted(4, 720);
  const whole = pairBreak(y, x);
  // A jump within a gap of one row would be seen if a difference spanned it.
  const hole = 600, jump = (log: number, row: number) => row < hole ? log : log + 0.05;
  const missing = (log: number, row: number) => row === hole ? NaN : log;
  const jumped = pairBreak(y.map(jump).map(missing), x.map(jump).map(missing));
  assert.ok(Math.abs(jumped.response[1] - whole.response[1]) < 0.1, `${jumped.response}`);
  const columns = columnsOf({ y, x }, [0, 0]);
  columns.roll[500] = 1;
  const { newest } = testedRows(columns, { most: 720, stepMs: 1 });
  assert.equal(newest!.y.length, 220);
  assert.equal(newest!.y[0], Math.log(columns.y[500]!));
});

Deno.test("the spread's own tests go by the table of a fitted line", () => {
  const { y, x } = planted(3, 300), { adf } = pairTests(rowsOf({ y, x })).tests;
  const whole = engleGranger(y, x);
  assert.ok(Math.abs(adf.stat - whole.stat) < 0.1, "the same residual, with a constant or without");
  assert.ok(adf.critical < -3.3, "a series that was observed is rejected at -2.87 already");
  assert.equal(ols(y, [x]).params[1], pairTests(rowsOf({ y, x })).line.beta);
});

Deno.test("tests take the longest stretch without a gap and without a roll, the newer of two equals", () => {
  const length = 12, row = Array.from({ length }, (_, i) => i);
  const columns = (gaps: readonly number[], rolls: readonly number[]) => ({
    length,
    openTime: Float64Array.from(row, (i) => 100 * i),
    y: Float64Array.from(row, (i) => gaps.includes(i) ? NaN : Math.E),
    x: Float64Array.from(row, () => Math.E),
    roll: Uint8Array.from(row, (i) => Number(rolls.includes(i))),
  });
  const found = (gaps: readonly number[], rolls: readonly number[], most = length) => {
    const { from, to, y, expected } = testedRows(columns(gaps, rolls), { most, stepMs: 100 });
    assert.equal(y.length, Number.isNaN(from) ? 0 : (to - from) / 100);
    assert.equal(expected, most);
    return [from / 100, to / 100];
  };
  assert.deepEqual(found([], []), [0, 12]);
  assert.deepEqual(found([3], []), [4, 12]);
  assert.deepEqual(found([8], []), [0, 8]);
  assert.deepEqual(found([], [6]), [6, 12]);
  assert.deepEqual(found([2, 5, 8], [], 4), [9, 12]);
  assert.deepEqual(found(row, []), [NaN, NaN]);
});

Deno.test("the tests of a pair come in parts, of which none is long", () => {
  const { y, x } = planted(5, 720);
  let parts = 0;
  for (const _ of pairTestSteps(rowsOf({ y, x }))) parts++;
  assert.ok(parts >= 10, `${parts} parts`);
});
