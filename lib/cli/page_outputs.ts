import { escapeHtml } from "../charts/markup.ts";
import type { CellOutput, Metadata, MimeBundle } from "../kernel/notebook_file.ts";
import { ansiHtml } from "./page_ansi.ts";
import { codeHtml } from "./page_code.ts";
import { type PageMarkdown, pictureSource } from "./page_markdown.ts";

/** The best first, as Jupyter chooses; then any kind of JSON, then text. */
const RICH = ["text/html", "text/markdown", "image/svg+xml"];
const PICTURES = ["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp"];
const PLAIN = ["text/latex", "text/plain"];
const JSON_TYPE = /^application\/(.*\+)?json$/;

/** Longest text that stands for a picture. */
const MAX_ALT = 300;

/** What a cell showed, as HTML; each output in its own box. */
export function outputHtml(output: CellOutput, markdown: PageMarkdown): string {
  switch (output.output_type) {
    case "stream": {
      const kind = output.name === "stderr" ? "stderr" : "stdout";
      return textBox(output.text, `text ${kind}`);
    }
    case "error":
      return errorHtml(output);
    case "display_data":
    case "execute_result":
      return bundleHtml(output.data, output.metadata, markdown);
  }
}

/** Streams of the same name that follow each other are one, as front ends show them. */
export function mergedStreams(outputs: readonly CellOutput[]): CellOutput[] {
  const merged: CellOutput[] = [];
  for (const output of outputs) {
    const last = merged.at(-1);
    if (
      output.output_type === "stream" && last?.output_type === "stream" &&
      last.name === output.name
    ) merged[merged.length - 1] = { ...last, text: last.text + output.text };
    else merged.push(output);
  }
  return merged;
}

function errorHtml(
  { ename, evalue, traceback }: Extract<CellOutput, { output_type: "error" }>,
): string {
  const text = traceback.length > 0 ? traceback.join("\n") : `${ename}: ${evalue}`;
  return `<div class="output error" role="note" aria-label="Error"><pre>${
    ansiHtml(text.trimEnd())
  }</pre></div>`;
}

function textBox(text: string, kind: string): string {
  return text === ""
    ? ""
    : `<div class="output ${kind}" tabindex="0"><pre>${
      ansiHtml(text.replace(/\n$/, ""))
    }</pre></div>`;
}

function bundleHtml(data: MimeBundle, metadata: Metadata, markdown: PageMarkdown): string {
  const types = Object.keys(data);
  const type = [...RICH, ...PICTURES, "application/json"].find((one) => types.includes(one)) ??
    types.find((one) => JSON_TYPE.test(one)) ?? PLAIN.find((one) => types.includes(one));
  // Jupyter shows nothing of it either: a cell that ends in a live panel's handle, say.
  if (types.length === 0) return "";
  if (type === undefined) return unknownHtml(types);
  if (JSON_TYPE.test(type)) {
    const code = jsonText(data[type]);
    if (code === undefined) return unknownHtml([`${type}, nested too deeply`]);
    return `<div class="output json" tabindex="0"><pre><code>${
      codeHtml(code, "json")
    }</code></pre></div>`;
  }
  const text = String(data[type]);
  switch (type) {
    case "text/html":
      return `<div class="output html">${markdown.piece(text)}</div>`;
    case "text/markdown":
      return `<div class="output prose">${markdown.html(text)}</div>`;
    case "text/latex":
      return textBox(text, "text latex");
    case "text/plain":
      return textBox(text, "text result");
    default:
      return pictureHtml(type, text, altOf(data), metadata[type]);
  }
}

function pictureHtml(type: string, data: string, alt: string, size: unknown): string {
  const { width, height } = isObject(size) ? size : {};
  const side = (name: string, value: unknown) =>
    typeof value === "number" && value > 0 ? ` ${name}="${value}"` : "";
  return `<div class="output picture"><img alt="${escapeHtml(alt)}"` +
    `${side("width", width)}${side("height", height)} src="${
      escapeHtml(pictureSource(type, data))
    }"></div>`;
}

/** The text that came with a picture says what it shows. */
function altOf(data: MimeBundle): string {
  const text = data["text/plain"];
  if (typeof text !== "string") return "Picture";
  return text.length > MAX_ALT ? `${text.slice(0, MAX_ALT)}…` : text;
}

function unknownHtml(types: readonly string[]): string {
  return `<div class="output unknown">This output holds ${escapeHtml(types.join(", "))}, ` +
    `which a page cannot show. Open the notebook in Jupyter to see it.</div>`;
}

/** @returns undefined when it is nested deeper than the stack. */
function jsonText(value: unknown): string | undefined {
  try {
    return JSON.stringify(value, null, 2) ?? "null";
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
