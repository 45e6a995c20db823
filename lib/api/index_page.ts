import { VERSION } from "../model/version.ts";
import { BASE_PATH } from "./base_path.ts";

const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";

const LINKS: readonly (readonly [path: string, text: string])[] = [
  [`${BASE_PATH}/docs`, "What the API answers"],
  [`${BASE_PATH}/openapi.json`, "The same as OpenAPI 3.1"],
  [`${BASE_PATH}/status`, "How the market is now"],
];

/** A small page of links at `/`; undefined for every other path. */
export function indexPage(request: Request): Response | undefined {
  if (new URL(request.url).pathname !== "/") return undefined;
  const links = LINKS.map(([path, text]) => `<li><a href="${path}">${text}</a></li>`).join("");
  return htmlAnswer(
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>Comove</title>` +
      `<meta name="viewport" content="width=device-width"><style>${PAGE_STYLE}</style>` +
      `<main><h1>Comove ${VERSION}</h1><ul>${links}</ul></main></html>`,
  );
}

export const PAGE_STYLE = ":root{color-scheme:light dark}body{font:16px/1.5 system-ui;margin:0}" +
  "main{max-width:60rem;margin:0 auto;padding:1rem}table{border-collapse:collapse}" +
  "td,th{text-align:left;padding:.2rem .8rem .2rem 0;vertical-align:top}" +
  "code{font-family:ui-monospace,monospace}section{margin-top:2rem}";

/** A page that loads nothing. */
export function htmlAnswer(html: string): Response {
  return new Response(html, {
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": POLICY,
      "cache-control": "no-cache",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
    },
  });
}
