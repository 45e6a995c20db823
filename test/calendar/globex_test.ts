import fc from "fast-check";
import assert from "node:assert/strict";
import { globexEquityIndex, globexWithAuthority, tradingDayOf } from "../../lib/calendar/globex.ts";
import { DAY, floorTo, HOUR, type Interval, MINUTE } from "../../lib/model/time.ts";
import { systemFiles } from "../../lib/runtime/files.ts";
import { sharedData } from "../support/shared_data.ts";

const { isOpen, nextOpen, sessionOf, sessions } = globexEquityIndex;

function utc(text: string): number {
  return Date.parse(`${text}Z`);
}

function shown({ from, to }: Interval): string[] {
  return [from, to].map((time) => new Date(time).toISOString().slice(0, 16));
}

Deno.test("globexEquityIndex opens an hour earlier in UTC once Chicago's summer time began on 2026-03-08", () => {
  assert.deepEqual(sessions(utc("2026-03-05T12:00"), utc("2026-03-10T12:00")).map(shown), [
    ["2026-03-04T23:00", "2026-03-05T22:00"],
    ["2026-03-05T23:00", "2026-03-06T22:00"],
    ["2026-03-08T22:00", "2026-03-09T21:00"],
    ["2026-03-09T22:00", "2026-03-10T21:00"],
  ]);
});

Deno.test("globexEquityIndex opens an hour later in UTC once Chicago's summer time ended on 2026-11-01", () => {
  assert.deepEqual(sessions(utc("2026-10-29T12:00"), utc("2026-11-03T12:00")).map(shown), [
    ["2026-10-28T22:00", "2026-10-29T21:00"],
    ["2026-10-29T22:00", "2026-10-30T21:00"],
    ["2026-11-01T23:00", "2026-11-02T22:00"],
    ["2026-11-02T23:00", "2026-11-03T22:00"],
  ]);
});

Deno.test("globexEquityIndex opens and shuts at the exact millisecond of break and weekend", () => {
  for (
    const [text, expected] of [
      ["2026-07-07T20:59:59.999", true],
      ["2026-07-07T21:00:00.000", false],
      ["2026-07-07T21:59:59.999", false],
      ["2026-07-07T22:00:00.000", true],
      ["2026-07-10T20:59:59.999", true],
      ["2026-07-10T21:00:00.000", false],
      ["2026-07-11T12:00:00.000", false],
      ["2026-07-12T21:59:59.999", false],
      ["2026-07-12T22:00:00.000", true],
      ["2024-02-29T12:00:00.000", true],
      ["2025-12-30T23:30:00.000", true],
    ] as const
  ) assert.equal(isOpen(utc(text)), expected, text);
});

Deno.test("globexEquityIndex does not know whether it is open at an unknown time", () => {
  assert.equal(isOpen(NaN), undefined);
  assert.equal(sessionOf(NaN), undefined);
  assert.equal(nextOpen(Infinity), undefined);
  assert.throws(() => sessions(-Infinity, 0), RangeError);
});

Deno.test("globexEquityIndex names the next open: now, after the break, after the weekend", () => {
  const open = utc("2026-07-07T12:00");
  assert.equal(nextOpen(open), open);
  assert.equal(nextOpen(utc("2026-07-07T21:00")), utc("2026-07-07T22:00"));
  assert.equal(nextOpen(utc("2026-03-06T22:00")), utc("2026-03-08T22:00"));
  assert.equal(nextOpen(utc("2026-10-31T00:00")), utc("2026-11-01T23:00"));
});

Deno.test("globexEquityIndex.sessions leaves out sessions that only touch the asked time", () => {
  const [session] = sessions(utc("2026-07-07T12:00"), utc("2026-07-07T12:01"));
  assert.deepEqual(session && shown(session), ["2026-07-06T22:00", "2026-07-07T21:00"]);
  assert.deepEqual(sessions(utc("2026-07-07T21:00"), utc("2026-07-07T22:00")), []);
});

/** Chicago's wall clock from another library of zones: Intl instead of Temporal. */
const chicago = new Intl.DateTimeFormat("en-GB", {
  timeZone: "America/Chicago",
  weekday: "short",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});

/** The rule in words, by Chicago's wall clock. */
function isOpenByWallClock(time: number): boolean {
  const parts = Object.fromEntries(chicago.formatToParts(time).map((p) => [p.type, p.value]));
  const hour = Number(parts.hour);
  if (parts.weekday === "Sat") return false;
  if (parts.weekday === "Sun") return hour >= 17;
  if (parts.weekday === "Fri") return hour < 16;
  return hour !== 16;
}

Deno.test("globexEquityIndex agrees with Chicago's wall clock every 10 minutes of 2028", () => {
  let checked = 0;
  // A year of which the table of holidays says nothing.
  for (let time = Date.UTC(2028, 0, 1); time < Date.UTC(2029, 0, 1); time += 10 * MINUTE) {
    assert.equal(isOpen(time), isOpenByWallClock(time), new Date(time).toISOString());
    checked++;
  }
  assert.equal(checked, 366 * 144);
});

