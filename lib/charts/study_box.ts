import type { Source } from "../model/instrument.ts";
import { type Figure, figureImage } from "./figure.ts";
import { sourceBadge } from "./labels.ts";
import { escapeHtml } from "./markup.ts";
import { sourceColour } from "./source_pill.ts";
import { type StudyFooting, studyFooting } from "./study_text.ts";
import { htmlTable, plainTable, type TableText } from "./table.ts";
import { fontStyle } from "./table_style.ts";
import { EDGE_PX, type Theme } from "./theme.ts";

/** What a study comes to, ready to be shown. */
export interface StudyPicture {
  /** One plain sentence of what it says, and no more than its evidence. */
  readonly sentence: string;
  /** A figure, or HTML that brings all it needs, its edge too. */
  readonly body: Figure | string;
  /** `Pearson of 5m log returns, 95 % interval on the effective n`. */
  readonly method: string;
  /** What symbols and colours stand for. @default nothing to explain */
  readonly legend?: string;
  /** The numbers behind the picture, for readers who want or need them. @default none */
  readonly table?: TableText;
  /** Whether they are folded away until they are asked for. @default true */
  readonly isTableFolded?: boolean;
}

export interface StudyBoxOptions {
  /** `BTC/USDT – ES: correlation by hour and weekday`. */
  readonly title: string;
  readonly source: Source;
  /** Said beside the source: why the data is not of now. @default "" */
  readonly remark?: string;
  readonly theme: Theme;
}

/** A study in its box: title, source, sentence, picture, what it rests on, and its numbers as a table. */
export function studyBox(
  { sentence, body, method, legend, table, isTableFolded = true }: StudyPicture,
  footing: Omit<StudyFooting, "method" | "source">,
  options: StudyBoxOptions,
): { html: string; text: string } {
  const { source, theme } = options;
  const { evidence, days, hours } = footing;
  const lines = studyFooting({ evidence, days, hours, method, source });
  // A feed alone in a box of its own would count as an output that shows nothing.
  const isFeed = typeof body === "string" && body.startsWith("<comove-feed");
  const picture = isFeed ? body : outdented(typeof body === "string" ? body : figureImage(body));
  const numbers = table === undefined ? "" : numbersHtml(table, theme);
  const notes = [...(legend === undefined ? [] : [legend]), ...lines].map((line) =>
    `<div style="color:${theme.faintText};font-size:12px">${escapeHtml(line)}</div>`
  );
  const html = boxAround(
    `<div style="margin:2px 0 6px">${escapeHtml(sentence)}</div>${picture}` +
      (isTableFolded ? "" : numbers) + `<div style="margin-top:4px">${notes.join("")}</div>` +
      (isTableFolded && numbers !== "" ? folded(numbers, theme) : ""),
    options,
  );
  const tableText = table === undefined || isLong(table) ? [] : [plainTable(table)];
  const text = [`${options.title}, ${sourceBadge(source)}`, sentence, ...lines, ...tableText];
  return { html, text: text.join("\n") };
}

/** What stands there while there is nothing to show: why, and what it waits for. */
export function studyNote(
  note: string,
  options: StudyBoxOptions & { readonly lines?: readonly string[] },
): { html: string; text: string } {
  const { theme, title, source, lines = [] } = options;
  const below = lines.map((line) =>
    `<div style="color:${theme.faintText};font-size:12px">${escapeHtml(line)}</div>`
  );
  const html = boxAround(
    `<div style="margin:2px 0 6px">${escapeHtml(note)}</div>${below.join("")}`,
    options,
  );
  return { html, text: [`${title}, ${sourceBadge(source)}`, note, ...lines].join("\n") };
}

function boxAround(content: string, options: StudyBoxOptions): string {
  const { title, source, remark = "", theme } = options;
  const colour = sourceColour(source, theme, remark !== "");
  const badge = `<span style="margin-left:8px;padding:1px 6px;border:1px solid ${colour};` +
    `border-radius:3px;color:${colour};font-size:11px">${escapeHtml(sourceBadge(source))}</span>`;
  const said = remark === ""
    ? ""
    : `<span style="margin-left:8px;color:${theme.warning};font-size:12px">${
      escapeHtml(remark)
    }</span>`;
  return `<div style="background-color:${theme.background};color:${theme.text};` +
    `padding:8px ${EDGE_PX}px;${fontStyle(13, theme)}">` +
    `<div style="font-weight:600">${escapeHtml(title)}${badge}${said}</div>${content}</div>`;
}

/** Pictures and tables have an edge within them: in a box that has one too they would begin further in than its words. */
function outdented(html: string): string {
  return `<div style="margin:0 -${EDGE_PX}px">${html}</div>`;
}

/** A table of more rows is written as text: each cell of a table has a style of its own. */
const MOST_STYLED_ROWS = 40;

function isLong({ rows }: TableText): boolean {
  return rows.length > MOST_STYLED_ROWS;
}

function numbersHtml(table: TableText, theme: Theme): string {
  if (!isLong(table)) return outdented(htmlTable({ ...table, theme }));
  return `<pre tabindex="0" style="margin:4px 0;max-height:300px;overflow:auto;background:none;` +
    `color:${theme.text};font-size:12px">${escapeHtml(plainTable(table))}</pre>`;
}

function folded(html: string, theme: Theme): string {
  return `<details style="margin-top:4px"><summary style="cursor:pointer;color:${theme.faintText};` +
    `font-size:12px">The numbers as a table</summary>${html}</details>`;
}
