import assert from "node:assert/strict";
import { reportOnBars } from "../../../lib/bars/report/data_report.ts";
import { unknownHours } from "../../../lib/bars/report/habitual_hours.ts";
import { alwaysOpen } from "../../../lib/calendar/calendar.ts";
import { globexEquityIndex } from "../../../lib/calendar/globex.ts";
import { DAY, HOUR, MINUTE } from "../../../lib/model/time.ts";
import { cleanBars } from "../clean_bars.ts";
import { counts, found } from "./found_findings.ts";
import { scaled } from "./scaled_bar.ts";

const MONDAY = Date.UTC(2026, 0, 26);
const N = 600;
const CLEAN = cleanBars(MONDAY, MONDAY + N * MINUTE, alwaysOpen);

Deno.test("reportOnBars distinguishes a jump, which no market makes, from a move, at the first and the last bar too", () => {
  const cents = CLEAN.map((bar, row) => row < 300 ? bar : scaled(bar, 0.01));
  const report = reportOnBars(cents);
  assert.deepEqual(counts(report), { jump: 1 });
  assert.match(found(report, "jump")!.examples[0]!.what, /05:00:00 UTC: times 0\.01$/);
  assert.match(report.verdict.sentence, /look at 1 jump before you trust them/);
  for (const at of [0, N - 1]) {
    const edge = reportOnBars(CLEAN.map((bar, row) => row === at ? scaled(bar, 10) : bar));
    assert.deepEqual(counts(edge), { jump: 1 }, `${at}`);
  }
  const tenfold = reportOnBars(CLEAN.map((bar, row) => row === 300 ? scaled(bar, 10) : bar));
  assert.deepEqual(counts(tenfold), { spike: 1 });
  assert.match(found(tenfold, "spike")!.examples[0]!.what, /times 10, and back/);
});

Deno.test("reportOnBars distinguishes bars of two steps in one file from a thin market", () => {
  const mixed = CLEAN.filter((_, row) => row < 400 || row % 3 === 0);
  const report = reportOnBars(mixed);
  assert.deepEqual(counts(report), { step: 1, gap: 66 });
  assert.match(found(report, "step")!.sentence, /have another step than the 1 min of most/);
  assert.match(
    found(report, "step")!.examples[0]!.what,
    /67 bars, one each 3 min, from 2026-01-26 06:39/,
  );
  assert.match(
    report.verdict.sentence,
    /^It is the data, .*: 1 stretch of another step; besides, 132 bars are missing\.$/,
  );
});

Deno.test("reportOnBars distinguishes volume that was lost from a market in which nothing traded", () => {
  const lost = CLEAN.map((bar, row) => row >= 100 && row < 160 ? { ...bar, volume: 0 } : bar);
  const report = reportOnBars(lost);
  assert.equal(found(report, "zero-volume")!.severity, "warning");
  assert.equal(found(report, "zero-volume")!.count, 60);
  assert.match(report.verdict.sentence, /60 bars that moved without volume before you trust/);
  const never = reportOnBars(CLEAN.map((bar) => ({ ...bar, volume: 0 })));
  assert.match(found(never, "zero-volume")!.sentence, /0 in every bar: it was not recorded/);
  assert.equal(never.verdict.cause, "nothing");
});

Deno.test("reportOnBars takes bars outside the session at the same times every day for other hours", () => {
  const bars = cleanBars(MONDAY, MONDAY + 5 * DAY, globexEquityIndex);
  const extra = Array.from({ length: 4 * 15 }, (_, i) => ({
    ...bars[0]!,
    openTime: MONDAY + Math.floor(i / 15) * DAY + 22 * HOUR + (i % 15) * MINUTE,
  }));
  const late = [...bars, ...extra].sort((a, b) => a.openTime - b.openTime);
  const report = reportOnBars(late, { calendar: globexEquityIndex });
  assert.equal(found(report, "off-session")!.count, 60);
  assert.equal(report.verdict.cause, "unknown");
  assert.match(report.verdict.sentence, /keep other hours than CME Globex equity index: 60 bars/);
});

