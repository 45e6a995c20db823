import { counted } from "../model/counted.ts";
import { type CoverageDay, type CoverageDayState, stateOfDay } from "../model/coverage_day.ts";
import { DAY } from "../model/time.ts";
import { escapeHtml } from "./markup.ts";
import { fontStyle } from "./table_style.ts";
import { DARK, EDGE_PX, type Theme } from "./theme.ts";

/** One instrument's days. */
export interface CalendarOf {
  readonly instrument: string;
  /** In time order. */
  readonly days: readonly CoverageDay[];
}

export interface CoverageCalendarOptions {
  /** What the data is, beside the title: `simulated data`. */
  readonly badge: string;
  /** Newest months shown of each instrument. @default 3 */
  readonly months?: number;
  /** @default DARK */
  readonly theme?: Theme;
}

const WEEKDAYS = ["M", "T", "W", "T", "F", "S", "S"];
const WEEKDAY_NAMES = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const CELL_PX = 34;
/** States as the legend has them: each differs in its fill and in its words, not in colour alone. */
const LEGEND: readonly (readonly [CoverageDayState, string])[] = [
  ["complete", "complete"],
  ["partly", "partly, with the share held"],
  ["missing", "missing"],
  ["closed", "closed"],
];

/**
 * What is held of each day, as a calendar for each instrument: filled where it is complete, hatched where minutes are
 * missing, empty where the market was shut. Pointing at a day shows its numbers. It is HTML with its style in place:
 * months stand beside each other where there is room, and below each other on a phone.
 */
export function coverageCalendarHtml(
  calendars: readonly CalendarOf[],
  options: CoverageCalendarOptions,
): string {
  const { badge, months = 3, theme = DARK } = options;
  const parts = calendars.map((one) => instrumentHtml(one, months, theme));
  const legend = LEGEND.map(([state, text]) =>
    `<span style="white-space:nowrap;margin-right:16px"><span style="display:inline-block;width:14px;height:14px;` +
    `vertical-align:-2px;margin-right:6px;border-radius:3px;${
      fillOf(state, theme)
    }"></span>${text}</span>`
  );
  const empty = `<div style="color:${theme.faintText}">Nothing is held yet.</div>`;
  return `<div style="background-color:${theme.background};color:${theme.text};padding:8px ${EDGE_PX}px;${
    fontStyle(13, theme)
  }"><div style="font-weight:600">Coverage by day of UTC <span style="font-weight:400;color:${theme.faintText}">· ${
    escapeHtml(badge)
  }</span></div>${parts.length === 0 ? empty : parts.join("")}` +
    `<div style="margin-top:10px;color:${theme.faintText};font-size:12px">${
      legend.join("")
    }</div></div>`;
}

/** The same as text: a line a month, a sign a day. */
export function coverageCalendarText(
  calendars: readonly CalendarOf[],
  { badge, months = 3 }: CoverageCalendarOptions,
): string {
  const lines = calendars.flatMap(({ instrument, days }) => [
    `${instrument}: ${totalText(days)}`,
    ...monthsOf(days, months).map((month) =>
      `  ${monthKey(month[0]!.day)} from ${dateOf(month[0]!.day).slice(8)}  ${
        month.map((day) => SIGNS[stateOfDay(day)]).join("")
      }`
    ),
  ]);
  const body = lines.length === 0 ? ["Nothing is held yet."] : lines;
  return [
    `Coverage by day of UTC · ${badge}`,
    ...body,
    "█ complete  ▒ partly  x missing  · closed",
  ].join("\n");
}

const SIGNS: Readonly<Record<CoverageDayState, string>> = {
  complete: "█",
  partly: "▒",
  missing: "x",
  closed: "·",
};

function instrumentHtml({ instrument, days }: CalendarOf, most: number, theme: Theme): string {
  const months = monthsOf(days, most);
  const left = new Set(days.map(({ day }) => monthKey(day))).size - months.length;
  const earlier = left === 0 ? "" : ` · ${counted(left, "earlier month")} not shown`;
  const blocks = months.map((month) => monthHtml(instrument, month, theme)).join("");
  return `<div style="margin-top:10px"><div><span style="font-weight:600">${
    escapeHtml(instrument)
  }</span> <span style="color:${theme.faintText}">${
    escapeHtml(totalText(days) + earlier)
  }</span></div><div style="display:flex;flex-wrap:wrap;gap:6px 22px">${blocks}</div></div>`;
}

