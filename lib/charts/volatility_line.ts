import type { Source } from "../model/instrument.ts";
import type { VolatilityRatio } from "../sync/realized_volatility.ts";
import { sourceBadge } from "./labels.ts";
import { escapeHtml } from "./markup.ts";
import { fontStyle } from "./table_style.ts";
import { EDGE_PX, type Theme } from "./theme.ts";

/** An implied volatility beside the realized one. */
export interface ShownIndex {
  /** `DVOL`, `VIX` */
  readonly label: string;
  /** NaN while unknown. */
  readonly value: number;
  /** `delayed`; empty where it is of now. */
  readonly note: string;
}

/** What a realized volatility is a share of: a day of 24 hours, or a year of 365 of them. */
export type VolatilityUnit = "day" | "year";

export const VOLATILITY_UNITS: readonly VolatilityUnit[] = ["day", "year"];

const DAYS_A_YEAR = 365;

/**
 * Realized against implied volatility in one line. What is not followed is left out; what is not known is `n/a`.
 *
 * @param volatility annualised: 0.6 is 60 % a year.
 *
 * @example
 * ```ts
 * import { volatilityLine } from "./volatility_line.ts";
 * import assert from "node:assert/strict";
 * const volatility = { rv15: 0.229, rv60: 0.134, ratio: 1.71, state: "expanding" } as const;
 * const indices = [{ label: "DVOL", value: 52.1, note: "" }, { label: "VIX", value: 14.2, note: "delayed" }];
 * const line = volatilityLine(volatility, indices, "day");
 * assert.equal(line, "VOL: RV15 1.2% · RV60 0.7% (1.7x ▲) · DVOL 52.1 · VIX 14.2 (delayed)");
 * ```
 */
export function volatilityLine(
  { rv15, rv60, ratio, state }: VolatilityRatio,
  indices: readonly ShownIndex[],
  unit: VolatilityUnit,
): string {
  const sign = state === "expanding" ? " ▲" : state === "crush" ? " ▼" : "";
  const tail = Number.isNaN(ratio) ? "" : ` (${ratio.toFixed(1)}x${sign})`;
  const parts = [
    `RV15 ${shareOf(rv15, unit)}`,
    `RV60 ${shareOf(rv60, unit)}${tail}`,
    ...indices.map(({ label, value, note }) => {
      const said = note === "" ? "" : ` (${note})`;
      return `${label} ${Number.isNaN(value) ? "n/a" : value.toFixed(1)}${said}`;
    }),
  ];
  return `VOL: ${parts.join(" · ")}`;
}

/** What the numbers of {@link volatilityLine} are. */
export function volatilityNote(unit: VolatilityUnit, hasIndices: boolean): string {
  const of = unit === "day" ? "% a day of 24 h" : "% a year of 365 days";
  return `RV15, RV60: realized volatility of the last 15 and 60 minutes, as ${of}; ` +
    "in brackets their ratio, ▲ expanding above 1.5x, ▼ crush below 0.5x" +
    (hasIndices ? " · indices: implied, % a year" : "");
}

function shareOf(annual: number, unit: VolatilityUnit): string {
  if (Number.isNaN(annual)) return "n/a";
  const percent = 100 * annual / (unit === "day" ? Math.sqrt(DAYS_A_YEAR) : 1);
  return `${percent.toFixed(percent > 0 && percent < 0.095 ? 2 : 1)}%`;
}

/** One {@link volatilityLine} as it is shown. */
export interface ShownVolatility {
  /** `BTC/USDT` */
  readonly label: string;
  readonly line: string;
  readonly state: VolatilityRatio["state"];
  /** `to 2025-12-03 14:02:00 UTC`, or why it is not of now. */
  readonly until: string;
  readonly isOld: boolean;
  readonly source: Source;
}

/** Lines below each other, with what their numbers are. */
export function volatilityStripMarkup(
  lines: readonly ShownVolatility[],
  { note, theme }: { readonly note: string; readonly theme: Theme },
): { html: string; text: string } {
  const shown = lines.length === 0 ? ["No minute has closed yet."] : [];
  const html = lines.map(({ label, line, state, until, isOld, source }) => {
    const edge = isOld || state === "steady" || state === "unknown" ? theme.grid : theme.weak;
    const ink = isOld ? theme.faintText : theme.text;
    return `<div style="border-left:3px solid ${edge};padding-left:8px;margin:2px 0">` +
      `<span style="color:${ink};font-weight:600">${escapeHtml(line)}</span> ` +
      `<span style="color:${theme.faintText};font-size:12px;display:inline-block">` +
      `${escapeHtml(`${label} · ${until} · ${sourceBadge(source)}`)}</span></div>`;
  });
  const empty = shown.map((text) => `<div>${text}</div>`);
  return {
    html: `<div style="background-color:${theme.background};color:${theme.text};` +
      `padding:4px ${EDGE_PX}px;${fontStyle(14, theme)}">${[...html, ...empty].join("")}` +
      `<div style="color:${theme.faintText};font-size:12px">${escapeHtml(note)}</div></div>`,
    text: [
      ...lines.map(({ label, line, until, source }) =>
        `${line} · ${label} · ${until} · ${sourceBadge(source)}`
      ),
      ...shown,
      note,
    ].join("\n"),
  };
}
