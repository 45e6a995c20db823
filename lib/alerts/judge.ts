import type { AlertChange, AlertRule, RuleStatus } from "../model/alert.ts";
import { alertBody } from "./alert_body.ts";
import type { JudgedMinute } from "./judged_minute.ts";
import type { Metric, MetricQuery } from "./metric.ts";
import { metricNamed } from "./metrics/mod.ts";
import { known, type KnownReading, type Reading, unknown } from "./reading.ts";
import { queryOf } from "./rule.ts";
import { isDuring } from "./rule_hours.ts";
import { INACTIVE, nextState, type RuleState } from "./rule_state.ts";

/** A price at which something traded. */
export interface JudgedTrade {
  readonly instrument: string;
  /** Venue time, epoch ms UTC. */
  readonly time: number;
  readonly price: number;
}

/** What became of a rule at one judgement. */
export interface Judgement {
  readonly rule: AlertRule;
  readonly time: number;
  readonly reading: Reading;
  readonly state: RuleState;
}

/** The state of a rule with what was measured; a rule that has come to measure something else begins anew. */
export interface KeptState extends RuleState {
  /** @default what the rule measures now, as of a store of earlier versions */
  readonly measured?: string;
}

/** States of rules by their names: plain JSON. */
export type JudgeSnapshot = Readonly<Record<string, KeptState>>;

/** What rules measure, by their names: plain JSON. */
export type MeasuredRules = Readonly<Record<string, string>>;

/** What a judge is made of. */
export interface JudgeOptions {
  readonly rules: readonly AlertRule[];
  /** What the data of an instrument is. */
  readonly sourceOf: (id: string) => string;
  /** States to go on from; of rules that are not there nothing is taken. @default none is active */
  readonly states?: JudgeSnapshot;
  /** Rules that were watched before; others are not judged on minutes that were missed. @default all */
  readonly watchedBefore?: MeasuredRules | undefined;
  /** Called with each judgement of a minute, as a rehearsal does to draw the values. */
  readonly onJudgement?: (judgement: Judgement) => void;
}

interface Watched {
  readonly rule: AlertRule;
  readonly metric: Metric;
  readonly query: MetricQuery;
  /** Rules of the same key get the same reading of a minute. */
  readonly key: string;
  /** Was not watched, or by another measure, when the minutes that were missed went by. */
  readonly isNew: boolean;
  state: RuleState;
  known: { readonly reading: KnownReading; readonly time: number } | undefined;
}

/**
 * Judges rules minute by minute, and those of `timeframe: tick` trade by trade. Pure: the same minutes and trades in
 * the same order give the same alerts, whoever runs it.
 */
export class Judge {
  readonly #watched: readonly Watched[];
  /** Rules of ticks, by their instrument. */
  readonly #ticks = new Map<string, Watched[]>();
  readonly #sourceOf: (id: string) => string;
  readonly #onJudgement: ((judgement: Judgement) => void) | undefined;

