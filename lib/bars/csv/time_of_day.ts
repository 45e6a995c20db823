import { DAY, HOUR, MINUTE } from "../../model/time.ts";

/** A time of day, and the text that follows it. */
export interface TimeOfDay {
  /** Since midnight, ms; 24:00 is a whole day. */
  readonly ms: number;
  /** What stands behind it, trimmed: a zone, or nothing. */
  readonly rest: string;
}

/** `9:30`, `09:30:00.123`, `09.30.00`, `09h30`, `09:30:00:123`; the same mark between hours, minutes and seconds. */
const MARKED = /^(\d{1,2})([:.h-])(\d{2})(?:\2(\d{2})(?:[.,:](\d+))?)?(?!\d)/;
/** `0930`, `093000`, `093000.5`, `093000500`. */
const DIGITS = /^(\d{2})()(\d{2})(?:(\d{2})(?:[.,](\d+)|(\d{3}|\d{6})(?!\d))?)?(?!\d)/;
/** `9` of `9 AM`, `09-AM`, or of `T09`. */
const HOUR_ALONE = /^(\d{1,2})(?!\d)-?(?=\s*(?:[ap]\b|[ap]\.?\s?m\b)|\s*$|Z$)/i;
/** `AM`, `p.m.`, `p. m.`, `a`. */
const HALF = /^\s*([ap])(?:\.?\s?m)?\.?(?![a-z])/i;

/** Reads the time of day that a text begins with; undefined for other text and for times that do not exist. */
export function timeOfDay(text: string): TimeOfDay | undefined {
  const parts = MARKED.exec(text) ?? DIGITS.exec(text) ?? HOUR_ALONE.exec(text);
  if (parts === null) return undefined;
  let rest = text.slice(parts[0].length);
  const half = HALF.exec(rest);
  if (half !== null) rest = rest.slice(half[0].length);
  const hour = hourOf(+parts[1]!, half?.[1]?.toLowerCase());
  if (hour === undefined) return undefined;
  const minute = +(parts[3] ?? 0), second = +(parts[4] ?? 0);
  if (minute > 59 || second > 59) return undefined;
  const fraction = parts[5] ?? parts[6];
  const millis = fraction === undefined ? 0 : Math.floor(Number(`0.${fraction}`) * 1_000 + 1e-6);
  const ms = hour * HOUR + minute * MINUTE + second * 1_000 + millis;
  return ms > DAY ? undefined : { ms, rest: rest.trim() };
}

/** The hour of the day; some write `13:05 PM`, which leaves no doubt, and none `13:05 AM`. */
function hourOf(written: number, half: string | undefined): number | undefined {
  if (half === undefined) return written;
  if (written >= 1 && written <= 12) return written % 12 + (half === "p" ? 12 : 0);
  const isDay = half === "p" ? written > 12 && written < 24 : written === 0;
  return isDay ? written : undefined;
}

/** Whether a text is `AM` or `PM` and nothing else. */
export function isHalfDay(text: string): boolean {
  return HALF.exec(text)?.[0].length === text.length && text !== "";
}
