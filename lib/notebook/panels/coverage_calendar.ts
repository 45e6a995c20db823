import { storedText } from "../../model/stored_text.ts";
import {
  type CalendarOf,
  coverageCalendarHtml,
  coverageCalendarText,
} from "../../charts/coverage_calendar.ts";
import { PAGE } from "../../charts/page_theme.ts";
import { shortLabels } from "../../market/instrument_label.ts";
import type { Market } from "../../market/market.ts";
import { daysOfGrid } from "../../market/market_days.ts";
import type { StoreReader } from "../../store/store.ts";
import { storedDays } from "../../store/stored_days.ts";
import { assertOptions } from "../known_options.ts";
import type { Frame, Panel } from "../panel.ts";
import { marketPanel } from "./market_panel.ts";
import { isStore, sourceOfStore, storePanel } from "./store_panel.ts";

/** Options of {@link coverageCalendar}. */
export interface CoverageCalendarOptions {
  /** @default all */
  readonly instruments?: readonly string[];
  /** Newest months shown of each instrument. @default 3 */
  readonly months?: number;
}

const OPTIONS: Readonly<Record<keyof CoverageCalendarOptions, true>> = {
  instruments: true,
  months: true,
};

/**
 * What is held of each day of UTC, as a calendar for each instrument: filled where it is complete, framed with the share
 * where it is held in part, hatched where it is missing, empty where the market was shut. Pointing at a day shows its
 * numbers and why minutes are missing.
 *
 * @param of a market, or a store.
 * @throws {RangeError} for months that are no whole number from 1 on, or an instrument that is not there.
 */
export function coverageCalendar(
  of: Market | StoreReader,
  options: CoverageCalendarOptions = {},
): Panel {
  assertOptions("coverageCalendar", options, OPTIONS);
  const { instruments, months = 3 } = options;
  if (!(Number.isInteger(months) && months >= 1)) {
    throw new RangeError(`months must be a whole number of 1 or more, got ${months}`);
  }
  const again = (next: object) => coverageCalendar(next as Market | StoreReader, options);
  if (isStore(of)) return storePanel(of, () => drawStore(of, options, months), again);
  return marketPanel(of, {
    again,
    instruments,
    on: ["minute", "gap", "heal"],
    tellsAge: true,
    draw(_id, ids) {
      const labelOf = shortLabels(of.instruments);
      const calendars = ids.map((id) => ({
        instrument: labelOf(id),
        days: daysOfGrid(of.minuteGrid(id)),
      }));
      return frameOf(calendars, `${of.source} data`, months);
    },
  });
}

async function drawStore(
  store: StoreReader,
  { instruments: asked }: CoverageCalendarOptions,
  months: number,
) {
  const known = await store.instruments();
  const lacking = asked?.find((id) => !known.some((one) => one.id === id));
  if (lacking !== undefined) {
    const names = known.map(({ id }) => id).join(", ") || "none";
    throw new RangeError(`${lacking} is not in ${store.place}; stored: ${names}`);
  }
  const shown = known.filter(({ id }) => asked === undefined || asked.includes(id));
  const labelOf = shortLabels(known);
  const calendars: CalendarOf[] = [];
  let dataTime = NaN;
  for (const instrument of shown) {
    const { days, to } = await storedDays(store, instrument);
    calendars.push({ instrument: labelOf(instrument.id), days });
    if (!(to <= dataTime)) dataTime = Number.isNaN(to) ? dataTime : to;
  }
  return { frame: frameOf(calendars, storedText(sourceOfStore(store)), months), dataTime };
}

function frameOf(calendars: readonly CalendarOf[], badge: string, months: number): Frame {
  const options = { badge, months };
  return {
    html: coverageCalendarHtml(calendars, { ...options, theme: PAGE }),
    text: coverageCalendarText(calendars, options),
  };
}
