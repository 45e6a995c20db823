import type { Theme } from "../charts/theme.ts";
import { counted } from "../model/counted.ts";
import type { Source } from "../model/instrument.ts";
import { briefUtc, formatUtc, MINUTE } from "../model/time.ts";
import { escapeHtml } from "../charts/markup.ts";
import type { DataWord, Frame, Freshness } from "./panel.ts";
import { durationText } from "./wording.ts";

/** What the line below a live panel says first. */
export type StatusWord = DataWord | "error" | "stopped";

export interface StatusView {
  readonly word: StatusWord;
  /** Undefined when the panel threw. */
  readonly freshness: Freshness | undefined;
  readonly repaints: number;
  /** Sentences about what is wrong, the most pressing first. */
  readonly notes: readonly string[];
}

const SOURCES: Readonly<Record<Source, string>> = {
  live: "live data",
  delayed: "delayed data",
  replay: "replayed data",
  simulated: "simulated data",
};

/** The line below a live panel: state, source, newest data and its age, repaints, and what is wrong. */
export function statusLine(view: StatusView, theme: Theme): Frame {
  const { word, freshness, notes } = view;
  const source = freshness === undefined ? undefined : SOURCES[freshness.source];
  const facts = factsOf(view);
  const colour = wordColour(word, theme);
  const parts = [
    `<span style="color:${colour};font-weight:600">● ${word}</span>`,
    ...(source === undefined ? [] : [
      `<span style="border:1px solid ${theme.grid};border-radius:3px;padding:0 5px">${source}</span>`,
    ]),
    ...facts.map((fact) => `<span>${fact}</span>`),
    ...notes.map((note) =>
      `<span style="color:${noteColour(word, theme)}">${escapeHtml(note)}</span>`
    ),
  ];
  const style = [
    `background:${theme.background}`,
    `color:${theme.faintText}`,
    "padding:3px 12px",
    `font:12px/1.6 ${theme.fontFamily}`,
    "display:flex",
    "flex-wrap:wrap",
    "gap:0 14px",
    "align-items:baseline",
  ].join(";");
  return {
    html: `<div style="${escapeHtml(style)}">${parts.join("")}</div>`,
    text: [word, ...(source === undefined ? [] : [source]), ...facts, ...notes].join(" · "),
  };
}

/** What must be shown at once when it changes, unlike an age that only grows. */
export function statusKey({ word, freshness, notes }: StatusView): string {
  return [word, freshness?.source, freshness?.isStale, freshness?.remark, ...notes].join("\n");
}

function factsOf({ word, freshness, repaints }: StatusView): string[] {
  const facts: string[] = [];
  if (freshness !== undefined) {
    const { ageMs, isStale, remark } = freshness;
    facts.push(newestText(freshness));
    if (ageMs !== undefined && word !== "stopped") {
      const isNamed = word === "stale" || word === "failed";
      facts.push(`data age ${durationText(ageMs)}${isStale && !isNamed ? " (stale)" : ""}`);
    }
    if (remark !== undefined && word !== "stopped") facts.push(escapeHtml(remark));
  }
  facts.push(counted(repaints, "repaint"));
  return facts;
}

/** `newest data 2025-12-03 14:35:00 UTC`; where one lags, its own time: `…, ES 14:02:00 UTC`. */
function newestText({ dataTime, newest = [] }: Freshness): string {
  const times = newest.map((each) => each.dataTime).filter((time) => !Number.isNaN(time));
  const last = times.length === 0 ? dataTime : Math.max(...times);
  if (Number.isNaN(last)) return "no data yet";
  const late = newest.filter((each) => !(each.dataTime > last - LAG_MS)).map((each) =>
    `${escapeHtml(each.instrument)} ${
      Number.isNaN(each.dataTime) ? "none yet" : briefUtc(each.dataTime, last)
    }`
  );
  return [`newest data ${formatUtc(last)}`, ...late].join(", ");
}

/** Minutes close one after the other: less than this apart they are as new. */
const LAG_MS = 2 * MINUTE;

function wordColour(word: StatusWord, theme: Theme): string {
  switch (word) {
    case "live":
      return theme.up;
    case "part live":
    case "closed":
    case "waiting":
    case "stopped":
      return theme.text;
    case "delayed":
    case "catching up":
    case "unknown":
    case "stale":
      return theme.warning;
    case "failed":
    case "error":
      return theme.down;
  }
}

function noteColour(word: StatusWord, theme: Theme): string {
  return word === "error" || word === "failed"
    ? theme.down
    : word === "stopped"
    ? theme.text
    : theme.warning;
}
