import { escapeHtml } from "./markup.ts";
import { pictureWidth, scrollBox } from "./scroll_box.ts";
import type { Theme } from "./theme.ts";

/** A picture drawn in the kernel. */
export interface Figure {
  /** A complete `<svg>` element with its name space, sizes and colours: it needs nothing from the page. */
  readonly svg: string;
  /** What it is of, and whose data: said beside it where its own title has scrolled out of sight. @default none */
  readonly title?: string | undefined;
  /** What the picture shows, in a sentence; for readers who do not see it. */
  readonly alt: string;
  /** CSS px. */
  readonly width: number;
  readonly height: number;
  /** Which end is in sight first where it has to scroll: of a chart over time the newest. @default "right" */
  readonly start?: "left" | "right";
  /** What it is drawn in, for what stands around it. */
  readonly theme: Theme;
}

/**
 * A figure as an image that carries its picture: shown as it is by viewers which strip scripts and inline SVG, by
 * exports and in print. It shrinks with the page as far as its words stay legible, then scrolls; it never grows.
 */
export function figureImage(figure: Figure): string {
  const { svg, title, alt, width, height, theme, start = "right" } = figure;
  const { least, maxWidth } = pictureWidth(width);
  const image = `<img alt="${escapeHtml(alt)}" width="${width}" height="${height}" ` +
    `style="display:block;max-width:${maxWidth};height:auto" ` +
    `src="data:image/svg+xml;base64,${new TextEncoder().encode(svg).toBase64()}">`;
  return `<div style="background-color:${theme.background};color:${theme.text};` +
    `max-width:${width}px">${
      scrollBox(image, { least, theme, start, title, hasEdge: true })
    }</div>`;
}
