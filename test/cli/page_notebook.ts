import { parseHTML } from "linkedom";
import { pageOf, type PageOptions } from "../../lib/cli/notebook_page.ts";
import type {
  CellOutput,
  CodeCell,
  Metadata,
  MimeBundle,
  Notebook,
  NotebookCell,
  TextCell,
} from "../../lib/kernel/notebook_file.ts";

/** A notebook of these cells, as Deno's front ends write it. */
export function notebookOf(...cells: readonly NotebookCell[]): Notebook {
  const kernelspec = { name: "deno", display_name: "Deno", language: "typescript" };
  const language_info = { name: "typescript", file_extension: ".ts" };
  return { nbformat: 4, nbformat_minor: 5, metadata: { kernelspec, language_info }, cells };
}

export function prose(source: string, more: Partial<TextCell> = {}): TextCell {
  return { id: "prose", cell_type: "markdown", metadata: {}, source, ...more };
}

export function code(
  source: string,
  outputs: readonly CellOutput[] = [],
  metadata: Metadata = {},
): CodeCell {
  return { id: "code", cell_type: "code", execution_count: 1, metadata, source, outputs };
}

export function shown(data: MimeBundle, metadata: Metadata = {}): CellOutput {
  return { output_type: "display_data", data, metadata };
}

/** The page of a notebook, parsed. */
export async function documentOf(notebook: Notebook, options?: PageOptions): Promise<Document> {
  return parseHTML(await pageOf(notebook, options)).document as unknown as Document;
}

/** What a page says where the selector leads first; undefined when it leads nowhere. */
export function textAt(document: Document, selector: string): string | undefined {
  return document.querySelector(selector)?.textContent?.trim();
}