Deno.test("reportOnBars counts the days of a market, and reports where missing bars are unknown", () => {
  const days = cleanBars(MONDAY, MONDAY + 60 * DAY, alwaysOpen).filter((_, i) => i % 1_440 === 0);
  assert.equal(reportOnBars(days).stepMs, DAY);
  assert.deepEqual(reportOnBars(days).findings, []);
  const holed = days.filter((_, day) => day !== 20 && day !== 21);
  assert.deepEqual(reportOnBars(holed).missing, [
    { from: MONDAY + 20 * DAY, to: MONDAY + 22 * DAY, bars: 2 },
  ]);
  const weekdays = days.filter((_, day) => day % 7 < 5);
  const onGlobex = { calendar: globexEquityIndex };
  assert.deepEqual(reportOnBars(weekdays, onGlobex).findings, []);
  const lost = weekdays.filter(({ openTime }) => openTime !== MONDAY + 9 * DAY);
  assert.deepEqual(reportOnBars(lost, onGlobex).missing.map(({ from }) => from), [
    MONDAY + 9 * DAY,
  ]);
  const unknown = reportOnBars(lost, { calendar: unknownHours });
  assert.deepEqual(unknown.findings, []);
  assert.match(unknown.verdict.sentence, /whether any is missing is unknown\.$/);
  assert.match(reportOnBars(days.slice(0, 1)).verdict.sentence, /nothing to hold it against/);
});

Deno.test("reportOnBars takes a file for ended, and reversed rows for an order of their own", () => {
  const late = { now: MONDAY + N * MINUTE + HOUR, isEnded: true };
  assert.deepEqual(reportOnBars(CLEAN, late).findings, []);
  assert.deepEqual(counts(reportOnBars(CLEAN, { ...late, now: MONDAY + 599 * MINUTE })), {
    future: 1,
  });
  const report = reportOnBars(CLEAN.toReversed());
  assert.equal(found(report, "disorder")!.severity, "note");
  assert.equal(report.verdict.sentence, "Nothing is wrong: 600 bars, none missing.");
});

Deno.test("reportOnBars reports two instruments in one file, and goes on with the first", () => {
  const both = CLEAN.flatMap((bar) => [
    { ...bar, contract: "BTCUSDT" },
    { ...scaled(bar, 0.04), contract: "ETHUSDT" },
  ]);
  const swapped = both.map((_, row) => both[row % 4 < 2 ? row : row ^ 1]!);
  for (const rows of [both, swapped]) {
    const report = reportOnBars(rows);
    assert.deepEqual(counts(report), { conflict: N });
    assert.match(found(report, "conflict")!.sentence, /another instrument: make a file of each/);
  }
  assert.equal(
    found(reportOnBars(both), "conflict")!.examples[0]!.what,
    "row 1 and row 2: BTCUSDT and ETHUSDT at 2026-01-26 00:00:00 UTC",
  );
});

Deno.test("reportOnBars names rows by their lines and reports what could not be read in them", () => {
  const column = (name: "openTime" | "open" | "high" | "low" | "close") =>
    CLEAN.map((bar) => bar[name]);
  const report = reportOnBars({
    ...{ openTime: column("openTime"), open: column("open"), high: column("high") },
    ...{ low: column("low"), close: CLEAN.map(({ close }, row) => row === 40 ? close * 2 : close) },
    line: CLEAN.map((_, row) => row + 2),
    unread: new Map([[7, { kind: "line" as const, reason: "it has 9 cells, not 6" }]]),
  });
  assert.deepEqual(counts(report), { line: 1, range: 1 });
  assert.equal(found(report, "line")!.examples[0]!.what, "line 9: it has 9 cells, not 6");
  assert.match(found(report, "range")!.examples[0]!.what, /^line 42: close /);
});
