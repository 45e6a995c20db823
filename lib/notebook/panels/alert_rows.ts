import { metricNamed } from "../../alerts/metrics/mod.ts";
import type { AlertRow, RuleRow } from "../../charts/alert_table.ts";
import type { PageAlert } from "../../charts/alert_view.ts";
import { shortNumber } from "../../charts/number_text.ts";
import type { ChartAlert } from "../../charts/chart_alert.ts";
import { studiedText } from "../../charts/rehearsal_text.ts";
import type { AlertChange, AlertRule, RuleStatus } from "../../model/alert.ts";
import type { DeliveryReceipt } from "../../model/delivery.ts";
import { briefUtc } from "../../model/time.ts";

/** All that became of one alert, in order. */
export interface AlertStory {
  readonly id: string;
  /** As it fired; undefined where that is longer ago than what is kept. */
  readonly fired: AlertChange | undefined;
  readonly newest: AlertChange;
  readonly repeats: number;
}

/** Changes by alert, in the order in which the alerts fired. */
export function storiesOf(history: readonly AlertChange[]): AlertStory[] {
  const stories = new Map<string, AlertStory>();
  for (const change of history) {
    const { id } = change.body;
    const known = stories.get(id);
    const isRepeat = change.kind.startsWith("repeat");
    stories.set(id, {
      id,
      fired: change.kind === "firing" ? change : known?.fired,
      newest: change,
      repeats: (known?.repeats ?? 0) + (isRepeat ? 1 : 0),
    });
  }
  return [...stories.values()];
}

/** `correlation of BTCUSDT/ES, 1m, window 60` */
export function watchesText({ metric, of, timeframe, window, horizon, during }: AlertRule): string {
  const parts = [
    `${metricNamed(metric).title} of ${of}`,
    timeframe,
    ...(window === undefined ? [] : [`window ${window}`]),
    ...(horizon === undefined ? [] : [`horizon ${horizon}`]),
    ...(during === "always" ? [] : [`during ${during}`]),
  ];
  return parts.join(", ");
}

/** Rules that need a look first: firing, recovering, pending, unknown, then the others. */
export function ruleRows(statuses: readonly RuleStatus[]): RuleRow[] {
  return statuses.map(ruleRow).sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
}

const ORDER: readonly RuleRow["state"][] = [
  "firing",
  "recovering",
  "pending",
  "unknown",
  "inactive",
];

function ruleRow({ rule, state, phase, ...status }: RuleStatus): RuleRow {
  const { value, n = 0, expected = 0, reason } = status;
  // An alert that stands goes on standing while nothing is known: that it fires is the first thing to know.
  const isUp = state === "unknown" && phase !== "inactive";
  return {
    state: isUp ? phase : state,
    reason: isUp ? `now unknown, ${reason}` : reason,
    rule: rule.name,
    severity: rule.severity,
    watches: watchesText(rule),
    value: value === undefined ? "" : `${shortNumber(value)}${metricNamed(rule.metric).unit}`,
    condition: studiedText(rule),
    evidence: expected > 1 ? `${n} of ${expected}` : "",
    since: status.since,
    time: status.time,
    mutedUntil: status.mutedUntil,
  };
}

/** @param receipts what became of its messages. */
export function alertRow(
  { fired, newest, repeats }: AlertStory,
  receipts: readonly string[],
): AlertRow {
  const { body } = fired ?? newest;
  const { unit } = metricNamed(body.metric);
  const isOver = newest.kind === "resolved";
  return {
    state: isOver ? "resolved" : "firing",
    rule: body.rule,
    severity: body.severity,
    of: body.of,
    firedAt: fired === undefined ? body.since : body.time,
    resolvedAt: isOver ? newest.body.time : undefined,
    repeats,
    value: `${shortNumber(body.value)}${unit}`,
    threshold: `${shortNumber(body.threshold)}${unit}`,
    evidence: body.expected > 1 ? `${body.n} of ${body.expected}` : "",
    receipts,
    source: body.source,
  };
}

/** What became of messages, by alert: `desk: firing delivered 14:02:01 UTC`, by the local wall clock. */
export function receiptTexts(receipts: readonly DeliveryReceipt[]): Map<string, string[]> {
  const texts = new Map<string, string[]>();
  for (const receipt of receipts) {
    texts.set(receipt.alert, [...texts.get(receipt.alert) ?? [], receiptText(receipt)]);
  }
  return texts;
}

function receiptText(
  { channel, change, state, attempts, at, nextAt, text }: DeliveryReceipt,
): string {
  const tried = attempts > 1 ? ` after ${attempts} attempts` : "";
  const next = nextAt === null ? "" : `, next attempt ${briefUtc(nextAt, nextAt)}`;
  // What was answered to one that arrived says nothing to people.
  const why = state === "delivered" || text === "" ? "" : `: ${text}`;
  const word = state === "perhaps" ? "perhaps delivered" : state;
  return `${channel}: ${change} ${word} ${briefUtc(at, at)}${tried}${next}${why}`;
}

/** As the page announces it. */
export function pageAlert({ id, newest: { kind, body } }: AlertStory): PageAlert {
  const { rule, severity, message, utc, source } = body;
  return { id, rule, severity, kind, message, utc, source };
}

/** Alerts that a chart marks; older ones are before its bars, or would be a smear. */
const MOST_MARKED = 20;

/** Alerts of rules that watch an instrument, by itself or in a pair, the newest last. */
export function chartAlerts(history: readonly AlertChange[], instrument: string): ChartAlert[] {
  return marked(history.filter(({ body: { of } }) => of.split("/").includes(instrument)));
}

/** Alerts of rules that watch a pair, whichever of the two stands first. */
export function pairAlerts(history: readonly AlertChange[], pair: string): ChartAlert[] {
  const turned = pair.split("/").reverse().join("/");
  return marked(history.filter(({ body: { of } }) => of === pair || of === turned));
}

function marked(history: readonly AlertChange[]): ChartAlert[] {
  return storiesOf(history).slice(-MOST_MARKED).map(({ fired, newest }) => ({
    rule: newest.body.rule,
    severity: newest.body.severity,
    from: fired?.body.time ?? newest.body.since,
    to: newest.kind === "resolved" ? newest.body.time : null,
  }));
}
