import { listed } from "./sentence_text.ts";
import { DAY_PARTS, type DayPart } from "../sync/studies/day_parts.ts";

/** What readers call the parts of the day: `in US hours`. */
export const PART_NAMES: Readonly<Record<DayPart, string>> = {
  asia: "Asia",
  europe: "Europe",
  us: "US",
  rest: "other",
};

/** `in US hours`, `in Asia and US hours`. */
export function inHoursOf(parts: readonly DayPart[]): string {
  return `in ${listed(parts.map((part) => PART_NAMES[part]))} hours`;
}

/** Says which times the parts are. */
export const PARTS_NOTE =
  "US: 09:30 to 16:00 New York · Europe: 08:00 London until New York opens · " +
  "Asia: 09:00 to 15:30 Tokyo · other: the rest";

/** Parts in the order of their numbers. */
export const PART_ORDER: readonly string[] = DAY_PARTS.map((part) => PART_NAMES[part]);
