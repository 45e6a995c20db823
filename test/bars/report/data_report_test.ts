import assert from "node:assert/strict";
import fc from "fast-check";
import { type FindingKind, reportOnBars } from "../../../lib/bars/report/data_report.ts";
import type { ReportRow } from "../../../lib/bars/report/report_rows.ts";
import { alwaysOpen } from "../../../lib/calendar/calendar.ts";
import { globexEquityIndex } from "../../../lib/calendar/globex.ts";
import { LocalClock } from "../../../lib/calendar/local_clock.ts";
import { DAY, HOUR, MINUTE } from "../../../lib/model/time.ts";
import { cleanBars } from "../clean_bars.ts";
import { counts, found } from "./found_findings.ts";
import { scaled } from "./scaled_bar.ts";

const MONDAY = Date.UTC(2026, 0, 26);
const N = 600;
const CLEAN = cleanBars(MONDAY, MONDAY + N * MINUTE, alwaysOpen);

/** Rows apart from each other and from the edges, where one fault cannot hide another. */
const places = fc.uniqueArray(fc.integer({ min: 30, max: 148 }), { minLength: 1, maxLength: 20 })
  .map((numbers) => numbers.sort((a, b) => a - b).map((number) => number * 4));

Deno.test("reportOnBars finds nothing in clean data, with breaks, weekends and both changes of the clock", () => {
  const stretches = [
    [MONDAY, MONDAY + 14 * DAY],
    [Date.UTC(2026, 2, 2), Date.UTC(2026, 2, 16)],
    [Date.UTC(2025, 9, 27), Date.UTC(2025, 10, 10)],
  ] as const;
  for (const [from, to] of stretches) {
    const bars = cleanBars(from, to, globexEquityIndex);
    const report = reportOnBars(bars, { calendar: globexEquityIndex });
    assert.deepEqual(report.findings, []);
    assert.equal(report.expected, bars.length);
    assert.equal(report.stepMs, MINUTE);
    assert.equal(report.zone?.zone, "UTC");
    assert.equal(report.verdict.cause, "nothing");
  }
});

Deno.test("reportOnBars finds nothing in clean data of any seed", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), (seed) => {
      const bars = cleanBars(MONDAY, MONDAY + 2 * DAY, alwaysOpen, { seed });
      assert.deepEqual(reportOnBars(bars).findings, []);
    }),
    { numRuns: 30 },
  );
});

Deno.test("reportOnBars finds exactly the gaps planted, and how long each is", () => {
  const gaps = fc.array(
    fc.record({ at: fc.integer({ min: 1, max: 9 }), bars: fc.integer({ min: 1, max: 40 }) }),
    {
      minLength: 1,
      maxLength: 8,
    },
  );
  fc.assert(
    fc.property(gaps, (planted) => {
      const from = new Map(planted.map(({ at, bars }) => [at * 60 * MINUTE + MONDAY, bars]));
      const bars = CLEAN.filter(({ openTime }) =>
        ![...from].some(([start, length]) =>
          openTime >= start && openTime < start + length * MINUTE
        )
      );
      const report = reportOnBars(bars);
      const expected = [...from].sort(([a], [b]) => a - b).map(([start, length]) => ({
        from: start,
        to: start + length * MINUTE,
        bars: length,
      }));
      assert.deepEqual(report.missing, expected);
      assert.deepEqual(report.findings.map(({ kind }) => kind), ["gap"]);
      assert.equal(found(report, "gap")!.bars, expected.reduce((sum, gap) => sum + gap.bars, 0));
      assert.equal(found(report, "gap")!.first, expected[0]!.from);
      assert.equal(report.expected, N);
    }),
    { numRuns: 60 },
  );
});

