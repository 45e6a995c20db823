import { formatUtc } from "../model/time.ts";
import type { Figure } from "./figure.ts";
import { element, textAt, xmlText } from "./svg_parts.ts";
import { isPageTheme, pictureDress } from "./page_theme.ts";
import { fitText, textWidth } from "./text_width.ts";
import type { Theme } from "./theme.ts";

export interface SheetOptions {
  readonly width: number;
  /** Without the footer. */
  readonly height: number;
  readonly theme: Theme;
  /** As the figure has it. */
  readonly title: string;
  readonly alt: string;
  /** As the figure has it. @default "right" */
  readonly start?: "left" | "right";
  readonly footer: {
    /** What the reader should know of all of it. */
    readonly left: string;
    /** Venue time of the newest data, epoch ms UTC; NaN while there is none. */
    readonly updatedAt: number;
  };
}

const FOOTER_PX = 20, FOOTER_LINE_PX = 15;

/** Parts as one picture on the theme's background, above a line that says when it was brought up to date. */
export function sheet(parts: readonly string[], options: SheetOptions): Figure {
  const { width, theme, footer, start = "right" } = options;
  const alt = xmlText(options.alt);
  const look = { fill: theme.faintText, "font-size": 11 };
  const update = lastUpdate(footer.updatedAt);
  const isOneLine = textWidth(footer.left, 11) + textWidth(update, 11) + 32 <= width;
  const lines = isOneLine ? [footer.left] : footerLines(footer.left, width - 16);
  const more = isOneLine ? 0 : lines.length;
  const height = options.height + FOOTER_PX + FOOTER_LINE_PX * more;
  const y = height - 7;
  const content = [
    element("rect", { width, height, fill: theme.background }),
    ...parts,
    ...lines.map((line, i) => textAt(8, y - FOOTER_LINE_PX * (more - i), line, look)),
    textAt(width - 8, y, update, { ...look, "text-anchor": "end" }),
  ];
  const dressed = isPageTheme(theme)
    ? [pictureDress([theme.background, theme.text, ...content].join(""))]
    : [];
  const svg = element("svg", {
    xmlns: "http://www.w3.org/2000/svg",
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    role: "img",
    "aria-label": alt,
    fill: "none",
    "font-family": theme.fontFamily,
    style: [...dressed, `background:${theme.background}`, `color:${theme.text}`].join(";"),
  }, content.join(""));
  return { svg: xmlText(svg), title: options.title, alt, width, height, theme, start };
}

/** The parts between the dots, as many in a line as fit. */
function footerLines(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const part of text.split(" · ")) {
    const longer = lines.length === 0 ? part : `${lines.at(-1)} · ${part}`;
    if (lines.length > 0 && textWidth(longer, 11) <= width) lines[lines.length - 1] = longer;
    else lines.push(part);
  }
  return lines.map((line) => fitText(line, 11, width));
}

/** `last update 2025-12-01 14:35:00 UTC` */
export function lastUpdate(time: number): string {
  return Number.isNaN(time) ? "no data yet" : `last update ${formatUtc(time)}`;
}
