import { type Advice, NOTEBOOK_ADVICE } from "../model/advice.ts";
import type { Severity } from "../model/alert.ts";
import { durationText } from "../model/duration.ts";
import { briefUtc, formatUtc } from "../model/time.ts";
import { severitySign, type ShownState, stateSign } from "./alert_signs.ts";
import { escapeHtml } from "./markup.ts";
import { plainTable } from "./table.ts";
import { cellOf, columnsWidth, tableBox, tableOf } from "./table_style.ts";
import { DARK, EDGE_PX, type Theme } from "./theme.ts";

/** Where one rule stands. Texts are of any origin: all of them are escaped. */
export interface RuleRow {
  readonly state: ShownState;
  /** Why it is unknown. */
  readonly reason?: string | undefined;
  readonly rule: string;
  readonly severity: Severity;
  /** `correlation of BTCUSDT/ES, 1m, window 60` */
  readonly watches: string;
  /** `0.12`; empty while unknown. */
  readonly value: string;
  /** `below 0.2, for 3m` */
  readonly condition: string;
  /** `58 of 60`; empty where the value rests on one bar. */
  readonly evidence: string;
  /** Begin of the excursion under way, epoch ms UTC. */
  readonly since?: number | undefined;
  /** Of the newest value that is known, epoch ms UTC. */
  readonly time?: number | undefined;
  /** Local wall clock until which messages are held back, epoch ms UTC. */
  readonly mutedUntil?: number | undefined;
}

/** One excursion. */
export interface AlertRow {
  readonly state: "firing" | "resolved";
  readonly rule: string;
  readonly severity: Severity;
  readonly of: string;
  readonly firedAt: number;
  /** Undefined while it goes on. */
  readonly resolvedAt: number | undefined;
  /** Times that it was said again. */
  readonly repeats: number;
  /** As it fired. */
  readonly value: string;
  readonly threshold: string;
  readonly evidence: string;
  /** What became of its messages: `desk: delivered 14:02:01 UTC`. */
  readonly receipts: readonly string[];
  readonly source: string;
}

export interface AlertTableOptions {
  readonly rules: readonly RuleRow[];
  /** Newest first. */
  readonly alerts: readonly AlertRow[];
  /** Alerts that there were before those. @default 0 */
  readonly earlier?: number;
  /** Rules that are left out, for they are inactive. @default 0 */
  readonly otherRules?: number;
  /** Venue time of the newest data, epoch ms UTC. */
  readonly updatedAt: number;
  /** Whether any rule names a channel. */
  readonly hasChannels: boolean;
  /** What the data is: `simulated`. */
  readonly source: string;
  /** What a reader can do. @default what one of a notebook can */
  readonly advice?: Advice;
  /** @default DARK */
  readonly theme?: Theme;
}

interface Cell {
  readonly text: string;
  readonly colour?: string;
  readonly isBold?: boolean;
  readonly align?: "left" | "right";
  /** Long text goes on in further lines. */
  readonly wraps?: boolean;
}