Deno.test("reportOnBars finds exactly the repeats, the conflicts and the rows out of order planted", () => {
  fc.assert(
    fc.property(places, (rows) => {
      const repeated = CLEAN.flatMap((bar, row) => rows.includes(row) ? [bar, { ...bar }] : [bar]);
      assert.deepEqual(counts(reportOnBars(repeated)), { repeat: rows.length });
      const conflicting = CLEAN.flatMap((bar, row) =>
        rows.includes(row) ? [bar, { ...bar, volume: bar.volume! + 1 }] : [bar]
      );
      assert.deepEqual(counts(reportOnBars(conflicting)), { conflict: rows.length });
      const swapped = [...CLEAN];
      for (const row of rows) [swapped[row], swapped[row + 1]] = [swapped[row + 1]!, swapped[row]!];
      assert.deepEqual(counts(reportOnBars(swapped)), { disorder: rows.length });
    }),
    { numRuns: 40 },
  );
});

Deno.test("reportOnBars finds exactly the values planted that cannot be, each by its kind", () => {
  const plants: readonly [FindingKind, (bar: ReportRow) => ReportRow][] = [
    ["price", (bar) => ({ ...bar, close: 0 })],
    ["price", (bar) => ({ ...bar, low: -1 })],
    ["price", (bar) => ({ ...bar, open: NaN })],
    ["range", (bar) => ({ ...bar, high: bar.low, low: bar.high })],
    ["range", (bar) => ({ ...bar, close: bar.high * 1.001 })],
    ["volume", (bar) => ({ ...bar, volume: -3 })],
    ["volume", (bar) => ({ ...bar, volume: NaN })],
    ["misaligned", (bar) => ({ ...bar, openTime: bar.openTime + 1_500 })],
  ];
  fc.assert(
    fc.property(places, fc.constantFrom(...plants), (rows, [kind, spoil]) => {
      const report = reportOnBars(CLEAN.map((bar, row) => rows.includes(row) ? spoil(bar) : bar));
      assert.deepEqual(counts(report), { [kind]: rows.length });
      assert.equal(report.verdict.cause, "data");
    }),
    { numRuns: 80 },
  );
});

Deno.test("reportOnBars finds exactly the outliers planted, in the close or in a wick", () => {
  fc.assert(
    fc.property(places, fc.double({ min: 0.01, max: 0.5, noNaN: true }), (rows, size) => {
      const spoil = (change: (bar: ReportRow, i: number) => ReportRow) =>
        reportOnBars(CLEAN.map((bar, row) => rows.includes(row) ? change(bar, row) : bar));
      const shifted = spoil((bar, row) => scaled(bar, row % 8 === 0 ? 1 + size : 1 - size));
      assert.deepEqual(counts(shifted), { spike: rows.length });
      const wicks = spoil((bar, row) =>
        row % 8 === 0
          ? { ...bar, high: bar.high * (1 + size) }
          : { ...bar, low: bar.low * (1 - size) }
      );
      assert.deepEqual(counts(wicks), { spike: rows.length });
    }),
    { numRuns: 40 },
  );
});

Deno.test("reportOnBars distinguishes a move that stays from a spike, and a roll from both", () => {
  const moved = CLEAN.map((bar, row) => row < 300 ? bar : scaled(bar, 1.05));
  assert.deepEqual(counts(reportOnBars(moved)), { move: 1 });
  const rolled = moved.map((bar, row) => ({ ...bar, contract: row < 300 ? "ESZ5" : "ESH6" }));
  const report = reportOnBars(rolled);
  assert.deepEqual(counts(report), { roll: 1 });
  assert.match(found(report, "roll")!.examples[0]!.what, /ESH6/);
  assert.equal(report.verdict.cause, "nothing");
});

Deno.test("reportOnBars finds flat stretches, and whether anything traded in them", () => {
  fc.assert(
    fc.property(fc.integer({ min: 10, max: 90 }), fc.boolean(), (length, isIdle) => {
      const price = CLEAN[199]!.close;
      const stands = { open: price, high: price, low: price, close: price };
      const bars = CLEAN.map((bar, row) =>
        row >= 200 && row < 200 + length ? { ...bar, ...stands, volume: isIdle ? 0 : 7 } : bar
      );
      // The price is back where it was, so that nothing moves but what is planted.
      const factor = price / CLEAN[199 + length]!.close;
      const report = reportOnBars(
        bars.map((bar, row) => row < 200 + length ? bar : scaled(bar, factor)),
      );
      assert.deepEqual(report.flatRuns, [{
        ...{ from: MONDAY + 200 * MINUTE, to: MONDAY + (200 + length) * MINUTE },
        ...{ bars: length, isIdle },
      }]);
      assert.equal(report.zeroVolumeShare, isIdle ? length / N : 0);
      assert.equal(report.verdict.cause, isIdle ? "market" : "unknown");
    }),
    { numRuns: 30 },
  );
});

