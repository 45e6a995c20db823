import type { Figure } from "../charts/figure.ts";
import { figureImage } from "../charts/figure.ts";
import { htmlTable, plainTable } from "../charts/table.ts";
import type { Theme } from "../charts/theme.ts";
import { type DataFrameLike, isDataFrame, tableTextOf } from "./data_frame.ts";
import type { Frame } from "./panel.ts";
import { plainLine } from "./plain_line.ts";

/** What `show` can show: text, HTML with its text, a picture, or a DataFrame. */
export type Showable = string | Frame | Figure | DataFrameLike;

/** @throws {TypeError} for anything else; cells are not type-checked. */
export function frameOf(content: Showable, theme: Theme): Frame {
  if (typeof content === "string") return plainLine(content, theme);
  if (isDataFrame(content)) {
    const table = tableTextOf(content);
    return { html: htmlTable({ ...table, theme }), text: plainTable(table) };
  }
  if (hasText(content, "svg", "alt")) {
    const figure = content as Figure;
    return { html: figureImage(figure), text: figure.alt };
  }
  if (hasText(content, "html", "text")) return content as Frame;
  throw new TypeError(
    "show takes text, { html, text }, a figure or a DataFrame, got " +
      `${content === null ? "null" : typeof content}; a promise must be awaited first`,
  );
}

function hasText(value: unknown, ...keys: readonly string[]): boolean {
  const record = value as Readonly<Record<string, unknown>> | null | undefined;
  return keys.every((key) => typeof record?.[key] === "string");
}
