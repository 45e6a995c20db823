/** Zone of the CME contracts, as TWS writes it. */
export const EXCHANGE_ZONE = "US/Central";
/** Zone of the simulated login: meant by times that name none. */
export const LOGIN_ZONE = "US/Eastern";
const SUMMER_OFFSET = "-04:00";

/** The wall clock of a zone. */
export function localTime(time: number, zone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(zone);
}

/** `YYYYMMDD` and `HH:MM:SS` of a time in a zone. */
export function wallClock(time: number, zone: string): { date: string; clock: string } {
  const { year, month, day, hour, minute, second } = localTime(time, zone);
  const two = (value: number) => String(value).padStart(2, "0");
  return {
    date: `${String(year).padStart(4, "0")}${two(month)}${two(day)}`,
    clock: `${two(hour)}:${two(minute)}:${two(second)}`,
  };
}

/** `20251203 09:00:00 US/Central`. */
export function zonedText(time: number, zone: string): string {
  const { date, clock } = wallClock(time, zone);
  return `${date} ${clock} ${zone}`;
}

/** The server's time in the answer to the handshake: `20251203 10:00:00 EST`. */
export function serverTimeText(time: number): string {
  const { date, clock } = wallClock(time, LOGIN_ZONE);
  const isSummer = localTime(time, LOGIN_ZONE).offset === SUMMER_OFFSET;
  return `${date} ${clock} ${isSummer ? "EDT" : "EST"}`;
}

const END_TIME = /^(\d{4})(\d{2})(\d{2})(-| +)(\d{2}):(\d{2}):(\d{2})(?: +(\S+))?$/;

/**
 * The end time of a historical request: `YYYYMMDD-HH:MM:SS` in UTC, or `YYYYMMDD HH:MM:SS` with a zone
 * behind it, without one in the login's.
 *
 * @returns epoch ms UTC, or undefined when the text is no time.
 */
export function parseEndTime(text: string): number | undefined {
  const [, year, month, day, separator, hour, minute, second, zone] = END_TIME.exec(text) ?? [];
  if (year === undefined) return undefined;
  const timeZone = zone ?? (separator === "-" ? "UTC" : LOGIN_ZONE);
  try {
    return Temporal.PlainDateTime.from(`${year}-${month}-${day}T${hour}:${minute}:${second}`)
      .toZonedDateTime(timeZone).epochMilliseconds;
  } catch {
    return undefined;
  }
}
