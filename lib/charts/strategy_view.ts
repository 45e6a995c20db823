import type { Source } from "../model/instrument.ts";
import type { PairStrategySettings } from "../pairs/found_strategy.ts";
import type { StrategyRows } from "../pairs/strategy_rows.ts";
import type { StudyEvidence, StudyQuery } from "../sync/studies/study.ts";
import { escapeHtml, jsonAttribute } from "./markup.ts";
import { type PackedStrategyRows, packStrategyRows } from "./packed_strategy.ts";
import type { StrategyNames } from "./strategy_text.ts";
import type { StrategyTexts } from "./strategy_fields.ts";
import type { Theme } from "./theme.ts";

/** What the page is given of a backtest. */
export interface StrategySetting {
  /** `AVAX/USDT – SOL/USDT: traded on its past`. */
  readonly title: string;
  readonly names: StrategyNames;
  readonly query: StudyQuery;
  /** What the fields say at first. */
  readonly initial: StrategyTexts;
  /** Options of the cell that there is no field for. */
  readonly given: Readonly<Record<string, unknown>>;
  /** What a pair of two currencies leaves out; empty for nothing. */
  readonly money: string;
  readonly theme: Theme;
}

/** The bars of both sides, and what they rest on. */
export interface StrategyPacket {
  /** Undefined where they are too many to travel. */
  readonly rows?: PackedStrategyRows;
  /** What the fields do not change; a stop of never is undefined. */
  readonly terms: PairStrategySettings["terms"];
  readonly evidence: StudyEvidence;
  readonly source: Source;
  /** Why the data is not of now; empty where it is. */
  readonly remark: string;
}

/** More bars would make a page too large: a week of minutes has 10,080. */
const MOST_ROWS = 12_000;

/** Fields for what is tried and at what cost, to be shown once. */
export function strategyMount(id: string, setting: StrategySetting): string {
  const { background, text, faintText, fontFamily } = setting.theme;
  return `<div style="background:${background};color:${text}">` +
    `<comove-strategy style="display:block" data-id="${escapeHtml(id)}" ` +
    `${jsonAttribute("data-setting", setting)}>` +
    `<div style="padding:4px 8px;font:12px ${fontFamily};color:${faintText}">` +
    "Where scripts run, what is tried can be changed here.</div></comove-strategy></div>";
}

/** Brings the bars to the fields of the same id. @param html the kernel's picture, which the reader's own takes the place of */
export function strategyFeed(
  id: string,
  { rows, ...rest }: Omit<StrategyPacket, "rows"> & { readonly rows: StrategyRows },
  html: string,
): string {
  const packet: StrategyPacket = rows.length > MOST_ROWS
    ? rest
    : { rows: packStrategyRows(rows), ...rest };
  return `<comove-feed style="display:block" data-id="${escapeHtml(id)}" ` +
    `${jsonAttribute("data-packet", packet)}>${html}</comove-feed>`;
}
