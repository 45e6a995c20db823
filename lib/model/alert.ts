import type { Condition } from "./condition.ts";

/** How much a rule matters, the least first. */
export const SEVERITIES = ["info", "minor", "major", "critical"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** When a rule is judged: always, in the cash hours of a region, or while its markets are open. */
export const RULE_HOURS = ["always", "us", "europe", "asia", "open"] as const;
export type RuleHours = (typeof RULE_HOURS)[number];

/** An alert as every reader gets it: webhook, `events.jsonl`, API, rehearsal. Plain data, holds no secret. */
export interface AlertBody {
  /** `<rule>/<of>/<since>`: one excursion has one id. */
  readonly id: string;
  readonly rule: string;
  readonly metric: string;
  /** What it watches: an instrument, a pair `y/x`, or a venue. */
  readonly of: string;
  readonly severity: Severity;
  readonly state: "firing" | "resolved";
  /** The judged value, in the metric's own unit. */
  readonly value: number;
  /** What was crossed: the number of `fire`, or of `clear` where it is resolved. */
  readonly threshold: number;
  /** Observations behind the value, and those there could have been. */
  readonly n: number;
  readonly expected: number;
  /** End of the judged minute, venue time, epoch ms UTC. */
  readonly time: number;
  /** The same as text. */
  readonly utc: string;
  /** The first judgement of the excursion, pending included. */
  readonly since: number;
  /** What the data is: `live`, `delayed`, `replay` (of real venues), `simulated`, or `imported`. */
  readonly source: string;
  /** One sentence for people. */
  readonly message: string;
}

/** What has just become of an alert; `repeat-N` says again that it fires. */
export type AlertChangeKind = "firing" | "resolved" | `repeat-${number}`;

/** One change of an alert, with the channels that are to get it. */
export interface AlertChange {
  readonly kind: AlertChangeKind;
  readonly body: AlertBody;
  /** Names of channels; none while the rule is muted. */
  readonly notify: readonly string[];
}

/** Why a rule cannot be judged. It then neither fires nor resolves. */
export type UnknownReason =
  | "stale"
  | "closed"
  | "stopped"
  | "roll"
  | "insufficient n"
  | "not armed"
  | "outside hours";

/** A rule that has been checked: durations in ms, nothing left out. */
export interface AlertRule {
  readonly name: string;
  readonly metric: string;
  readonly of: string;
  /** Length of the bars it reads; `tick` judges each trade. */
  readonly timeframe: string;
  /** Bars the metric looks back on; undefined for one that has no window. */
  readonly window: number | undefined;
  /** Bars over which a change is taken; undefined for a metric without. */
  readonly horizon: number | undefined;
  readonly fire: Condition;
  /** Ends the alert. Undefined: as soon as `fire` no longer holds. */
  readonly clear: Condition | undefined;
  readonly forMs: number;
  readonly keepFiringForMs: number;
  readonly during: RuleHours;
  readonly severity: Severity;
  /** How often an alert that goes on is said again; undefined for never. */
  readonly repeatMs: number | undefined;
  readonly notify: readonly string[];
}

/** Where a rule stands, but for what is not known: see {@link RuleStatus}. */
export type RulePhase = "inactive" | "pending" | "firing" | "recovering";

/** A rule at a glance; plain data, safe to keep. */
export interface RuleStatus {
  readonly rule: AlertRule;
  /** `unknown` while the newest minute could not be judged; `phase` then stays what it was. */
  readonly state: RulePhase | "unknown";
  readonly phase: RulePhase;
  /** Why it is unknown; undefined otherwise. */
  readonly reason: UnknownReason | undefined;
  /** The newest value that was known, and when it was judged, venue time; undefined before the first. */
  readonly value: number | undefined;
  readonly n: number | undefined;
  readonly expected: number | undefined;
  readonly time: number | undefined;
  /** Begin of the excursion under way, venue time; undefined when there is none. */
  readonly since: number | undefined;
  /** Local wall clock until which its messages are held back; undefined when they are not. */
  readonly mutedUntil: number | undefined;
}
