import { comparisonFigure } from "../../charts/comparison_figure.ts";
import { figureImage } from "../../charts/figure.ts";
import { escapeHtml } from "../../charts/markup.ts";
import { htmlTable, plainTable } from "../../charts/table.ts";
import { fontStyle } from "../../charts/table_style.ts";
import { EDGE_PX, type Theme } from "../../charts/theme.ts";
import { formatUtc } from "../../model/time.ts";
import type { BarComparison } from "./compare_bars.ts";
import { numberText, shareText } from "./comparison_numbers.ts";
import type { ComparisonSentence, SideNames } from "./comparison_sentence.ts";
import { comparisonSentences } from "./comparison_text.ts";
import type { BarValues } from "./worst_bars.ts";

/** A comparison with the names that its sentences use. */
export interface NamedComparison {
  readonly instrument: string;
  readonly names: SideNames;
  readonly comparison: BarComparison;
}

const COLUMNS = ["theirs less ours", "bars", "equal", "median", "99 % within", "most"];
const WORST = ["bar", "open", "high", "low", "close", "volume", "apart"];

/** How {@link comparisonParts} draws. */
export interface ComparisonLook {
  readonly theme: Theme;
  /** CSS px. @default 1100 */
  readonly width?: number;
}

/** What is shown of a comparison, as HTML; what there is nothing of is empty. */
export interface ComparisonParts {
  /** What was found, in sentences. */
  readonly findings: string;
  /** The differences over time. */
  readonly picture: string;
  /** The differences of each column in a few numbers. */
  readonly columns: string;
  readonly worst: string;
}

export function comparisonParts(named: NamedComparison, look: ComparisonLook): ComparisonParts {
  const { comparison, names } = named, { theme } = look;
  const list = comparisonSentences(comparison, names).map((one) => sentenceHtml(one, theme));
  const findings =
    `<div style="background-color:${theme.background};color:${theme.text};padding:8px ${EDGE_PX}px;${
      fontStyle(14, theme)
    }">${list.join("")}</div>`;
  if (comparison.verdict === "apart") return { findings, picture: "", columns: "", worst: "" };
  return {
    findings,
    picture: figureImage(figureOf(named, look)),
    columns: htmlTable({ ...columnText(comparison), theme }),
    worst: comparison.worst.length === 0 ? "" : htmlTable({ ...worstText(comparison), theme }),
  };
}

/** {@link comparisonParts} below each other. */
export function comparisonHtml(named: NamedComparison, look: ComparisonLook): string {
  const { findings, picture, columns, worst } = comparisonParts(named, look);
  return findings + picture + columns + worst;
}

/** The same in plain text. */
export function comparisonPlain({ instrument, names, comparison }: NamedComparison): string {
  const lines = comparisonSentences(comparison, names)
    .map(({ text, isGood }) => `${isGood ? "ok  " : "look"} ${text}`);
  if (comparison.verdict === "apart") return [instrument, ...lines].join("\n");
  const tables = [plainTable(columnText(comparison))];
  if (comparison.worst.length > 0) tables.push(plainTable(worstText(comparison)));
  return [`${instrument}: ${names.theirs} against ${names.ours}`, ...lines, "", tables.join("\n\n")]
    .join("\n");
}

function sentenceHtml({ about, text, isGood }: ComparisonSentence, theme: Theme): string {
  const size = about === "verdict" ? ";font-weight:600" : "";
  const mark = isGood
    ? `<span style="flex:0 0 12px;color:${theme.up}" aria-label="good">✓</span>`
    : `<span style="flex:0 0 12px;color:${theme.warning};font-weight:600" aria-label="look">!</span>`;
  return `<div style="display:flex;gap:8px;margin:0 0 4px;max-width:70em${size}">${mark}<span style="min-width:0;overflow-wrap:anywhere">${
    escapeHtml(text)
  }</span></div>`;
}

function figureOf(
  { instrument, names, comparison }: NamedComparison,
  look: ComparisonLook,
) {
  const { differences, range, ours, theirs } = comparison;
  return comparisonFigure({
    title: `${instrument}: close of ${names.theirs} less that of ${names.ours}`,
    range,
    openTime: differences.openTime,
    difference: differences.close,
    isEqual: differences.isEqual,
    alone: [...ours.alone, ...theirs.alone],
  }, look);
}

function columnText({ columns }: BarComparison) {
  return {
    caption: "Differences of the common bars",
    columns: COLUMNS,
    rows: columns.map(({ column, n, equal, median, p99, most }) => [
      column,
      n.toLocaleString("en-US"),
      shareText(equal),
      numberText(median),
      numberText(p99),
      numberText(most),
    ]),
  };
}

function worstText({ worst, price }: BarComparison) {
  const isRelative = price.kind === "offset" || price.kind === "scale" || price.kind === "drift";
  return {
    caption: "Farthest apart, ours → theirs",
    columns: WORST,
    rows: worst.map(({ openTime, ours, theirs, apart }) => {
      const both = (name: keyof BarValues) =>
        ours[name] === theirs[name] || (Number.isNaN(ours[name]) && Number.isNaN(theirs[name]))
          ? plain(ours[name])
          : `${plain(ours[name])} → ${plain(theirs[name])}`;
      return [
        formatUtc(openTime),
        both("open"),
        both("high"),
        both("low"),
        both("close"),
        both("volume"),
        numberText(apart),
      ];
    }),
    ...(isRelative ? { note: "apart: from what the relation of the prices leads to expect." } : {}),
  };
}

/** A price as the file has it. */
function plain(value: number): string {
  return Number.isFinite(value) ? String(value) : "–";
}
