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

/** Sentences, the picture of the differences, and two tables, as HTML. */
export function comparisonHtml(
  named: NamedComparison,
  { theme, width }: { readonly theme: Theme; readonly width?: number },
): string {
  const { comparison } = named;
  const sentences = comparisonSentences(comparison, named.names);
  const list = sentences.map((one) => sentenceHtml(one, theme)).join("");
  const head =
    `<div style="background-color:${theme.background};color:${theme.text};padding:8px ${EDGE_PX}px;${
      fontStyle(14, theme)
    }">${list}</div>`;
  if (comparison.verdict === "apart") return head;
  const figure = figureImage(figureOf(named, { theme, ...(width === undefined ? {} : { width }) }));
  return head + figure + columnTable(comparison, theme) + worstTable(comparison, theme);
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
  options: { readonly theme: Theme; readonly width?: number },
) {
  const { differences, range, ours, theirs } = comparison;
  return comparisonFigure({
    title: `${instrument}: close of ${names.theirs} less that of ${names.ours}`,
    range,
    openTime: differences.openTime,
    difference: differences.close,
    isEqual: differences.isEqual,
    alone: [...ours.alone, ...theirs.alone],
  }, options);
}

function columnTable(comparison: BarComparison, theme: Theme): string {
  return htmlTable({ ...columnText(comparison), theme });
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

function worstTable(comparison: BarComparison, theme: Theme): string {
  return comparison.worst.length === 0 ? "" : htmlTable({ ...worstText(comparison), theme });
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
