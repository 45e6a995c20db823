import { escapeHtml } from "../charts/markup.ts";
import type { Theme } from "../charts/theme.ts";
import type { Frame } from "./panel.ts";

/** Text in the theme's dress, its line breaks kept: progress, summaries, notices. */
export function plainLine(text: string, theme: Theme, colour = theme.text): Frame {
  const style =
    `background:${theme.background};color:${colour};font:13px/1.6 ${theme.fontFamily};padding:4px 12px;white-space:pre-wrap`;
  return { html: `<div style="${escapeHtml(style)}">${escapeHtml(text)}</div>`, text };
}
