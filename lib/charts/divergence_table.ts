import { counted } from "../model/counted.ts";
import { durationText } from "../model/duration.ts";
import { briefUtc, formatUtc } from "../model/time.ts";
import type { DivergenceEpisode } from "../sync/divergence_episodes.ts";
import type { DivergenceReading } from "../sync/divergence_reading.ts";
import { severitySign } from "./alert_signs.ts";
import { divergencePill } from "./desk_pills.ts";
import { escapeHtml } from "./markup.ts";
import { pillHtml } from "./pill.ts";
import { plainTable } from "./table.ts";
import { cellOf, columnsWidth, tableBox, tableOf } from "./table_style.ts";
import type { Theme } from "./theme.ts";
import { timeLink } from "./time_link.ts";

export interface DivergenceTableOptions {
  /** Titles of the two sides. */
  readonly labels: { readonly a: string; readonly b: string };
  /** Now; undefined before the first minute. */
  readonly reading: DivergenceReading | undefined;
  /** Oldest first; the last may go on. */
  readonly episodes: readonly DivergenceEpisode[];
  /** Most that are listed, newest first. */
  readonly rows: number;
  /** Where the history begins and ends, epoch ms UTC; NaN without any. */
  readonly from: number;
  readonly to: number;
  /** Minutes in it that were armed, and of how many. */
  readonly armed: number;
  readonly minutes: number;
  /** One-minute returns in the correlation that arms. */
  readonly correlationWindow: number;
  /** Limits in standard deviations. */
  readonly limits: { readonly minor: number; readonly major: number; readonly clear: number };
  /** What the data is: `simulated`. */
  readonly source: string;
  /** Why it is not of now; empty where it is. */
  readonly remark: string;
  readonly theme: Theme;
}

const ENDS = { back: "came back", disarmed: "gate closed", unknown: "not known any more" } as const;
const HEAD = ["since", "severity", "peak", "moved more", "for", "ended", "peak at"];

/** How far two markets are apart now, and how often they were: changes each minute. */
export function divergenceNow(options: DivergenceTableOptions): { html: string; text: string } {
  const { labels, reading, theme, source, remark, from, to, armed, minutes } = options;
  const pill = reading === undefined ? "" : pillHtml(divergencePill(reading), theme);
  const now = [nowText(options), remark].filter((text) => text !== "").join(" · ");
  const caption = `Divergence ${labels.a} – ${labels.b}`;
  const evidence = Number.isNaN(from) ? [] : [
    `${formatUtc(from)} to ${formatUtc(to)} · armed ${armed.toLocaleString("en-US")} of ${
      counted(minutes, "minute")
    }`,
  ];
  const html = tableBox({
    caption,
    badge: ` <span style="margin-left:8px;padding:1px 6px;border:1px solid ${theme.faintText};` +
      `border-radius:3px;font-size:11px;font-weight:400">${
        escapeHtml(source.toUpperCase())
      }</span>`,
    content: `<div style="font-size:12px">${pill}<span>${escapeHtml(now)}</span></div>`,
    notes: evidence,
  }, theme);
  const text = [
    `${caption}, ${source} data`,
    [reading?.label ?? "DIV: n/a", reading?.reason ?? "", now].filter((one) => one !== "")
      .join(" · "),
    ...evidence,
  ].join("\n");
  return { html, text };
}

/** The episodes, newest first, each a link to its place in the charts of the page: changes when one does. */
export function divergenceTable(options: DivergenceTableOptions): { html: string; text: string } {
  const { episodes, rows, theme, limits } = options;
  const shown = episodes.slice(-rows).reverse();
  const notes = notesOf(options, episodes.length - shown.length);
  const lines = shown.map((one) => cellsOf(one, options));
  const plain = lines.map((cells) => cells.map(({ text }) => text));
  const empty = `No divergence of ${limits.minor}σ while armed in the history.`;
  const content = lines.length === 0 ? `<div>${escapeHtml(empty)}</div>` : tableOf([
    HEAD.map((text) => cellOf(text, { tag: "th", colour: theme.faintText })).join(""),
    ...lines.map((cells) =>
      cells.map(({ text, html, colour, align }) =>
        cellOf(html ?? escapeHtml(text), {
          ...(colour === undefined ? {} : { colour }),
          ...(align === undefined ? {} : { align }),
        })
      ).join("")
    ),
  ], theme);
  const caption = "Episodes";
  const html = tableBox({
    caption,
    content,
    width: lines.length === 0
      ? 0
      : columnsWidth(HEAD.map((title, i) => [title, ...plain.map((row) => row[i]!)])),
    notes,
  }, theme);
  const text = plainTable({ caption, columns: HEAD, rows: plain, empty, note: notes.join("\n") });
  return { html, text };
}

interface Cell {
  readonly text: string;
  readonly html?: string;
  readonly colour?: string;
  readonly align?: "left" | "right";
}

function cellsOf(
  one: DivergenceEpisode,
  { theme, labels }: DivergenceTableOptions,
): Cell[] {
  const sign = severitySign(one.severity, theme);
  const more = one.direction === "a" ? `${labels.a} > ${labels.b}` : `${labels.a} < ${labels.b}`;
  const peak = `${one.peak < 0 ? "−" : "+"}${Math.abs(one.peak).toFixed(1)}σ`;
  return [
    { text: formatUtc(one.from), html: timeLink(one.from) },
    { text: sign.text, colour: sign.colour },
    { text: peak, align: "right" },
    { text: more },
    { text: durationText(one.to - one.from) },
    { text: one.ended === undefined ? "goes on" : ENDS[one.ended] },
    {
      text: briefUtc(one.peakTime, one.from),
      html: timeLink(one.peakTime, briefUtc(one.peakTime, one.from)),
    },
  ];
}

/** What goes on, and how often it was: today and in the history. */
function nowText({ episodes, to }: DivergenceTableOptions): string {
  const current = episodes.at(-1)?.ended === undefined ? episodes.at(-1) : undefined;
  const state = current === undefined
    ? "none goes on"
    : `${current.severity}, for ${durationText(current.to - current.from)} by now`;
  const day = formatUtc(to).slice(0, 10);
  const today = episodes.filter(({ from }) => formatUtc(from).slice(0, 10) === day);
  const major = (some: readonly DivergenceEpisode[]) =>
    some.filter(({ severity }) => severity === "major").length;
  return `${state} · today (UTC) ${today.length}, ${major(today)} major · ` +
    `in the history ${episodes.length}, ${major(episodes)} major`;
}

function notesOf(
  { limits, correlationWindow }: DivergenceTableOptions,
  earlier: number,
): string[] {
  const { minor, major, clear } = limits;
  return [
    ...(earlier > 0 ? [`… ${earlier.toLocaleString("en-US")} earlier`] : []),
    `minor from ${minor}σ, major from ${major}σ, over below ${clear}σ · armed: correlation of ` +
    `${correlationWindow} one-minute returns above 0.4 and US regular hours · each minute by what ` +
    "was known at its close",
  ];
}
