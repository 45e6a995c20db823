import { plot, type PlotOptions } from "@observablehq/plot";
import { parseHTML } from "linkedom";

/** What Plot draws: the marks as SVG text, to be set into a `<g>`. */
export type Drawing = string;

/**
 * Runs Plot without a page. The marks come back without Plot's own `<svg>` and its style sheet, whose sizes
 * would not hold in a picture made of several plots; what that sheet and root said is said by the picture.
 *
 * @param options Plot's, with `width`, `height`, margins and marks; no legends, titles or facets.
 */
export function drawPlot(options: Omit<PlotOptions, "document" | "className">): Drawing {
  // A document of its own each time: nothing drawn earlier can be seen, kept or counted.
  const { document } = parseHTML("<html></html>");
  const root = plot({ ...options, document, className: "comove" });
  return [...root.children].filter((child) => child.localName !== "style")
    .map((child) => child.outerHTML).join("")
    // Plot writes places with all digits of a double; a hundredth of a px is nowhere to be seen.
    .replace(/="[^"]*"/g, (value) => value.replace(/(\.\d\d)\d+/g, "$1"));
}
