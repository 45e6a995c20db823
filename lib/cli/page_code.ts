import core from "highlight.js/lib/core";
import typescript from "highlight.js/lib/languages/typescript";
import { escapeHtml } from "../charts/markup.ts";
import { isOrdinary } from "./page_limits.ts";

/** An instance of our own: nobody else's languages or settings. */
const highlighter = core.newInstance();
highlighter.registerLanguage("typescript", typescript);

/** Names under which people write fences of TypeScript, and the languages that are part of it. */
const TYPESCRIPT = /^(ts|tsx|typescript|mts|js|jsx|javascript|mjs|json)$/i;

/** Code as HTML, in colours where it is TypeScript or JavaScript of an ordinary length. */
export function codeHtml(code: string, language: string): string {
  if (!TYPESCRIPT.test(language) || !isOrdinary(code)) return escapeHtml(code);
  return highlighter.highlight(code, { language: "typescript", ignoreIllegals: true }).value;
}
