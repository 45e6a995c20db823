import assert from "node:assert/strict";
import fc from "fast-check";
import { BarExaminer, reportOnBars } from "../../../lib/bars/report/data_report.ts";
import type { ReportRow } from "../../../lib/bars/report/report_rows.ts";
import { alwaysOpen } from "../../../lib/calendar/calendar.ts";
import { globexEquityIndex } from "../../../lib/calendar/globex.ts";
import { DAY, MINUTE } from "../../../lib/model/time.ts";
import { cleanBars } from "../clean_bars.ts";

const MONDAY = Date.UTC(2026, 0, 26);
const DAYS = 4;

type Spoil = (bar: ReportRow) => readonly ReportRow[];

const scaled = (factor: number): Spoil => ({ openTime, open, high, low, close, volume }) => [{
  ...{ openTime, open: open * factor, high: high * factor, low: low * factor },
  ...{ close: close * factor, volume: volume! },
}];

/** What may happen to a bar. */
const SPOILS: readonly Spoil[] = [
  () => [],
  scaled(1.02),
  scaled(0.97),
  (bar) => [{ ...bar, high: bar.high * 1.05 }],
  (bar) => [{ ...bar, low: bar.low * 0.95 }],
  (bar) => [{ ...bar, volume: 0 }],
  (bar) => [{ ...bar, volume: NaN }],
  (bar) => [{ ...bar, close: 0 }],
  (bar) => [{ ...bar, openTime: NaN }],
  (bar) => [bar, bar],
  (bar) => [{ ...bar, openTime: bar.openTime + 1_500 }],
  (bar) => [{ ...bar, openTime: bar.openTime - 90 * MINUTE }],
  scaled(10),
  (bar) => [bar, { ...bar, contract: "NQH6" }],
];

const SERIES = [alwaysOpen, globexEquityIndex].map((calendar) => ({
  calendar,
  bars: cleanBars(MONDAY, MONDAY + DAYS * DAY, calendar, {
    profile: (time) => (time / MINUTE) % 1_440 < 400 ? 3 : 1,
  }),
}));

const spoiled = fc.array(
  fc.record({ at: fc.integer({ min: 0, max: 5_700 }), how: fc.constantFrom(...SPOILS) }),
  { maxLength: 12 },
);
/** Up to which bar each report goes; one that goes back is of changed bars. */
const ends = fc.array(fc.integer({ min: 0, max: 5_700 }), { minLength: 2, maxLength: 5 });
const stand = fc.option(fc.record({ at: fc.nat(5_000), bars: fc.integer({ min: 5, max: 40 }) }), {
  nil: undefined,
});

Deno.test("BarExaminer reports on more and more bars what reportOnBars does, whatever is wrong with them", () => {
  fc.assert(
    fc.property(
      ...[fc.constantFrom(...SERIES), spoiled, ends, stand] as const,
      ...[fc.constantFrom(undefined, MINUTE), fc.constantFrom(undefined, 1, 2_000)] as const,
      ({ calendar, bars }, spoils, ends, stand, stepMs, rollAt) => {
        const rows = bars.flatMap((bar, i): readonly ReportRow[] => {
          const month = rollAt === undefined ? {} : { contract: i < rollAt ? "ESZ5" : "ESH6" };
          const price = bars[stand?.at ?? 0]!.close;
          const isStill = stand !== undefined && i >= stand.at && i < stand.at + stand.bars;
          const still = isStill ? { open: price, high: price, low: price, close: price } : {};
          const how = spoils.find(({ at }) => at === i)?.how ?? ((one: ReportRow) => [one]);
          return how({ ...bar, ...still, ...month });
        });
        const options = { calendar, ...(stepMs === undefined ? {} : { stepMs }) };
        const examiner = new BarExaminer(options);
        for (const end of ends) {
          const some = rows.slice(0, end);
          assert.deepEqual(examiner.report(some), reportOnBars(some, options));
        }
      },
    ),
    { numRuns: 60 },
  );
});

Deno.test("BarExaminer examines afresh what was changed or filled in behind its back", () => {
  const { bars } = SERIES[0]!;
  const examiner = new BarExaminer({ stepMs: MINUTE });
  const equal = (rows: readonly ReportRow[]) =>
    assert.deepEqual(examiner.report(rows), reportOnBars(rows, { stepMs: MINUTE }));
  const holed = bars.filter((_, i) => i < 300 || i > 310);
  equal(holed.slice(0, 2_000));
  assert.equal(examiner.report(holed.slice(0, 2_000)).missing.length, 1);
  equal(bars.slice(0, 2_000));
  assert.equal(examiner.report(bars.slice(0, 2_000)).missing.length, 0, "healed");
  const revised = bars.map((bar, i) => i === 700 ? { ...bar, close: bar.close * 1.3 } : bar);
  equal(revised.slice(0, 2_001));
  assert.equal(examiner.report(revised.slice(0, 2_001)).verdict.cause, "data", "revised");
});

Deno.test("BarExaminer looks at a bar once: a month more costs a month, a minute more next to nothing", () => {
  const month = cleanBars(MONDAY, MONDAY + 30 * DAY, alwaysOpen);
  let asked = 0;
  const calendar = { ...alwaysOpen, isOpen: () => (asked++, true) };
  const examiner = new BarExaminer({ calendar, stepMs: MINUTE });
  examiner.report(month.slice(0, -1));
  assert.ok(asked >= month.length - 1, `${asked}`);
  asked = 0;
  examiner.report(month);
  assert.equal(asked, 1);
});
