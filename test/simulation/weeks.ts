import { HOUR, type Interval, MINUTE } from "../../lib/model/time.ts";

/** A week in which the calendar does something. */
export interface Week extends Interval {
  readonly name: string;
  /** Every session of ES and NQ that touches it, epoch ms UTC. */
  readonly sessions: readonly Interval[];
}

/**
 * Written down by hand, in UTC, from the exchange's published hours and the days on which clocks change: no
 * calendar of ours has a say in it.
 */
export const WEEKS: readonly Week[] = [
  week(
    "US clocks forward on 8 March, roll to June on 15 March",
    "2026-03-06T18:00/2026-03-16T02:00",
    [
      "2026-03-05T23:00/2026-03-06T22:00",
      // Chicago's 17:00 is 22:00 UTC from here on.
      ..."08 09 10 11 12".split(" ").map((day) => daily("2026-03", day, "22:00", "21:00")),
      "2026-03-15T22:00/2026-03-16T21:00",
    ],
  ),
  week(
    "European clocks forward on 29 March, Good Friday cut short",
    "2026-03-27T18:00/2026-04-04T02:00",
    [
      "2026-03-26T22:00/2026-03-27T21:00",
      ..."29 30".split(" ").map((day) => daily("2026-03", day, "22:00", "21:00")),
      "2026-03-31T22:00/2026-04-01T21:00",
      "2026-04-01T22:00/2026-04-02T21:00",
      "2026-04-02T22:00/2026-04-03T13:15",
    ],
  ),
  week(
    "European clocks back on 25 October, US clocks back on 1 November",
    "2026-10-24T20:00/2026-11-02T02:00",
    [
      ..."25 26 27 28 29".split(" ").map((day) => daily("2026-10", day, "22:00", "21:00")),
      "2026-11-01T23:00/2026-11-02T22:00",
    ],
  ),
  week("Thanksgiving", "2026-11-22T18:00/2026-11-30T02:00", [
    ..."22 23 24".split(" ").map((day) => daily("2026-11", day, "23:00", "22:00")),
    "2026-11-25T23:00/2026-11-26T18:00",
    "2026-11-26T23:00/2026-11-27T18:15",
    "2026-11-29T23:00/2026-11-30T22:00",
  ]),
  week("Christmas", "2026-12-20T18:00/2026-12-28T02:00", [
    ..."20 21 22".split(" ").map((day) => daily("2026-12", day, "23:00", "22:00")),
    "2026-12-23T23:00/2026-12-24T18:15",
    "2026-12-27T23:00/2026-12-28T22:00",
  ]),
];

/** Minutes in which ES and NQ trade within `[from, to)`. */
export function tradingMinutes({ sessions }: Week, { from, to }: Interval): number {
  return sessions.reduce(
    (sum, session) =>
      sum + Math.max(0, Math.min(to, session.to) - Math.max(from, session.from)) / MINUTE,
    0,
  );
}

/** Hours that a week takes. */
export function hoursOf({ from, to }: Interval): number {
  return (to - from) / HOUR;
}

function week(name: string, span: string, sessions: readonly string[]): Week {
  return { name, ...intervalOf(span), sessions: sessions.map(intervalOf) };
}

/** A session from one day's evening to the next day's afternoon. */
function daily(month: string, day: string, open: string, close: string): string {
  const next = String(Number(day) + 1).padStart(2, "0");
  return `${month}-${day}T${open}/${month}-${next}T${close}`;
}

function intervalOf(text: string): Interval {
  const [from, to] = text.split("/").map((part) => Date.parse(`${part}Z`));
  return { from: from!, to: to! };
}