  constructor({ rules, sourceOf, states = {}, watchedBefore, onJudgement }: JudgeOptions) {
    this.#sourceOf = sourceOf;
    this.#onJudgement = onJudgement;
    this.#watched = rules.map((rule) => {
      const query = queryOf(rule);
      const { of, timeframe, window, horizon } = query;
      const key = [rule.metric, of, timeframe, window, horizon].join(" ");
      return {
        rule,
        metric: metricNamed(rule.metric),
        query,
        key,
        isNew: watchedBefore !== undefined && measureIn(watchedBefore, rule.name) !== key,
        state: stateFrom(Object.hasOwn(states, rule.name) ? states[rule.name] : undefined, key),
        known: undefined,
      };
    });
    for (const watched of this.#watched) {
      if (watched.rule.timeframe !== "tick") continue;
      this.#ticks.set(watched.rule.of, [...this.#ticks.get(watched.rule.of) ?? [], watched]);
    }
  }

  get rules(): readonly AlertRule[] {
    return this.#watched.map(({ rule }) => rule);
  }

  /** Instruments that rules look at. */
  get instruments(): readonly string[] {
    return [...new Set(this.#watched.flatMap(({ query }) => query.ids))];
  }

  /**
   * Judges every rule at the end of a minute. Minutes come in order, each once.
   *
   * @param options.isMissed the minute went by while nothing was judged. @default false
   */
  minute(
    minute: JudgedMinute,
    { isMissed = false }: { readonly isMissed?: boolean } = {},
  ): AlertChange[] {
    const readings = new Map<string, Reading>();
    const changes: AlertChange[] = [];
    for (const watched of this.#watched) {
      if (isMissed && watched.isNew) continue;
      const isOpen = () => watched.query.ids.every((id) => minute.side(id)?.isOpen === true);
      const reading = isDuring(watched.rule.during, minute.openTime, isOpen)
        ? readOnce(readings, watched, minute)
        : unknown("outside hours");
      // A trade is judged when it comes; the minute only shows that none can.
      if (watched.rule.timeframe === "tick" && reading.kind === "known") continue;
      const change = this.#step(watched, minute.time, reading);
      if (change !== undefined) changes.push(change);
    }
    return changes;
  }

  /** Judges the rules of ticks of its instrument. */
  trade({ instrument, time, price }: JudgedTrade): AlertChange[] {
    const watching = this.#ticks.get(instrument);
    if (watching === undefined) return [];
    const changes: AlertChange[] = [];
    for (const watched of watching) {
      // One that was healed late is of the past.
      if (time < (watched.known?.time ?? -Infinity)) continue;
      const isIn = isDuring(watched.rule.during, time, () => true);
      const reading = isIn ? known(price) : unknown("outside hours");
      const change = this.#step(watched, time, reading);
      if (change !== undefined) changes.push(change);
    }
    return changes;
  }

  /** Every rule at a glance, but for what holds its messages back. */
  get statuses(): Omit<RuleStatus, "mutedUntil">[] {
    return this.#watched.map(({ rule, state, known }) => ({
      rule,
      state: state.reason === undefined ? state.phase : "unknown",
      phase: state.phase,
      reason: state.reason,
      value: known?.reading.value,
      n: known?.reading.n,
      expected: known?.reading.expected,
      time: known?.time,
      since: state.since,
    }));
  }

  /** States to go on from after a restart; rules that are inactive are left out. */
  get snapshot(): JudgeSnapshot {
    return Object.fromEntries(
      this.#watched.filter(({ state }) => state.phase !== "inactive")
        .map(({ rule, state, key }) => [rule.name, { ...state, measured: key }]),
    );
  }

  /** What is watched, but for what was not there when the minutes that were missed went by. */
  get watchedBefore(): MeasuredRules {
    return measuresOf(this.#watched.filter(({ isNew }) => !isNew));
  }

  /** What is watched. */
  get measured(): MeasuredRules {
    return measuresOf(this.#watched);
  }

  #step(watched: Watched, time: number, reading: Reading): AlertChange | undefined {
    const { rule, state: before } = watched;
    const { state, change } = nextState(rule, before, time, reading);
    watched.state = state;
    if (reading.kind === "known") watched.known = { reading, time };
    this.#onJudgement?.({ rule, time, reading, state });
    if (change === undefined || reading.kind === "unknown") return undefined;
    const since = state.since ?? before.since ?? time;
    const source = this.#sourceOfRule(watched);
    const body = alertBody(rule, { kind: change, reading, time, since, source });
    return { kind: change, body, notify: rule.notify };
  }

  /** An alert is as good as its lesser side. */
  #sourceOfRule({ query: { ids, of } }: Watched): string {
    const sources = (ids.length > 0 ? ids : [of]).map((id) => this.#sourceOf(id));
    return LESSER_FIRST.find((source) => sources.includes(source)) ?? sources[0]!;
  }
}

function measuresOf(watched: readonly Watched[]): MeasuredRules {
  return Object.fromEntries(watched.map(({ rule, key }) => [rule.name, key]));
}

function measureIn(measured: MeasuredRules, name: string): string | undefined {
  return Object.hasOwn(measured, name) ? measured[name] : undefined;
}

/** An excursion of something else is none of this rule: it would be resolved under an id that never fired. */
function stateFrom(kept: KeptState | undefined, key: string): RuleState {
  if (kept === undefined) return INACTIVE;
  const { measured = key, ...state } = kept;
  return measured === key ? state : INACTIVE;
}

const LESSER_FIRST = ["imported", "delayed", "simulated", "replay", "live"];

function readOnce(
  readings: Map<string, Reading>,
  { key, metric, query }: Watched,
  minute: JudgedMinute,
): Reading {
  let reading = readings.get(key);
  if (reading === undefined) {
    reading = metric.read(query, minute);
    readings.set(key, reading);
  }
  return reading;
}