Deno.test("globexEquityIndex answers with one voice at any time without holidays from 1990 to 2040", () => {
  const anyTime = fc.oneof(
    fc.integer({ min: Date.UTC(1990, 0), max: Date.UTC(2022, 11, 30) }),
    fc.integer({ min: Date.UTC(2028, 0, 3), max: Date.UTC(2040, 0) }),
  );
  fc.assert(fc.property(anyTime, (time) => {
    const session = sessionOf(time);
    const next = nextOpen(time)!;
    assert.equal(isOpen(time), isOpenByWallClock(time));
    assert.equal(session !== undefined, isOpen(time));
    if (session !== undefined) {
      assert.ok(session.from <= time && time < session.to);
      assert.equal(session.to - session.from, 23 * HOUR);
      assert.equal(isOpen(session.from - 1), false);
      assert.equal(isOpen(session.to), false);
      assert.equal(next, time);
      assert.deepEqual(sessions(time, time + 1), [session]);
    } else {
      assert.ok(next > time && next - time <= 50 * HOUR);
      assert.equal(isOpen(next), true);
      assert.equal(isOpen(next - 1), false);
      assert.deepEqual(sessions(time, next), []);
    }
  }));
});

Deno.test("globexEquityIndex.isOpen is cheap over years of minutes", () => {
  const start = performance.now();
  let open = 0;
  for (let time = Date.UTC(2028, 0, 1); time < Date.UTC(2031, 0, 1); time += MINUTE) {
    if (isOpen(time)) open++;
  }
  const elapsedMs = performance.now() - start;
  assert.equal(open, 782 * 23 * 60 + 60, "782 whole sessions and the first hour of one");
  assert.ok(elapsedMs < 2_000, `1.58 million minutes took ${elapsedMs} ms`);
});

Deno.test("tradingDayOf gives Sunday evening to Monday, and nothing to break and weekend", () => {
  assert.equal(tradingDayOf(utc("2026-03-08T22:00")), "20260309");
  assert.equal(tradingDayOf(utc("2026-03-09T20:59")), "20260309");
  assert.equal(tradingDayOf(utc("2026-03-09T21:00")), undefined);
  assert.equal(tradingDayOf(utc("2026-03-09T22:00")), "20260310");
  assert.equal(tradingDayOf(utc("2026-12-31T23:00")), undefined);
  assert.equal(tradingDayOf(utc("2027-12-31T15:00")), "20271231");
  assert.equal(tradingDayOf(utc("2026-03-07T12:00")), undefined);
  assert.equal(tradingDayOf(NaN), undefined);
});

/** Real windows with the ends of summer time, holidays and rolls in them. */
const REAL_FILES = [
  "es/databento_MES_1m_2023-10-27_dst_end.csv.gz",
  "es/databento_MES_1m_2023-11-20_thanksgiving.csv.gz",
  "es/databento_MES_1m_2024-03-08_dst_start_roll.csv.gz",
  "es/databento_MES_1m_2024-06-17_juneteenth_roll_july4.csv.gz",
  "overlap/w1_2023_databento_MES_1m.csv.gz",
  "overlap/w2_2024_databento_MES_1m.csv.gz",
];

for (const name of REAL_FILES) {
  const file = sharedData(name);
  Deno.test({
    name: `globexEquityIndex is open in every minute that really traded: ${name}`,
    ignore: file === undefined,
    async fn() {
      const [head = "", ...lines] = (await systemFiles.readText(file!)).trimEnd().split("\n");
      const column = head.split(",").indexOf("open_time_ms");
      const times = lines.map((line) => Number(line.split(",")[column]));
      assert.ok(times.length > 5_000 && times.every((time) => time === floorTo(time, MINUTE)));
      assert.deepEqual(times.filter((time) => !isOpen(time)).map((t) => new Date(t)), []);
      const opens = new Set(times.map((time) => sessionOf(time)?.from));
      const seen = new Set(times);
      const atOpen = [...opens].filter((from) => from !== undefined && seen.has(from));
      assert.ok(atOpen.length > 0.8 * opens.size, "most sessions must trade in their first minute");
      assert.ok(times.at(-1)! - times[0]! > 5 * DAY);
    },
  });
}

Deno.test("globexWithAuthority knows nothing of sessions that its table of holidays does not reach", () => {
  const inside = [Date.UTC(2023, 0, 3, 15), Date.UTC(2027, 11, 31, 15)];
  for (const time of inside) assert.equal(globexWithAuthority.isOpen(time), true);
  // The session of 3 January 2028 begins on Sunday evening; that of 30 December 2022 is before the table.
  const outside = [
    Date.UTC(2028, 0, 2, 23, 30),
    Date.UTC(2028, 6, 4, 15),
    Date.UTC(2022, 11, 30, 15),
  ];
  for (const time of outside) {
    assert.equal(globexWithAuthority.isOpen(time), undefined);
    assert.equal(globexEquityIndex.isOpen(time), true);
  }
  const shut = [
    Date.UTC(2027, 11, 24, 15),
    Date.UTC(2031, 11, 27, 15),
    Date.UTC(2031, 11, 2, 22, 30),
  ];
  for (const time of shut) assert.equal(globexWithAuthority.isOpen(time), false);
  assert.equal(globexWithAuthority.isOpen(NaN), undefined);
});