Deno.test("reportOnBars finds a file's other zone by the daily break, and its offset", () => {
  const zones = [
    ["America/New_York", 5],
    ["America/Chicago", 6],
    ["Europe/Berlin", -1],
    ["Asia/Tokyo", -9],
    ["Asia/Kolkata", -5.5],
  ] as const;
  const week = cleanBars(MONDAY, MONDAY + 5 * DAY, globexEquityIndex);
  for (const [zone, hours] of zones) {
    const report = reportOnBars(onClock(week, zone), { calendar: globexEquityIndex });
    assert.equal(report.zone?.zone, zone);
    assert.equal(report.zone?.shiftMs, hours * HOUR);
    assert.ok(report.zone!.confidence > 0.97);
    assert.equal(report.verdict.cause, "clock");
    assert.match(found(report, "zone")!.sentence, new RegExp(`look like ${zone}, not UTC`));
  }
  const shifted = week.map((bar) => ({ ...bar, openTime: bar.openTime - 3 * HOUR }));
  assert.equal(reportOnBars(shifted, { calendar: globexEquityIndex }).zone?.zone, "UTC-3");
});

/** The same bars with the times that clocks of a zone would show, read as UTC. */
function onClock(bars: readonly ReportRow[], zone: string): ReportRow[] {
  const clock = new LocalClock(zone);
  return bars.map((bar) => {
    const { day, minute } = clock.at(bar.openTime);
    return { ...bar, openTime: day * DAY + minute * MINUTE };
  });
}

Deno.test("reportOnBars finds the zone of a market that never closes by its volume, and none without volume", () => {
  const clock = new LocalClock("America/New_York");
  const profile = (time: number) => {
    const { weekday, minute } = clock.at(time);
    return weekday <= 5 && minute >= 570 && minute < 720 ? 3 : 1;
  };
  const lively = cleanBars(MONDAY, MONDAY + 21 * DAY, alwaysOpen, { profile });
  const here = reportOnBars(lively);
  assert.equal(here.zone?.zone, "UTC");
  assert.equal(here.zone?.evidence, "volume");
  assert.deepEqual(here.findings, []);
  const away = reportOnBars(onClock(lively, "America/Chicago"));
  assert.equal(away.zone?.zone, "America/Chicago");
  assert.equal(away.zone?.shiftMs, 6 * HOUR);
  assert.ok(away.zone!.confidence >= 0.99);
  assert.equal(reportOnBars(cleanBars(MONDAY, MONDAY + 21 * DAY, alwaysOpen)).zone, undefined);
});

Deno.test("reportOnBars never takes closed time for a gap, nor lets a bar in it pass", () => {
  const bars = cleanBars(MONDAY, MONDAY + 5 * DAY, globexEquityIndex);
  const inBreak = bars.findIndex((bar, i) =>
    i > 0 && bar.openTime - bars[i - 1]!.openTime === 61 * MINUTE
  );
  const closes = bars[inBreak - 1]!;
  assert.deepEqual(reportOnBars(bars, { calendar: globexEquityIndex }).missing, []);
  const report = reportOnBars(
    bars.toSpliced(inBreak, 0, { ...closes, openTime: closes.openTime + 30 * MINUTE }),
    { calendar: globexEquityIndex },
  );
  assert.deepEqual(counts(report), { "off-session": 1 });
  assert.equal(found(report, "off-session")!.first, closes.openTime + 30 * MINUTE);
});

