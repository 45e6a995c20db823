import type { BarFileReading } from "../bars/examine/examined_file.ts";
import { numberOption, type Options, type OptionSpec, usageError } from "./arguments.ts";

/** Options of every command that reads files of bars. */
export const BAR_FILE_OPTIONS = {
  zone: {
    value: "ZONE",
    help: "zone of times in --bars that do not name theirs: America/New_York; default UTC",
  },
  dates: {
    value: "ORDER",
    help: "order of dates such as 02/03/2026 in --bars: dmy, mdy or ymd",
  },
  scale: {
    value: "N",
    help: "fixed-point prices in --bars are N times the price: 1e9 of Databento, 10000 of LEAN",
  },
  stamp: {
    value: "open|close",
    help: "times in --bars are those of the open or of the end of each bar",
  },
} as const satisfies Readonly<Record<string, OptionSpec>>;

/** What each says, for those that are given without files. */
export const BAR_FILE_MEANINGS: Readonly<Record<keyof BarFileReading, string>> = {
  zone: "it says in which zone their times are",
  dates: "it says in which order their dates are written",
  scale: "it says how many times their prices are",
  stamp: "it says whether their times are of the open or of the end",
};

/** @throws {MarketError} `usage` for a value that is none. */
export function barFileReading(options: Options): BarFileReading {
  const zone = options.get("zone")?.[0];
  if (zone !== undefined) assertZone(zone);
  return {
    zone,
    dates: oneOf(options, "dates", ["dmy", "mdy", "ymd"]),
    scale: scaleOf(options),
    stamp: oneOf(options, "stamp", ["open", "close"]),
  };
}

function scaleOf(options: Options): number | undefined {
  const scale = numberOption(options, "scale", { min: 0 });
  if (scale === 0) throw usageError("--scale must be a number above 0, got 0");
  return scale;
}

function oneOf<Value extends string>(
  options: Options,
  name: string,
  values: readonly Value[],
): Value | undefined {
  const text = options.get(name)?.[0];
  if (text === undefined) return undefined;
  const value = values.find((one) => one === text);
  if (value === undefined) {
    throw usageError(`--${name} must be ${values.join(" or ")}, got ${text}`);
  }
  return value;
}

function assertZone(zone: string): void {
  try {
    new Intl.DateTimeFormat("en-US", { timeZone: zone });
  } catch {
    throw usageError(
      `--zone must be an IANA time zone such as America/New_York or UTC, got ${zone}`,
    );
  }
}
