import { escapeHtml } from "../charts/markup.ts";
import type { CellOutput, CodeCell, Metadata, NotebookCell } from "../kernel/notebook_file.ts";
import { isSettingCell } from "../kernel/parameters.ts";
import { codeHtml } from "./page_code.ts";
import { cellTookMs, tookText } from "./page_facts.ts";
import type { PageMarkdown } from "./page_markdown.ts";
import { mergedStreams, outputHtml } from "./page_outputs.ts";

/** What the cells of one page share. */
export interface CellContext {
  readonly markdown: PageMarkdown;
  /** Of the code. */
  readonly language: string;
}

/** Shorter runs of a cell are not shown. */
const WORTH_TELLING_MS = 100;

/** A cell as HTML; empty when there is nothing to see. */
export function cellHtml(cell: NotebookCell, context: CellContext): string {
  if (cell.cell_type === "code") return codeCellHtml(cell, context);
  if (cell.source.trim() === "") return "";
  if (cell.cell_type === "raw") {
    return `<section class="raw"><pre tabindex="0">${escapeHtml(cell.source)}</pre></section>`;
  }
  const html = context.markdown.html(cell.source, cell.attachments);
  return `<section class="prose">\n${html}</section>`;
}

function codeCellHtml(cell: CodeCell, { markdown, language }: CellContext): string {
  const outputs = mergedStreams(shownOutputs(cell)).map((output) => outputHtml(output, markdown))
    .filter((html) => html !== "");
  const input = cell.source.trim() === "" ? "" : inputHtml(cell, language);
  if (input === "" && outputs.length === 0) return "";
  return `<section class="cell">\n${input}${outputsHtml(cell.metadata, outputs)}</section>`;
}

/** An assignment gives its value; of parameters that are set for a run nobody needs it twice. */
function shownOutputs(cell: CodeCell): readonly CellOutput[] {
  return isSettingCell(cell)
    ? cell.outputs.filter(({ output_type }) => output_type !== "execute_result")
    : cell.outputs;
}

function inputHtml(cell: CodeCell, language: string): string {
  const { source, execution_count, metadata } = cell;
  const tookMs = cellTookMs(cell);
  const firstLine = source.split("\n").find((line) => line.trim() !== "") ?? "";
  const parts = [
    `<span class="first">${escapeHtml(firstLine)}</span>`,
    ...(isSettingCell(cell) ? ['<span class="note">parameters set for this run</span>'] : []),
    ...(tookMs >= WORTH_TELLING_MS ? [`<span>${tookText(tookMs)}</span>`] : []),
    `<span class="count">[${execution_count ?? " "}]</span>`,
  ];
  const open = isSet(metadata, "source_hidden") ? "" : " open";
  return `<details class="input"${open}><summary>${parts.join("")}</summary>` +
    `<pre tabindex="0"><code>${codeHtml(source.trimEnd(), language)}</code></pre></details>\n`;
}

function outputsHtml(metadata: Metadata, outputs: readonly string[]): string {
  if (outputs.length === 0) return "";
  const html = `<div class="outputs">\n${outputs.join("\n")}\n</div>\n`;
  const isClosed = isSet(metadata, "outputs_hidden") || metadata.collapsed === true;
  return isClosed
    ? `<details class="closed"><summary>Outputs (${outputs.length})</summary>${html}</details>`
    : html;
}

/** What front ends note when a reader folds a part of a cell. */
function isSet(metadata: Metadata, name: "source_hidden" | "outputs_hidden"): boolean {
  const { jupyter } = metadata;
  return typeof jupyter === "object" && jupyter !== null &&
    (jupyter as Record<string, unknown>)[name] === true;
}