Deno.test("reportOnBars goes by the time that has passed: due bars are missing, later ones impossible", () => {
  const end = MONDAY + N * MINUTE;
  assert.deepEqual(reportOnBars(CLEAN, { now: end }).findings, []);
  const late = reportOnBars(CLEAN, { now: end + 5 * MINUTE + 30_000 });
  assert.deepEqual(late.missing, [{ from: end, to: end + 5 * MINUTE, bars: 5 }]);
  const early = reportOnBars(CLEAN, { now: end - 2 * MINUTE });
  assert.deepEqual(counts(early), { future: 2 });
});

Deno.test("reportOnBars takes columns, any step, and data that is no data", () => {
  const column = (name: "openTime" | "open" | "high" | "low" | "close") =>
    CLEAN.map((bar) => bar[name]);
  const columns = {
    openTime: column("openTime"),
    ...{ open: column("open"), high: column("high"), low: column("low"), close: column("close") },
  };
  const report = reportOnBars(columns);
  assert.deepEqual(report.findings, []);
  assert.equal(report.zeroVolumeShare, NaN);
  const hourly = CLEAN.filter((_, i) => i % 60 === 0);
  assert.equal(reportOnBars(hourly).stepMs, HOUR);
  assert.match(
    found(reportOnBars(hourly, { stepMs: MINUTE }), "step")!.sentence,
    /3600 s apart, not 60 s/,
  );
  const byClose = CLEAN.map((bar) => ({ ...bar, openTime: bar.openTime + MINUTE - 1 }));
  assert.match(found(reportOnBars(byClose), "misaligned")!.sentence, /times of their close/);
  assert.deepEqual(reportOnBars([]).findings, []);
  assert.equal(reportOnBars([]).verdict.sentence, "There is no bar to judge.");
  const nonsense = [NaN, Infinity, -1.5, 1e300].map((value) => ({
    ...{ openTime: value, open: value, high: value, low: value, close: value, volume: value },
  }));
  assert.deepEqual(counts(reportOnBars(nonsense)), { time: 4 });
  assert.throws(() => reportOnBars({ ...columns, close: [1] }), /close must have as many rows/);
  assert.throws(() => reportOnBars(CLEAN, { stepMs: 0 }), /stepMs must be a whole number/);
});

Deno.test("reportOnBars does not stumble over a hole of fifty years", () => {
  const lone = { ...CLEAN[0]!, openTime: 0 };
  const report = reportOnBars([lone, ...CLEAN], { calendar: globexEquityIndex });
  assert.equal(report.missing[0]!.from, 1 * MINUTE);
  assert.ok(report.missing.length > 10_000, "one stretch a session");
  const sessions = Array.from(
    { length: 200_000 },
    (_, i) => ({ from: 2 * i * MINUTE, to: (2 * i + 1) * MINUTE }),
  );
  const ends = [0, 1, 400_000].map((minute) => ({ ...CLEAN[0]!, openTime: minute * MINUTE }));
  const centuries = reportOnBars(ends, { calendar: { ...alwaysOpen, sessions: () => sessions } });
  assert.equal(centuries.missing.length, 199_999, "more than a call takes arguments");
});

Deno.test("reportOnBars says whether it is the market or the data", () => {
  const halted = CLEAN.filter((_, row) => row < 300 || row >= 380).map((bar, row) => {
    const price = CLEAN[249]!.close;
    return row < 250 || row >= 300
      ? bar
      : { ...bar, open: price, high: price, low: price, close: price, volume: 0 };
  });
  assert.match(
    reportOnBars(halted).verdict.sentence,
    /^It is the market: .* the venue had halted\.$/,
  );
  const thin = CLEAN.filter((_, row) => row % 7 !== 3 && row % 11 !== 5);
  assert.match(reportOnBars(thin).verdict.sentence, /^It is most likely the market: /);
  const days = cleanBars(MONDAY, MONDAY + 6 * DAY, alwaysOpen).filter(({ openTime }) =>
    (openTime + MINUTE) % DAY !== 0
  );
  assert.match(
    reportOnBars(days).verdict.sentence,
    /^It is the data, .* always the minute of 23:59 UTC/,
  );
  const lost = CLEAN.filter((_, row) => row < 300 || row >= 380);
  assert.match(
    reportOnBars(lost).verdict.sentence,
    /^80 bars .* cannot show whether the venue had none/,
  );
});
