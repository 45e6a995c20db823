import { type Figure, figureImage } from "./figure.ts";
import { escapeHtml } from "./markup.ts";
import { EDGE_PX, type Theme } from "./theme.ts";

/** A picture of a chart, for readers who do not see the chart of that id: where scripts do not run, or it has failed. */
export function stillPicture(id: string, figure: Figure, belowHtml = ""): string {
  return `<comove-feed style="display:block" data-id="${escapeHtml(id)}">${
    figureImage(figure)
  }${belowHtml}</comove-feed>`;
}

/** Stands where the chart would, while there is none. */
export function stillNote(theme: Theme): string {
  return `<div style="padding:8px ${EDGE_PX}px;font:12px/1.6 ${theme.fontFamily};color:${theme.faintText}">` +
    "The chart is drawn here where scripts run; its picture is below.</div>";
}
