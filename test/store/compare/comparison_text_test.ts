import assert from "node:assert/strict";
import { compareBars, type CompareOptions } from "../../../lib/store/compare/compare_bars.ts";
import { comparisonSentences } from "../../../lib/store/compare/comparison_text.ts";
import { numberText, shareText } from "../../../lib/store/compare/comparison_numbers.ts";
import { atPrices, atTimes, type MadeBars, madeBars, only } from "./series.ts";

const MINUTE = 60_000, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
const bars = madeBars();

function sentences(theirs: MadeBars, options: CompareOptions = {}): Record<string, string> {
  const comparison = compareBars(bars, theirs, options);
  const all = comparisonSentences(comparison, { ours: "the store", theirs: "es.csv" });
  return Object.fromEntries(all.map(({ about, text }) => [about, text]));
}

Deno.test("equal bars are said to be so in each respect, with how many and of when", () => {
  const { verdict, time, price, volume, missing } = sentences(bars);
  assert.equal(
    verdict,
    "Equal: all 7,200 bars of 1 min from 2026-01-05 00:00:00 UTC to 2026-01-10 00:00:00 UTC agree.",
  );
  assert.match(time!, /^The times agree \(r = 1, n = 7,199, best of 3,121 shifts\)\.$/);
  assert.equal(price, "All prices are equal.");
  assert.equal(volume, "All volumes are equal.");
  assert.equal(missing, "Neither side lacks a bar of the other.");
});

Deno.test("a shift is said with its direction, its likely cause, and what to do", () => {
  const late = sentences(atTimes(bars, (time) => time + MINUTE)).time!;
  assert.match(late, /es\.csv are 1 min late .*named by its end: read them with --stamp close\./);
  const early = sentences(atTimes(bars, (time) => time - 5 * HOUR)).time!;
  assert.match(early, /5 h early .*times of America\/New_York are read as UTC.*--zone America/);
  const odd = sentences(atTimes(bars, (time) => time + 90 * MINUTE)).time!;
  assert.match(odd, /1 h 30 min late .*No zone of a known market explains it\./);
});

Deno.test("prices apart are said with how far, in which direction and why they may be", () => {
  const contract = sentences(atPrices(bars, (price) => price + 33.5), { hasContracts: true });
  assert.equal(
    contract.price,
    "The prices of es.csv are 33.5 above those of the store, n = 7,200: another contract month, or prices adjusted for rolls.",
  );
  const cents = sentences(atPrices(bars, (price) => 100 * price)).price!;
  assert.equal(
    cents,
    "The prices of es.csv are 100 times those of the store: another unit (--scale).",
  );
});

Deno.test("missing bars are said with whose and from when, the longest first", () => {
  const gap = bars.openTime[0]! + 6 * HOUR;
  const holed = only(
    bars,
    (time) => !(time >= gap && time < gap + 7 * MINUTE) && time !== gap + HOUR,
  );
  assert.equal(
    sentences(holed).missing,
    "es.csv lacks 8 bars: 7 bars from 2026-01-05 06:00:00 UTC, 1 bar from 2026-01-05 07:00:00 UTC.",
  );
});

Deno.test("sides that share no time are said with the times they have", () => {
  const { verdict, time } = sentences(atTimes(bars, (one) => one + 90 * DAY));
  assert.match(
    verdict!,
    /^Nothing to compare: the store reaches from 2026-01-05 .* es\.csv reaches/,
  );
  assert.equal(time, undefined);
});

Deno.test("numbers keep four digits, and a share is never rounded to all or nothing", () => {
  assert.deepEqual(
    [33.5, -0.00211, 12_345.6, 1e-9, NaN, 0].map(numberText),
    ["33.5", "−0.00211", "12,346", "1.0e-9", "–", "0"],
  );
  assert.deepEqual(
    [0, 1, 0.99999, 0.00001, 0.5].map(shareText),
    ["0 %", "100 %", "99.99 %", "under 0.01 %", "50.00 %"],
  );
});