function monthHtml(instrument: string, days: readonly CoverageDay[], theme: Theme): string {
  const first = Date.parse(`${monthKey(days[0]!.day)}-01T00:00:00Z`);
  const byDay = new Map(days.map((day) => [day.day, day]));
  const cells: { html: string; isKnown: boolean }[] = Array.from(
    { length: weekdayOf(first) },
    () => ({ html: `<td style="${CELL}"></td>`, isKnown: false }),
  );
  for (let day = first; monthKey(day) === monthKey(first); day += DAY) {
    const held = byDay.get(day);
    const html = held === undefined ? outsideCell(day, theme) : dayCell(held, theme);
    cells.push({ html, isKnown: held !== undefined });
  }
  const rows: string[] = [];
  for (let at = 0; at < cells.length; at += 7) {
    const week = cells.slice(at, at + 7);
    if (week.some(({ isKnown }) => isKnown)) rows.push(week.map(({ html }) => html).join(""));
  }
  const head = WEEKDAYS.map((name, i) =>
    `<th scope="col" abbr="${
      WEEKDAY_NAMES[i]
    }" style="${CELL};height:16px;color:${theme.faintText};font-weight:400;` +
    `font-size:11px">${name}</th>`
  );
  const line = (content: string) => `<tr style="background-color:transparent">${content}</tr>`;
  return `<table aria-label="${escapeHtml(instrument)} ${
    monthKey(first)
  }" style="border-collapse:separate;` +
    `border-spacing:2px;border:0;margin:0;table-layout:fixed;width:${
      7 * (CELL_PX + 2) + 2
    }px;color:${theme.text}">` +
    `<caption style="caption-side:top;text-align:left;padding:4px 2px 0;font-size:12px;color:${theme.text}">${
      MONTHS[new Date(first).getUTCMonth()]
    } ${new Date(first).getUTCFullYear()}</caption>${line(head.join(""))}${
      rows.map(line).join("")
    }</table>`;
}

const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

const CELL = `width:${CELL_PX}px;padding:0;border:0;text-align:center;vertical-align:middle`;

/** A day before the first that is known, or after the last. */
function outsideCell(day: number, theme: Theme): string {
  return `<td style="${CELL};height:${CELL_PX}px;color:${theme.faintText};font-size:12px">${
    numberOf(day)
  }</td>`;
}

function dayCell(day: CoverageDay, theme: Theme): string {
  const state = stateOfDay(day), text = dayText(day);
  const ink = state === "complete"
    ? theme.background
    : state === "closed"
    ? theme.faintText
    : theme.text;
  const share = state === "complete" || state === "closed"
    ? ""
    : `<div style="font-size:11px;line-height:12px">${shareText(day)}</div>`;
  return `<td title="${
    escapeHtml(text)
  }" style="${CELL};height:${CELL_PX}px;border-radius:4px;font-size:12px;` +
    `line-height:14px;color:${ink};${fillOf(state, theme)}">${numberOf(day.day)}${share}</td>`;
}

/** What a day of this state looks like: fill, hatching and frame, so that it needs no colour to be told apart. */
function fillOf(state: CoverageDayState, theme: Theme): string {
  switch (state) {
    case "complete":
      return `background:${theme.up}`;
    case "partly":
      return `background:${theme.background};box-shadow:inset 0 0 0 2px ${theme.warning}`;
    case "missing":
      return `background:repeating-linear-gradient(135deg,${theme.grid} 0 3px,transparent 3px 7px);` +
        `box-shadow:inset 0 0 0 1px ${theme.down}`;
    case "closed":
      return `box-shadow:inset 0 0 0 1px ${theme.grid}`;
  }
}

/** `Mon 2026-01-05: 1,380 of 1,440 minutes held; 60 missing: the feed was away` */
function dayText(day: CoverageDay): string {
  const { held, missing, closed, reason } = day;
  const date = `${WEEKDAY_NAMES[weekdayOf(day.day)]} ${dateOf(day.day)}`;
  const shut = closed === 0 ? "" : `; ${counted(closed, "minute")} closed`;
  if (held + missing === 0) return `${date}: closed`;
  const number = (n: number) => n.toLocaleString("en-US");
  const all = `${date}: ${number(held)} of ${counted(held + missing, "minute")} held`;
  if (missing === 0) return `${all}${shut}`;
  return `${all}; ${number(missing)} missing${reason === "" ? "" : `: ${reason}`}${shut}`;
}

/** Never rounded to all or nothing. */
function shareText({ held, missing }: CoverageDay): string {
  if (held === 0) return "0 %";
  return `${Math.max(1, Math.min(99, Math.round(100 * held / (held + missing))))} %`;
}

/** `12 days complete, 1 partly, 2 missing · 17,220 of 17,280 minutes` */
function totalText(days: readonly CoverageDay[]): string {
  const count = (state: CoverageDayState) => days.filter((day) => stateOfDay(day) === state).length;
  const held = days.reduce((sum, day) => sum + day.held, 0);
  const missing = days.reduce((sum, day) => sum + day.missing, 0);
  const states = [
    `${counted(count("complete"), "day")} complete`,
    ...(["partly", "missing", "closed"] as const).filter((state) => count(state) > 0)
      .map((state) => `${count(state)} ${state}`),
  ];
  return `${states.join(", ")} · ${held.toLocaleString("en-US")} of ${
    counted(held + missing, "minute")
  } held`;
}

function monthsOf(days: readonly CoverageDay[], most: number): CoverageDay[][] {
  const months = Map.groupBy(days, ({ day }) => monthKey(day));
  return [...months.values()].slice(-most);
}

function monthKey(day: number): string {
  return dateOf(day).slice(0, 7);
}

function dateOf(day: number): string {
  return new Date(day).toISOString().slice(0, 10);
}

function numberOf(day: number): number {
  return new Date(day).getUTCDate();
}

/** 0 for Monday. */
function weekdayOf(day: number): number {
  return (new Date(day).getUTCDay() + 6) % 7;
}
