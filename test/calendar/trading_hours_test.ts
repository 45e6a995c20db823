import fc from "fast-check";
import assert from "node:assert/strict";
import { alwaysOpen, type TradingCalendar } from "../../lib/calendar/calendar.ts";
import { globexEquityIndex } from "../../lib/calendar/globex.ts";
import {
  formatTradingHours,
  parseTradingHours,
  withPublishedHours,
} from "../../lib/calendar/trading_hours.ts";
import { DAY, HOUR, type Interval, MINUTE } from "../../lib/model/time.ts";
import { sharedData } from "../support/shared_data.ts";

function utc(text: string): number {
  return Date.parse(`${text}Z`);
}

function shown({ from, to }: Interval): string {
  return [from, to].map((time) => new Date(time).toISOString().slice(0, 16)).join("/");
}

Deno.test("parseTradingHours reads the present syntax with early closes and closed days", () => {
  const hours = parseTradingHours(
    "20250525:1700-20250526:1200;20250526:1700-20250527:1600;20250531:CLOSED",
    "US/Central",
  );
  assert.deepEqual(hours.sessions.map(shown), [
    "2025-05-25T22:00/2025-05-26T17:00",
    "2025-05-26T22:00/2025-05-27T21:00",
  ]);
  assert.deepEqual(hours.closedDays.map(shown), ["2025-05-31T05:00/2025-06-01T05:00"]);
  assert.equal(hours.fault, undefined);
});

Deno.test("parseTradingHours reads the old syntax, whose sessions open on the day before", () => {
  const hours = parseTradingHours("20160321:1700-1515,1530-1600;20160322:CLOSED", "CTT");
  assert.deepEqual(hours.sessions.map(shown), [
    "2016-03-20T22:00/2016-03-21T20:15",
    "2016-03-21T20:30/2016-03-21T21:00",
  ]);
  assert.deepEqual(hours.closedDays.map(shown), ["2016-03-22T05:00/2016-03-23T05:00"]);
});

Deno.test("parseTradingHours follows summer time within one text", () => {
  const hours = parseTradingHours("20260305:1700-20260306:1600;20260308:1700-20260309:1600", "CST");
  assert.deepEqual(hours.sessions.map(shown), [
    "2026-03-05T23:00/2026-03-06T22:00",
    "2026-03-08T22:00/2026-03-09T21:00",
  ]);
});

Deno.test("parseTradingHours takes 2400 as the end of the day and joins what touches", () => {
  const hours = parseTradingHours("20260105:0000-20260105:2400;20260106:0000-20260106:2400", "GMT");
  assert.deepEqual(hours.sessions.map(shown), ["2026-01-05T00:00/2026-01-07T00:00"]);
});

Deno.test("parseTradingHours stops at what makes no sense and says so", () => {
  const good = "20260105:1700-20260106:1600";
  for (
    const bad of [
      "20260107:1700-20260106:1600",
      "20260107:2500-20260108:1600",
      "20260107:2430-20260108:1600",
      "20260230:CLOSED",
      "20260107:1700-20270108:1600",
      "20260107:",
      "20260107",
      "20260107:OPEN",
      "20260107:1700-20260108:16",
      "soon",
    ]
  ) {
    const hours = parseTradingHours(`${good};${bad};20260112:CLOSED`, "US/Central");
    assert.deepEqual(hours.sessions.map(shown), ["2026-01-05T23:00/2026-01-06T22:00"], bad);
    assert.deepEqual(hours.closedDays, [], bad);
    assert.match(hours.fault ?? "", /cannot be read/, bad);
  }
});

Deno.test("parseTradingHours knows nothing without a known zone, and nothing of an empty text", () => {
  for (const zone of ["", "Mars/Olympus", "??"]) {
    const hours = parseTradingHours("20260105:1700-20260106:1600", zone);
    assert.deepEqual(hours.sessions, []);
    assert.match(hours.fault ?? "", /time zone .* is not known/);
  }
  assert.deepEqual(parseTradingHours("", "US/Central"), {
    sessions: [],
    closedDays: [],
    fault: undefined,
  });
});

Deno.test("parseTradingHours never throws", () => {
  const piece = fc.constantFrom("20260105", ":", "1700", "-", "1600", ";", ",", "CLOSED", "x", "9");
  const text = fc.oneof(fc.string(), fc.array(piece).map((pieces) => pieces.join("")));
  fc.assert(fc.property(text, fc.constantFrom("US/Central", "CTT", ""), (text, zone) => {
    const { sessions } = parseTradingHours(text, zone);
    assert.ok(sessions.every(({ from, to }) => Number.isSafeInteger(from) && to > from));
  }));
});

