import { escapeHtml } from "../charts/markup.ts";
import { BASE_PATH } from "./base_path.ts";
import { htmlAnswer, PAGE_STYLE } from "./index_page.ts";

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema?: {
    readonly type?: string;
    readonly enum?: readonly string[];
    readonly minimum?: number;
    readonly maximum?: number;
    readonly description?: string;
  };
}

interface Operation {
  readonly summary?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content?: Readonly<Record<string, unknown>> };
  readonly responses?: Readonly<Record<string, unknown>>;
}

/** An OpenAPI document as a page without scripts. */
export function docsPage(document: object): Response {
  const { paths } = document as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  };
  const parts = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => sectionOf(path, method, operation))
  );
  return htmlAnswer(
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>Comove: API</title>` +
      `<meta name="viewport" content="width=device-width"><style>${PAGE_STYLE}</style>` +
      `<main><h1>Comove: API</h1><p>Times are epoch ms UTC, ranges half-open; <code>null</code> is unknown; ` +
      `tables are <code>{ columns, data }</code>; <code>next</code> is the cursor of the page behind. Changes take ` +
      `<code>Authorization: Bearer TOKEN</code>. <a href="${BASE_PATH}/openapi.json">OpenAPI 3.1</a></p>` +
      `<h2>Streams</h2><p>WebSocket <code>${BASE_PATH}/stream</code>: send ` +
      `<code>{"op":"subscribe","channels":["bars:ES","ticks:BTCUSDT","correlation:BTCUSDT/ES","alerts","status"]}</code>. ` +
      `The same by SSE: <code>${BASE_PATH}/events?channels=bars:ES,status</code>. Each channel brings a snapshot, then ` +
      `updates with <code>seq</code> one higher each. Over 15 minutes <code>Last-Event-ID</code> resumes, and in a WebSocket's ` +
      `order <code>"after":{"bars:ES":SEQ}</code>, the newest of each channel that you have.</p>` +
      `${parts.join("")}</main></html>`,
  );
}

function cellOf(text: string): string {
  return `<td>${escapeHtml(text)}</td>`;
}

function sectionOf(path: string, method: string, operation: Operation): string {
  const { summary = "", parameters = [], requestBody, responses = {} } = operation;
  const rows = parameters.map(({ name, in: place, required, schema = {} }) => {
    const { type = "", description = "", minimum, maximum } = schema;
    const range = minimum === undefined ? "" : ` ${minimum} to ${maximum}`;
    const kind = schema.enum?.join(", ") ?? `${type}${range}`;
    const cells = [name, place, required === true ? "needed" : "", kind, description];
    return `<tr>${cells.map(cellOf).join("")}</tr>`;
  });
  const table = rows.length === 0 ? "" : `<table>${rows.join("")}</table>`;
  const body = requestBody?.content === undefined
    ? ""
    : `<p>Body: ${escapeHtml(Object.keys(requestBody.content).join(" or "))}</p>`;
  return `<section><h2><code>${method.toUpperCase()} ${escapeHtml(path)}</code></h2>` +
    `<p>${escapeHtml(summary)}.</p>${table}${body}` +
    `<p>Answers: ${escapeHtml(Object.keys(responses).join(", "))}</p></section>`;
}
