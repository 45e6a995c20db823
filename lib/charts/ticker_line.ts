import type { Source } from "../model/instrument.ts";
import { briefUtc, formatUtc } from "../model/time.ts";
import { type DataRemark, remarkText } from "./data_remark.ts";
import { sourceBadge } from "./labels.ts";
import { escapeHtml } from "./markup.ts";
import { percentText, priceText } from "./number_text.ts";
import { sourceColour } from "./source_pill.ts";
import { fontStyle } from "./table_style.ts";
import { DARK, EDGE_PX, type Theme } from "./theme.ts";

/** One price in the line. */
export interface TickerEntry {
  readonly label: string;
  /** NaN while unknown. */
  readonly price: number;
  /** Against a day ago, in per cent; NaN while unknown. */
  readonly changePercent: number;
  /** Local ms since the newest message; undefined before the first. */
  readonly ageMs: number | undefined;
  /** Venue time of that message, epoch ms UTC: said once it is old. */
  readonly lastAt: number;
  /** Where the price is not of now: it is grey then, with this beside it. @default it is */
  readonly remark?: DataRemark;
  readonly source: Source;
  readonly decimals: number;
}

export interface TickerLineOptions {
  /** Epoch ms UTC; NaN while unknown. */
  readonly venueTime: number;
  /** @default DARK */
  readonly theme?: Theme;
}

/** What the per cent are of. */
const CHANGE_NOTE = "% over 24 h, or since the first price";
/** From this age on a price is marked as old, ms. */
const OLD_MS = 15_000;

/**
 * The newest prices in one line: each with its change, by arrow, sign and colour, and with its time once it is
 * old. A price that is not of now is grey and says why and as of when. Where all are of one source it is named
 * once, else beside each. At most 400 bytes of HTML an entry.
 */
export function tickerLine(
  entries: readonly TickerEntry[],
  options: TickerLineOptions,
): { html: string; text: string } {
  const { venueTime, theme = DARK } = options;
  const time = Number.isNaN(venueTime) ? "no time from the venue yet" : formatUtc(venueTime);
  const sources = [...new Set(entries.map(({ source }) => source))];
  const isMixed = sources.length > 1;
  const hasChange = entries.some(({ changePercent }) => Number.isFinite(changePercent));
  const badges = isMixed ? [] : sources.map(sourceBadge);
  const tail = [...badges, ...(hasChange ? [CHANGE_NOTE] : []), time].join(" · ");
  const parts = entries.map((entry) => partsOf(entry, isMixed, venueTime));
  const html = parts.map(({ label, price, change, isUp, badge, source, age, remark }) => {
    const inks = [
      [change, remark !== undefined ? theme.faintText : isUp ? theme.up : theme.down],
      [badge, sourceColour(source, theme, remark !== undefined)],
      [age, remark?.isFault === false ? theme.text : theme.warning],
    ] as const;
    const said = inks.filter(([text]) => text !== "").map(([text, colour]) =>
      ` <span style="color:${colour}">${text}</span>`
    );
    const ink = remark === undefined ? "" : ` style="color:${theme.faintText}"`;
    return `<span style="margin-right:18px;white-space:nowrap">${escapeHtml(label)} ` +
      `<b${ink}>${price}</b>${said.join("")}</span> `;
  });
  const texts = parts.map(({ label, price, change, badge, age }) =>
    [label, price, change, badge, age].filter((text) => text !== "").join(" ")
  );
  return {
    html: `<div style="background-color:${theme.background};color:${theme.text};` +
      `padding:6px ${EDGE_PX}px;${fontStyle(14, theme)}">${html.join("")}` +
      `<span style="color:${theme.faintText};font-size:12px;display:inline-block">${tail}</span></div>`,
    text: [...texts, tail].join(" · "),
  };
}

function partsOf(entry: TickerEntry, isMixed: boolean, venueTime: number) {
  const { label, price, changePercent, source, decimals, remark } = entry;
  const isUp = changePercent >= 0;
  const change = Number.isFinite(changePercent)
    ? `${isUp ? "▲" : "▼"} ${percentText(changePercent)}`
    : "";
  const age = remark === undefined ? ageOf(entry, venueTime) : remarkText(remark, venueTime);
  const badge = isMixed ? sourceBadge(source) : "";
  return { label, isUp, price: priceText(price, decimals), change, badge, source, age, remark };
}

/** Empty while the price is new. A time, never an age: the line stays in saved files. */
function ageOf({ ageMs, lastAt }: TickerEntry, venueTime: number): string {
  if (ageMs === undefined) return "no data yet";
  return ageMs >= OLD_MS ? `last at ${briefUtc(lastAt, venueTime)}` : "";
}
