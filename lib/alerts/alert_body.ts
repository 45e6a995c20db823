import type { AlertBody, AlertChangeKind, AlertRule } from "../model/alert.ts";
import { conditionText } from "../model/condition.ts";
import { durationText } from "../model/duration.ts";
import { formatUtc } from "../model/time.ts";
import { metricNamed } from "./metrics/mod.ts";
import type { KnownReading } from "./reading.ts";

/** The body of a change: what every channel, file and page gets of it. */
export function alertBody(
  rule: AlertRule,
  { kind, reading, time, since, source }: {
    readonly kind: AlertChangeKind;
    readonly reading: KnownReading;
    readonly time: number;
    readonly since: number;
    readonly source: string;
  },
): AlertBody {
  const { name, metric, of, severity, fire, clear } = rule;
  const isResolved = kind === "resolved";
  const { value, n, expected } = reading;
  const judged = { rule, kind, reading, time, since };
  return {
    id: `${name}/${of}/${since}`,
    rule: name,
    metric,
    of,
    severity,
    state: isResolved ? "resolved" : "firing",
    value,
    threshold: (isResolved ? clear ?? fire : fire).threshold,
    n,
    expected,
    time,
    utc: formatUtc(time),
    since,
    source,
    message: messageOf(judged),
  };
}

/** `BTCUSDT/ES: z-score of the spread 2.41, beyond 2, since 14:02:00 UTC (n 60 of 60).` */
function messageOf({ rule, kind, reading, time, since }: {
  readonly rule: AlertRule;
  readonly kind: AlertChangeKind;
  readonly reading: KnownReading;
  readonly time: number;
  readonly since: number;
}): string {
  const { title, unit, meaning } = metricNamed(rule.metric);
  const { value, n, expected } = reading;
  const meant = meaning?.(value);
  const seen = `${rule.of}: ${title} ${shownNumber(value)}${unit}`;
  const evidence = expected > 1 ? ` (n ${n} of ${expected})` : "";
  if (kind === "resolved") {
    const end = rule.clear === undefined
      ? `no longer ${conditionText(rule.fire)}`
      : conditionText(rule.clear);
    const lasted = time > since ? `, after ${durationText(time - since)}` : "";
    return `${seen}, ${end}${lasted}${evidence}.`;
  }
  const goesOn = kind === "firing" ? "" : "still ";
  return `${seen}, ${goesOn}${conditionText(rule.fire)}, since ${formatUtc(since)}${evidence}.` +
    (meant === undefined ? "" : ` ${meant}.`);
}

/** Six digits at most, as they are read aloud: `2.41`, `98350.2`, `0.000412`. */
function shownNumber(value: number): string {
  const rounded = Number(value.toPrecision(6));
  return Math.abs(value) >= 1e6 ? `${Math.round(value)}` : `${rounded}`;
}