Deno.test("withPublishedHours lets an early close and a holiday decide within its reach only", () => {
  const hours = parseTradingHours(
    "20240325:1700-20240326:1600;20240326:1700-20240327:1600;20240327:1700-20240328:1355;" +
      "20240329:CLOSED;20240330:CLOSED;20240331:1700-20240401:1600",
    "US/Central",
  );
  const calendar = withPublishedHours(globexEquityIndex, hours);
  for (
    const [text, expected] of [
      ["2024-03-25T20:00", true], // Monday's session is not in the text: the rule
      ["2024-03-25T21:30", false],
      ["2024-03-25T22:00", true],
      ["2024-03-28T18:54", true],
      ["2024-03-28T18:55", false], // early close
      ["2024-03-28T22:00", false], // the rule alone would open Good Friday here
      ["2024-03-29T15:00", false],
      ["2024-03-31T21:59", false],
      ["2024-03-31T22:00", true],
      ["2024-04-01T20:59", true],
      ["2024-04-01T21:00", false],
      ["2024-04-01T22:00", true], // beyond the text: the rule, not "closed"
      ["2024-04-08T12:00", true],
    ] as const
  ) assert.equal(calendar.isOpen(utc(text)), expected, text);
  assert.equal(calendar.nextOpen(utc("2024-03-28T18:55")), utc("2024-03-31T22:00"));
  assert.equal(calendar.nextOpen(utc("2024-04-01T21:00")), utc("2024-04-01T22:00"));
  assert.equal(calendar.nextOpen(utc("2024-03-23T12:00")), utc("2024-03-24T22:00"));
  assert.equal(calendar.nextOpen(utc("2024-03-25T21:10")), utc("2024-03-25T22:00"));
  assert.deepEqual(
    calendar.sessions(utc("2024-03-27T12:00"), utc("2024-04-02T12:00")).map(shown),
    [
      "2024-03-26T22:00/2024-03-27T21:00",
      "2024-03-27T22:00/2024-03-28T18:55",
      "2024-03-31T22:00/2024-04-01T21:00",
      "2024-04-01T22:00/2024-04-02T21:00",
    ],
  );
});

Deno.test("withPublishedHours counts a closed day at the edge with the session it replaces", () => {
  const newYear = withPublishedHours(
    globexEquityIndex,
    parseTradingHours("20231230:CLOSED;20231231:CLOSED;20240101:CLOSED", "US/Central"),
  );
  assert.equal(newYear.isOpen(utc("2024-01-01T12:00")), false);
  assert.equal(newYear.isOpen(utc("2023-12-31T23:30")), false, "Sunday evening is Monday's");
  assert.equal(newYear.isOpen(utc("2024-01-01T23:30")), true, "Monday evening is Tuesday's");
  assert.equal(newYear.nextOpen(utc("2023-12-30T12:00")), utc("2024-01-01T23:00"));
  const goodFriday = withPublishedHours(
    globexEquityIndex,
    parseTradingHours("20240329:CLOSED", "US/Central"),
  );
  assert.equal(goodFriday.isOpen(utc("2024-03-28T22:30")), false, "the evening before is Friday's");
  assert.equal(goodFriday.isOpen(utc("2024-03-28T20:30")), true);
  assert.equal(goodFriday.nextOpen(utc("2024-03-28T21:00")), utc("2024-03-31T22:00"));
});

Deno.test("withPublishedHours is the rule itself when nothing was published or understood", () => {
  for (const text of ["", "soon"]) {
    const hours = parseTradingHours(text, "US/Central");
    assert.equal(withPublishedHours(globexEquityIndex, hours), globexEquityIndex);
  }
});

/** Weeks of Globex with days closed or cut short at random, as published from some moment on. */
const publishedWeeks = fc.record({
  start: fc.integer({ min: Date.UTC(2023, 0), max: Date.UTC(2027, 0) }),
  days: fc.integer({ min: 1, max: 12 }),
  holidays: fc.array(fc.integer({ min: -1, max: 12 }), { maxLength: 3 }),
});

/** The rule without the sessions that close on some days. */
function without(
  rule: TradingCalendar,
  isHoliday: (session: Interval) => boolean,
): TradingCalendar {
  const sessions = (from: number, to: number) =>
    rule.sessions(from, to).filter((session) => !isHoliday(session));
  return {
    name: "with holidays",
    isOpen: (time) => sessions(time, time + 1).length > 0,
    sessionOf: (time) => sessions(time, time + 1)[0],
    nextOpen: () => undefined,
    sessions,
  };
}

Deno.test("withPublishedHours gives back what formatTradingHours wrote, and is at one with itself", () => {
  fc.assert(
    fc.property(publishedWeeks, ({ start, days, holidays }) => {
      const truth = without(
        globexEquityIndex,
        ({ to }) => holidays.includes(Math.floor((to - start) / DAY)),
      );
      const text = formatTradingHours(truth, start, days, "US/Central");
      const hours = parseTradingHours(text, "US/Central");
      assert.equal(hours.fault, undefined);
      const calendar = withPublishedHours(globexEquityIndex, hours);
      const listed = [...hours.sessions, ...hours.closedDays];
      if (listed.length === 0) return;
      const from = Math.min(...listed.map((i) => i.from));
      const to = Math.max(...hours.sessions.map((i) => i.to));
      for (let time = from; time < to; time += HOUR / 2) {
        assert.equal(calendar.isOpen(time), truth.isOpen(time), `${text} at ${new Date(time)}`);
      }
      for (let time = from - 3 * DAY; time < from + 16 * DAY; time += 7 * HOUR + 13 * MINUTE) {
        const session = calendar.sessionOf(time);
        const next = calendar.nextOpen(time)!;
        assert.equal(session !== undefined, calendar.isOpen(time));
        assert.equal(calendar.isOpen(next), true);
        if (session === undefined) {
          assert.ok(next > time && calendar.isOpen(next - 1) === false);
          assert.deepEqual(calendar.sessions(time, next), []);
        } else {
          assert.equal(next, time);
          assert.ok(session.from <= time && time < session.to);
          assert.deepEqual(calendar.sessions(time, time + 1), [session]);
        }
      }
    }),
    { numRuns: 60 },
  );
});

