import { EDGE_PX, type Theme } from "../charts/theme.ts";
import { formatUtc } from "../model/time.ts";
import { escapeHtml } from "../charts/markup.ts";
import type { Frame, Freshness } from "./panel.ts";

/** Paler than what is live, and still as dark as small text must be. */
const FADED = 0.9;

/**
 * A picture of data that is overdue: dimmed, below a banner that nobody takes for live. The banner names whose
 * data it is and its time, and not its age, which grows; that stands in the status line.
 */
export function staleFrame(frame: Frame, freshness: Freshness, theme: Theme): Frame {
  const { dataTime, overdue, word = "stale" } = freshness;
  const newest = Number.isNaN(dataTime)
    ? "no data has come yet"
    : `newest data ${formatUtc(dataTime)}`;
  const whose = overdue === undefined ? "" : ` · ${escapeHtml(overdue)}`;
  const since = `${word.toUpperCase()}${whose} · ${newest}`;
  const style =
    `background:${theme.warning};color:${theme.background};font:600 12px/1.6 ${theme.fontFamily};padding:2px 8px`;
  // Its colour begins where the words of panels do.
  return {
    html: `<div style="background:${theme.background};padding:0 ${EDGE_PX}px"><div style="${
      escapeHtml(style)
    }">${since}</div></div><div style="background:${theme.background}"><div style="opacity:${FADED}">${frame.html}</div></div>`,
    text: `${since} · ${frame.text}`,
  };
}
