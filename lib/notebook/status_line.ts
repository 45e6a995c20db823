import { storedText } from "../model/stored_text.ts";
import { type Beat, claimMarkup, endMarkup } from "../charts/live_markup.ts";
import { escapeHtml } from "../charts/markup.ts";
import { dress } from "../charts/page_theme.ts";
import { EDGE_PX, type Theme } from "../charts/theme.ts";
import type { Source } from "../model/instrument.ts";
import { briefUtc, formatUtc, MINUTE } from "../model/time.ts";
import type { DataWord, Frame, Freshness } from "./panel.ts";

/** What the line below a live panel says first. */
export type StatusWord = DataWord | "error" | "stopped";

export interface StatusView {
  /** The panel's, as {@link panelMarkup} has it. */
  readonly panel: string;
  readonly word: StatusWord;
  /** Undefined when the panel threw. */
  readonly freshness: Freshness | undefined;
  /** The newest heartbeat: the word holds while others follow it. */
  readonly beat: Beat;
  /** Venue time of the newest message, where data is overdue; epoch ms UTC. @default it is not */
  readonly silentSince?: number | undefined;
  /** Sentences about what is wrong, the most pressing first. */
  readonly notes: readonly string[];
}

const SOURCES: Readonly<Record<Source, string>> = {
  live: "live data",
  delayed: "delayed data",
  replay: "replayed data",
  simulated: "simulated data",
  imported: "imported data",
  stored: storedText("stored"),
};

/**
 * The line below a live panel: state, source, newest data, and what is wrong. All its times are absolute, and what it
 * says of the present it says only where heartbeats arrive: as it is written, and so in every saved file, it says when
 * that was so.
 */
export function statusLine(view: StatusView, theme: Theme): Frame {
  const { word, freshness, notes } = view;
  const source = freshness && sourceText(freshness);
  const facts = factsOf(view);
  const state = isFinal(word) ? `● ${word}` : wasText(view);
  const badge = source === undefined
    ? ""
    : `<span style="border:1px solid ${theme.grid};border-radius:3px;padding:0 5px">${source}</span>`;
  const warnings = notes.map((note) =>
    `<span style="color:${noteColour(word, theme)}">${escapeHtml(note)}</span>`
  );
  const style = [
    `background:${theme.background}`,
    `color:${theme.faintText}`,
    `padding:3px ${EDGE_PX}px`,
    `font:12px/1.6 ${theme.fontFamily}`,
    "display:flex",
    "flex-wrap:wrap",
    "gap:0 14px",
    "align-items:baseline",
  ].join(";");
  const texts = facts.map((fact) => `<span>${escapeHtml(fact)}</span>`);
  const content = [stateHtml(view, state, theme), badge, ...texts, ...warnings].join("");
  return {
    html: `<div style="${
      escapeHtml(`${dress(style + content, theme)};${style}`)
    }">${content}</div>`,
    text: [state.slice(2), source ?? "", ...facts, ...notes].filter((text) => text !== "")
      .join(" · "),
  };
}

/** Where no feed runs, the badge says so too: a picture of it may stand alone. */
function sourceText({ word, source }: Freshness): string {
  return word === "stored" ? storedText(source) : SOURCES[source];
}

/** What must be shown at once when it changes. */
export function statusKey(view: StatusView): string {
  const { word, freshness, silentSince, notes } = view;
  return [
    word,
    freshness?.source,
    freshness?.isStale,
    freshness?.remark,
    freshness?.history?.now,
    silentSince,
    ...notes,
  ].join("\n");
}

/** What may wait a moment when it changes: a minute closes in each market at its own time. */
export function newestKey({ freshness }: StatusView): string {
  return freshness === undefined ? "" : newestText(freshness);
}

/** True for what stays so, whether the kernel lives or not. */
function isFinal(word: StatusWord): boolean {
  return word === "stopped" || word === "finished" || word === "stored";
}

function stateHtml(view: StatusView, state: string, theme: Theme): string {
  const { word, beat, panel, freshness } = view;
  if (isFinal(word)) {
    return endMarkup(state, theme.text, panel);
  }
  const ink = wordColour(word, theme);
  return claimMarkup(
    {
      beat,
      now: withHistory(`● ${word}`, freshness?.history?.now),
      was: state,
      ink,
      alarm: theme.warning,
    },
    panel,
  );
}

/** What was so when it was written, where `was` before the word will not do. */
const PAST: Readonly<Partial<Record<StatusWord, string>>> = {
  error: "had an error",
  failed: "had failed",
  "venue stopped": "venue was stopped",
};

/** `● was live at 2025-12-03 14:08:25 UTC`, by the venue's clock. */
function wasText({ word, freshness }: StatusView): string {
  const at = freshness?.at ?? freshness?.dataTime ?? NaN;
  const past = PAST[word] ?? `was ${word}`;
  const state = Number.isNaN(at) ? `● ${past}` : `● ${past} at ${formatUtc(at)}`;
  return withHistory(state, freshness?.history?.was);
}

/** How long the rest of history takes is true as long as the kernel lives, as the word before it is. */
function withHistory(state: string, history: string | undefined): string {
  return history === undefined ? state : `${state} · ${history}`;
}

function factsOf({ word, freshness, silentSince }: StatusView): string[] {
  if (freshness === undefined) return [];
  const { isStale, remark } = freshness;
  const facts = [newestText(freshness)];
  if (word === "stored") facts.push("no feed");
  if (isFinal(word)) return facts;
  const isNamed = word === "stale" || word === "failed";
  if (isStale && !isNamed) facts.push("stale");
  if (silentSince !== undefined) facts.push(`last message ${formatUtc(silentSince)}`);
  if (remark !== undefined) facts.push(remark);
  return facts;
}

/** `newest data 2025-12-03 14:35:00 UTC`; where one lags, its own time: `…, ES 14:02:00 UTC`. */
function newestText({ dataTime, newest = [] }: Freshness): string {
  const times = newest.map((each) => each.dataTime).filter((time) => !Number.isNaN(time));
  const last = times.length === 0 ? dataTime : Math.max(...times);
  if (Number.isNaN(last)) return "no data yet";
  const late = newest.filter((each) => !(each.dataTime > last - LAG_MS)).map((each) =>
    `${each.instrument} ${Number.isNaN(each.dataTime) ? "none yet" : briefUtc(each.dataTime, last)}`
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
    case "paused":
    case "stopped":
    case "venue stopped":
    case "finished":
    case "stored":
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
    : isFinal(word)
    ? theme.text
    : theme.warning;
}
