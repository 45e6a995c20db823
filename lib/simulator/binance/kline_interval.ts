import { DAY, HOUR, MINUTE, SECOND } from "../../model/time.ts";

/** A bar length Binance offers, and where its bars lie. */
export interface KlineInterval {
  /** `1m`, `1h`, `1M`. */
  readonly name: string;
  /** How often a forming bar is sent. */
  readonly cadenceMs: number;
  /** Open of the bar that holds a time. */
  openOf(time: number): number;
  /** End of the bar that opens then, exclusive. */
  endOf(openTime: number): number;
}

const STEPS: ReadonlyMap<string, number> = new Map([
  ["1s", SECOND],
  ["1m", MINUTE],
  ["3m", 3 * MINUTE],
  ["5m", 5 * MINUTE],
  ["15m", 15 * MINUTE],
  ["30m", 30 * MINUTE],
  ["1h", HOUR],
  ["2h", 2 * HOUR],
  ["4h", 4 * HOUR],
  ["6h", 6 * HOUR],
  ["8h", 8 * HOUR],
  ["12h", 12 * HOUR],
  ["1d", DAY],
  ["3d", 3 * DAY],
  ["1w", 7 * DAY],
]);

/** Weeks open on Mondays; 1 January 1970 was a Thursday. */
const FIRST_MONDAY = 4 * DAY;

/**
 * The interval of that name; undefined when Binance has none.
 *
 * @param offsetMs shift of its day against UTC, for the `timeZone` of klines.
 */
export function klineIntervalOf(name: string, offsetMs = 0): KlineInterval | undefined {
  if (name === "1M") return monthly(offsetMs);
  const step = STEPS.get(name);
  if (step === undefined) return undefined;
  const shift = (name === "1w" ? FIRST_MONDAY : 0) - offsetMs;
  return {
    name,
    cadenceMs: name === "1s" ? SECOND : 2 * SECOND,
    openOf: (time) => Math.floor((time - shift) / step) * step + shift,
    endOf: (openTime) => openTime + step,
  };
}

function monthly(offsetMs: number): KlineInterval {
  const monthOf = (time: number, later: number) => {
    const date = new Date(time + offsetMs);
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + later, 1) - offsetMs;
  };
  return {
    name: "1M",
    cadenceMs: 2 * SECOND,
    openOf: (time) => monthOf(time, 0),
    endOf: (openTime) => monthOf(openTime, 1),
  };
}

/**
 * A time zone as klines take it (`0`, `+8`, `-1:00`, `05:45`) in ms ahead of UTC; undefined when it is none
 * or outside −12:00 to +14:00.
 */
export function zoneOffsetOf(text: string): number | undefined {
  const [, sign, hours, minutes = "0"] = /^([+-]?)(\d{1,2})(?::(\d{2}))?$/.exec(text) ?? [];
  if (hours === undefined || Number(minutes) > 59) return undefined;
  const size = Number(hours) * HOUR + Number(minutes) * MINUTE;
  const offset = sign === "-" ? -size : size;
  return offset >= -12 * HOUR && offset <= 14 * HOUR ? offset : undefined;
}