Deno.test("formatTradingHours lists a week as IB does, through the change to summer time", () => {
  const text = formatTradingHours(globexEquityIndex, utc("2026-03-06T18:00"), 5, "US/Central");
  assert.equal(
    text,
    "20260305:1700-20260306:1600;20260307:CLOSED;20260308:1700-20260309:1600;20260309:1700-20260310:1600",
  );
});

Deno.test("formatTradingHours gives a market that never shuts one long stretch", () => {
  const text = formatTradingHours(alwaysOpen, utc("2026-03-06T18:00"), 2, "GMT");
  assert.equal(text, "20260306:0000-20260308:0000");
});

Deno.test("formatTradingHours refuses an unknown zone and a broken number of days", () => {
  assert.throws(() => formatTradingHours(globexEquityIndex, 0, 1, "Mars"), /zone .*got Mars/);
  assert.throws(() => formatTradingHours(globexEquityIndex, 0, 1.5, "GMT"), /days .*got 1.5/);
});

interface RealHours {
  readonly symbol: string;
  readonly captured: string;
  readonly tz: string | null;
  readonly tradingHours: string;
  readonly liquidHours: string | null;
}

const realFile = sharedData("tws/ib_hours_strings.json");

Deno.test({
  name: "parseTradingHours reads every captured string of 2016 to 2025 whole",
  ignore: realFile === undefined,
  fn() {
    const entries: RealHours[] = JSON.parse(Deno.readTextFileSync(realFile!));
    assert.equal(entries.length, 12);
    for (const { symbol, captured, tz, tradingHours, liquidHours } of entries) {
      const zone = tz ?? "US/Central";
      for (const text of [tradingHours, liquidHours ?? ""]) {
        if (!/^\d|^$/.test(text)) continue;
        const hours = parseTradingHours(text, zone);
        assert.equal(hours.fault, undefined, `${symbol} ${captured}`);
        const parts = text.split(/[;,]/).filter((part) => part !== "");
        const closed = parts.filter((part) => part.endsWith("CLOSED"));
        assert.equal(hours.closedDays.length, closed.length, `${symbol} ${captured}`);
        assert.equal(hours.sessions.length, parts.length - closed.length, `${symbol} ${captured}`);
      }
    }
  },
});

Deno.test({
  name: "globexEquityIndex equals IB's published index hours since the halt at 15:15 was dropped",
  ignore: realFile === undefined,
  fn() {
    const entries: RealHours[] = JSON.parse(Deno.readTextFileSync(realFile!));
    const weeks = entries.filter(({ captured, symbol }) =>
      captured > "2021-06" && /^(ES|NQ|future)/.test(symbol) && symbol !== "ES FOP"
    );
    let days = 0;
    for (const { tz, tradingHours } of weeks) {
      const { sessions } = parseTradingHours(tradingHours, tz ?? "US/Central");
      for (const session of sessions) {
        const byRule = globexEquityIndex.sessionOf(session.from);
        const isHalfDay = shown(session) === "2025-05-25T22:00/2025-05-26T17:00";
        if (isHalfDay) assert.equal(byRule?.from, session.from);
        else assert.deepEqual(byRule, session);
        days++;
      }
    }
    assert.equal(days, 20);
  },
});

Deno.test({
  name: "withPublishedHours keeps the halt of 2019 and Memorial Day's noon close of 2025",
  ignore: realFile === undefined,
  fn() {
    const entries: RealHours[] = JSON.parse(Deno.readTextFileSync(realFile!));
    const calendarOf = (captured: string) => {
      const entry = entries.find((e) => e.captured === captured)!;
      const hours = parseTradingHours(entry.tradingHours, entry.tz ?? "US/Central");
      return withPublishedHours(globexEquityIndex, hours);
    };
    const halt = calendarOf("2019-03-27");
    assert.equal(halt.isOpen(utc("2019-03-27T20:14")), true);
    assert.equal(halt.isOpen(utc("2019-03-27T20:15")), false);
    assert.equal(halt.isOpen(utc("2019-03-27T20:30")), true);
    const memorialDay = calendarOf("2025-05-22");
    assert.equal(memorialDay.isOpen(utc("2025-05-26T16:59")), true);
    assert.equal(memorialDay.isOpen(utc("2025-05-26T17:00")), false);
    assert.equal(memorialDay.nextOpen(utc("2025-05-26T17:00")), utc("2025-05-26T22:00"));
  },
});
