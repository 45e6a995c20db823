import { escapeHtml } from "../charts/markup.ts";
import { dress } from "../charts/page_theme.ts";
import { EDGE_PX, type Theme } from "../charts/theme.ts";
import type { Frame } from "./panel.ts";

/** Text in the theme's dress, its line breaks kept: progress, summaries, notices. */
export function plainLine(text: string, theme: Theme, colour = theme.text): Frame {
  const look =
    `background:${theme.background};color:${colour};font:13px/1.6 ${theme.fontFamily};padding:4px ${EDGE_PX}px;white-space:pre-wrap`;
  const style = escapeHtml(`${dress(look, theme)};${look}`);
  return { html: `<div style="${style}">${escapeHtml(text)}</div>`, text };
}