interface Columns {
  readonly head: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** A cell of more characters takes further lines. */
const LONG_TEXT = 44;

const NO_ALERTS = "Nothing has fired since the start.";

/** Where rules stand, and what has fired: two tables, each also as text. All times are absolute. */
export function alertTable(options: AlertTableOptions): { html: string; text: string } {
  const { rules, alerts, theme = DARK, updatedAt, source, advice = NOTEBOOK_ADVICE } = options;
  const noRules = `No rule is armed: ${advice.armRule}.`;
  const ruleColumns = rulesOf(options, theme), alertColumns = alertsOf(options, theme);
  const left = options.otherRules ?? 0, earlier = options.earlier ?? 0;
  const isAny = rules.length + left > 0;
  const mute = muteCall(rules, advice);
  const ruleNotes = [
    ...(left === 0 ? [] : [`… ${left.toLocaleString("en-US")} more that are inactive`]),
    ...(isAny ? [judgedNote(source, updatedAt, advice)] : []),
  ];
  const isSent = alerts.some(({ receipts }) => receipts.length > 0);
  const alertNotes = [
    ...(earlier === 0 ? [] : [`… ${earlier.toLocaleString("en-US")} earlier`]),
    ...(isSent ? ["deliveries by this machine's clock, all else by the venues'"] : []),
  ];
  const text = [
    textOf(`Rules, ${source} data`, ruleColumns, noRules, ruleNotes),
    textOf("Alerts", alertColumns, NO_ALERTS, alertNotes),
    ...(mute === undefined ? [] : [`Hold back a rule's messages: ${mute}`]),
  ].join("\n");
  const html =
    boxOf("Rules", ruleColumns, noRules, ruleNotes, { badge: badgeOf(source, theme), theme }) +
    (isAny || alerts.length > 0
      ? boxOf("Alerts", alertColumns, NO_ALERTS, alertNotes, { theme })
      : "") +
    (mute === undefined ? "" : muteLine(mute, theme));
  return { html: `<div style="background:${theme.background}">${html}</div>`, text };
}

/** Without a feed no minute closes, and a rule is judged when one does. */
function judgedNote(source: string, updatedAt: number, { rehearse }: Advice): string {
  return source === "stored"
    ? `not judged, as no feed runs: ${rehearse}`
    : `judged to ${formatUtc(updatedAt)} · value and n as last known`;
}

function rulesOf({ rules, updatedAt }: AlertTableOptions, theme: Theme): Columns {
  const rows = rules.map((row): Cell[] => {
    const sign = stateSign(row.state, theme);
    const state = row.reason === undefined ? sign.text : `${sign.text}: ${row.reason}`;
    const severity = severitySign(row.severity, theme);
    const since = row.since === undefined ? "" : briefUtc(row.since, updatedAt);
    const notes = [
      row.mutedUntil === undefined ? "" : `muted until ${formatUtc(row.mutedUntil)}`,
      row.state === "unknown" && row.time !== undefined
        ? `known to ${briefUtc(row.time, updatedAt)}`
        : "",
    ].filter((note) => note !== "");
    return [
      { text: state, colour: sign.colour, isBold: row.state !== "inactive" },
      { text: row.rule, isBold: true },
      {
        text: row.value || "–",
        align: "right",
        ...(row.state === "unknown" ? { colour: theme.faintText } : {}),
      },
      { text: row.condition },
      { text: row.evidence },
      { text: since },
      { text: severity.text, colour: severity.colour },
      { text: row.watches },
      { text: notes.join(" · "), colour: theme.warning },
    ];
  });
  const head = ["state", "rule", "value", "fires", "n", "since", "severity", "watches", ""];
  return withoutEmpty({ head, rows });
}

function alertsOf(
  { alerts, hasChannels, updatedAt, source }: AlertTableOptions,
  theme: Theme,
): Columns {
  const rows = alerts.map((row): Cell[] => {
    const sign = stateSign(row.state, theme), severity = severitySign(row.severity, theme);
    const resolved = row.resolvedAt === undefined
      ? ""
      : `${briefUtc(row.resolvedAt, row.firedAt)}, after ${
        durationText(row.resolvedAt - row.firedAt)
      }`;
    const again = row.repeats === 0 ? "" : `, repeated ${row.repeats}×`;
    return [
      { text: sign.text, colour: sign.colour, isBold: true },
      { text: row.rule, isBold: true },
      { text: `${formatUtc(row.firedAt)}${again}` },
      { text: row.value, align: "right" },
      { text: row.threshold, align: "right" },
      { text: row.evidence },
      { text: resolved || `goes on, ${briefUtc(updatedAt, row.firedAt)}` },
      { text: severity.text, colour: severity.colour },
      { text: row.of },
      { text: row.source === source ? "" : row.source },
      { text: row.receipts.join(" · ") || (hasChannels ? "none" : ""), wraps: true },
    ];
  });
  const head = ["state", "rule", "fired", "value", "threshold", "n", "resolved", "severity", "of"];
  return withoutEmpty({ head: [...head, "source", "delivery"], rows });
}

/** Columns in which no row says anything take room from those that do. */
function withoutEmpty({ head, rows }: Columns): Columns {
  const kept = head.map((_, i) => rows.some((row) => row[i]!.text !== ""));
  return {
    head: head.filter((_, i) => kept[i]),
    rows: rows.map((row) => row.filter((_, i) => kept[i])),
  };
}

function boxOf(
  caption: string,
  { head, rows }: Columns,
  empty: string,
  notes: readonly string[],
  { badge = "", theme }: { readonly badge?: string; readonly theme: Theme },
): string {
  const cell = ({ text, colour = theme.text, isBold = false, align = "left", wraps }: Cell) => {
    const inner = isBold ? `<b>${escapeHtml(text)}</b>` : escapeHtml(text);
    const isLong = wraps === true && text.length > LONG_TEXT;
    return cellOf(inner, { colour, align, wraps: isLong });
  };
  const titles = head.map((text, i) => {
    const { align = "left" } = rows[0]?.[i] ?? {};
    return cellOf(escapeHtml(text), { tag: "th", align, colour: theme.faintText });
  }).join("");
  const lines = rows.map((row) => row.map(cell).join(""));
  const texts = head.map((
    title,
    i,
  ) => [title, ...rows.map((row) => row[i]!.text.slice(0, LONG_TEXT))]);
  return tableBox({
    caption,
    badge,
    content: rows.length === 0
      ? `<div style="color:${theme.faintText}">${escapeHtml(empty)}</div>`
      : tableOf([titles, ...lines], theme, head.length),
    width: rows.length === 0 ? 0 : columnsWidth(texts),
    notes,
  }, theme);
}

function textOf(
  caption: string,
  { head, rows }: Columns,
  empty: string,
  notes: readonly string[],
): string {
  return plainTable({
    caption,
    columns: head,
    rows: rows.map((row) => row.map(({ text }) => text)),
    empty,
    note: notes.join("\n"),
  });
}

function badgeOf(source: string, theme: Theme): string {
  return ` <span style="margin-left:8px;padding:1px 6px;border:1px solid ${theme.faintText};` +
    `border-radius:3px;color:${theme.text};font-size:11px;font-weight:400">${
      escapeHtml(source.toUpperCase())
    }</span>`;
}

/** A call to copy: a notebook's page cannot reach its kernel. Of the rule that is up, else of the first. */
function muteCall(rules: readonly RuleRow[], { muteRule }: Advice): string | undefined {
  const row = rules.find(({ state }) => state === "firing") ?? rules[0];
  return row === undefined ? undefined : muteRule(row.rule);
}

function muteLine(call: string, theme: Theme): string {
  return `<div style="color:${theme.faintText};padding:0 ${EDGE_PX}px 8px;font:12px/1.6 ${theme.fontFamily}">` +
    "Hold back a rule's messages for an hour, from a cell: " +
    `<code style="user-select:all;color:${theme.text};background:transparent;overflow-wrap:anywhere">` +
    `${escapeHtml(call)}</code></div>`;
}
