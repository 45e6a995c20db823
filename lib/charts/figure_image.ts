import { base64 } from "./base64.ts";
import type { Figure } from "./figure.ts";
import { escapeHtml } from "./markup.ts";

/**
 * A figure as an image that carries its picture: shown as it is by viewers which strip scripts and inline SVG, by
 * exports and in print. It shrinks with the page and never grows.
 */
export function figureImage(figure: Figure): string {
  const { svg, alt, width, height, theme } = figure;
  return `<div style="background-color:${theme.background};color:${theme.text};` +
    `max-width:${width}px;overflow:hidden">` +
    `<img alt="${escapeHtml(alt)}" width="${width}" height="${height}" ` +
    `style="display:block;max-width:100%;height:auto" ` +
    `src="data:image/svg+xml;base64,${base64(new TextEncoder().encode(svg))}"></div>`;
}
