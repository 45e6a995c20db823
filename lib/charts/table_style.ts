import { escapeHtml } from "./markup.ts";
import { scrollBox } from "./scroll_box.ts";
import { textWidth } from "./text_width.ts";
import { EDGE_PX, type Theme } from "./theme.ts";

/** What is set around and into tables, always in style attributes: viewers strip style sheets. */
export interface TableBox {
  readonly caption: string;
  /** Shown right of the caption; HTML. @default none */
  readonly badge?: string;
  /** Rows of cells, or what stands in their place; HTML. */
  readonly content: string;
  /** About how wide the content is, CSS px: where there is less room it scrolls. @default 0 */
  readonly width?: number;
  /** Lines below, plain text. @default none */
  readonly notes?: readonly string[];
}

/** A table in its box with its caption and notes; a wide one scrolls within the box. */
export function tableBox(box: TableBox, theme: Theme): string {
  const { caption, badge = "", content, width = 0, notes = [] } = box;
  const below = notes.filter((text) => text !== "").map((text) =>
    `<div style="color:${theme.faintText};margin-top:4px">${escapeHtml(text)}</div>`
  );
  return `<div style="background-color:${theme.background};color:${theme.text};padding:8px ${EDGE_PX}px;` +
    `${fontStyle(13, theme)}">` +
    `<div style="font-weight:600;margin-bottom:4px">${escapeHtml(caption)}${badge}</div>` +
    `${scrollBox(content, { least: Math.ceil(width), theme })}${below.join("")}</div>`;
}

/** About how wide a table of these columns is, CSS px, each given as the texts in it. */
export function columnsWidth(columns: readonly (readonly string[])[]): number {
  const widths = columns.map((texts) => Math.max(0, ...texts.map(cellWidth)));
  return widths.reduce((sum, width) => sum + width, 0) + 14 * (columns.length - 1);
}

/** The usual estimate takes letters wide: what fits narrowly must not be called cut. Digits are as wide as they are. */
function cellWidth(text: string): number {
  const digits = text.match(/\d/g)?.length ?? 0;
  return 0.92 * textWidth(text.replace(/\d/g, ""), 13) + 13 * 0.565 * digits;
}

/** The text of a page is about so wide, CSS px: a table of many columns ends where the lines above it do. */
const TEXT_PX = 736;
/** A table of fewer columns would only be torn apart. */
const WIDE_FROM_COLUMNS = 4;

/**
 * Rows, each a string of cells, as a table.
 *
 * @param columns how many there are; from four on it takes the width of text, where there is so much. @default few
 */
export function tableOf(rows: readonly string[], theme: Theme, columns = 1): string {
  const least = columns < WIDE_FROM_COLUMNS ? "" : `min-width:min(100%,${TEXT_PX}px);`;
  // Notebook pages stripe rows and size the text of tables; what a tag says of itself is stronger.
  // The line below a row is the row's: said once, not in each cell.
  const style = `background-color:transparent;border:0;border-bottom:1px solid ${theme.grid}`;
  const lines = rows.map((cells) => `<tr style="${style}">${cells}</tr>`);
  return `<table style="border-collapse:collapse;border:0;margin:0;table-layout:auto;${least}` +
    `color:${theme.text};font-size:13px">${lines.join("")}</table>`;
}

/** The theme's letters, with digits of one width where the viewer lets them be. */
export function fontStyle(size: number, theme: Theme): string {
  return `font:${size}px/1.45 ${theme.fontFamily};font-variant-numeric:tabular-nums`;
}

export interface CellStyle {
  readonly tag?: "td" | "th";
  readonly align?: "left" | "right";
  readonly colour?: string;
  readonly columns?: number;
  /** Lets long text go on in further lines. @default false */
  readonly wraps?: boolean;
}

/** One cell around HTML. */
export function cellOf(html: string, style: CellStyle): string {
  const { tag = "td", align = "left", colour, columns = 1, wraps = false } = style;
  const span = columns === 1 ? "" : ` colspan="${columns}"`;
  const weight = tag === "th" ? ";font-weight:500" : "";
  const ink = colour === undefined ? "" : `;color:${colour}`;
  const breaks = wraps ? "normal;min-width:16em;overflow-wrap:anywhere" : "nowrap";
  return `<${tag}${span} style="text-align:${align};padding:3px 14px 3px 0;white-space:${breaks};` +
    `border:0${weight}${ink}">${html}</${tag}>`;
}
