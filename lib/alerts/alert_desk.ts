import type { MarketAlerts } from "../market/market_alerts.ts";
import type { MarketEvent, MinuteEvent } from "../market/market_event.ts";
import type { AlertChange, AlertRule, RuleStatus } from "../model/alert.ts";
import type { DeliveryStatus } from "../model/delivery.ts";
import { DURATION_RULE, parseDuration } from "../model/duration.ts";
import { DAY, MINUTE } from "../model/time.ts";
import type { AlertCheckpoint, AlertRecord } from "./alert_outbox.ts";
import { Judge } from "./judge.ts";
import { JudgedMinute } from "./judged_minute.ts";
import type { RuleMarket } from "./rule_market.ts";

/** What the desk needs of a market. */
export interface AlertDeskOptions {
  readonly market: RuleMarket;
  readonly rules: readonly AlertRule[];
  /** Local wall clock, epoch ms UTC: what is muted by it. */
  readonly now: () => number;
  /** Where judging stood at the end of the process before. @default nothing was judged */
  readonly checkpoint?: AlertCheckpoint | undefined;
  /** Whether an instrument's history is in; missed minutes wait for it. @default it is */
  readonly isBackfilled?: (instrument: string) => boolean;
  /** How messages fare. @default there are no channels */
  readonly deliveries?: (() => DeliveryStatus) | undefined;
}

/** Changes kept to be looked at, and records kept for the sink. */
const HISTORY = 1_000;
const MAX_RECORDS = 10_000;
/** Minutes missed while down that are judged; older ones are let go of. */
const MAX_MISSED_MS = 7 * DAY;
/** Minutes that judging waits for the history that missed ones need. */
const PATIENCE_MINUTES = 5;

/**
 * Judges a market's rules as its minutes are made, in the same turn: what is judged is what the minute's result rests
 * on. The first minute judged is the first that closes after the start; with a checkpoint, the first after it.
 */
export class AlertDesk implements MarketAlerts {
  readonly #options: AlertDeskOptions;
  #judge: Judge;
  #judgedTo: number;
  #judgedSince = NaN;
  /** Made before the history that missed minutes need was in. */
  #waiting: MinuteEvent[] = [];
  #history: AlertChange[] = [];
  #records: AlertRecord[] = [];
  #lost = 0;
  readonly #mutedUntil = new Map<string, number>();

  constructor(options: AlertDeskOptions) {
    const { checkpoint, rules } = options;
    this.#options = options;
    this.#judgedTo = checkpoint?.judgedTo ?? NaN;
    this.#judge = this.#judgeOf(rules, checkpoint?.states ?? {});
  }

  get rules(): readonly RuleStatus[] {
    const now = this.#options.now();
    return this.#judge.statuses.map((status) => {
      const until = this.#mutedUntil.get(status.rule.name) ?? -Infinity;
      return { ...status, mutedUntil: until > now ? until : undefined };
    });
  }

  get history(): readonly AlertChange[] {
    return this.#history.slice(-HISTORY);
  }

  get deliveries(): DeliveryStatus | undefined {
    return this.#options.deliveries?.();
  }

  /** Records that were not taken in time and are gone. */
  get lost(): number {
    return this.#lost;
  }

  /** Watches by these rules from now on. One that is unchanged keeps its state. */
  setRules(rules: readonly AlertRule[]): void {
    const before = new Map(this.#judge.rules.map((rule) => [rule.name, JSON.stringify(rule)]));
    const states = Object.entries(this.#judge.snapshot).filter(([name]) => {
      const rule = rules.find((each) => each.name === name);
      return rule !== undefined && JSON.stringify(rule) === before.get(name);
    });
    this.#judge = this.#judgeOf(rules, Object.fromEntries(states));
  }

  mute(rule: string, duration: number | string): void {
    const names = this.#judge.rules.map(({ name }) => name);
    if (!names.includes(rule)) {
      throw new RangeError(`rule must be one of ${names.join(", ") || "none"}, got ${rule}`);
    }
    const forMs = typeof duration === "string" ? parseDuration(duration) ?? NaN : duration;
    if (!(forMs >= 0)) {
      throw new RangeError(`duration ${DURATION_RULE}, or ms of 0 or more, got ${duration}`);
    }
    this.#mutedUntil.set(rule, this.#options.now() + forMs);
  }

  judge(event: MarketEvent): readonly AlertChange[] {
    if (event.kind === "minute" && event.revision === 0) return this.#minuteMade(event);
    if (event.kind !== "trade" || Number.isNaN(this.#judgedSince)) return [];
    if (event.time < this.#judgedSince) return [];
    const changes = this.#muted(this.#judge.trade(event));
    if (changes.length > 0) this.#keep(changes);
    return changes;
  }

  /** What has been judged since the last call, for the sink to keep. */
  takeRecords(): readonly AlertRecord[] {
    return this.#records.splice(0);
  }

  #judgeOf(rules: readonly AlertRule[], states: AlertCheckpoint["states"]): Judge {
    return new Judge({ rules, states, sourceOf: (id) => this.#options.market.sourceOf(id) });
  }

  #minuteMade(event: MinuteEvent): AlertChange[] {
    this.#waiting.push(event);
    if (!this.#isHistoryIn && this.#waiting.length < PATIENCE_MINUTES) return [];
    const changes = this.#missedMinutes(this.#waiting[0]!.openTime)
      .flatMap((openTime) => this.#judgeMinute(openTime));
    for (const { openTime, freshness } of this.#waiting.splice(0)) {
      changes.push(...this.#judgeMinute(openTime, freshness));
    }
    return changes;
  }

  /** Missed minutes are judged on history, which may still be on its way. */
  get #isHistoryIn(): boolean {
    const { isBackfilled = () => true, market } = this.#options;
    const isMissing = this.#judgedTo < (this.#waiting[0]?.openTime ?? NaN);
    if (!isMissing || !Number.isNaN(this.#judgedSince)) return true;
    const watched = this.#judge.instruments.filter((id) => market.instrument(id) !== undefined);
    return watched.every((id) => isBackfilled(id));
  }

  /** Minutes between the checkpoint and the first that was made since the start. */
  #missedMinutes(first: number): number[] {
    if (!(this.#judgedTo < first) || !Number.isNaN(this.#judgedSince)) return [];
    const from = Math.max(this.#judgedTo, first - MAX_MISSED_MS);
    return Array.from({ length: (first - from) / MINUTE }, (_, i) => from + i * MINUTE);
  }

  #judgeMinute(openTime: number, contacts: MinuteEvent["freshness"] = new Map()): AlertChange[] {
    const time = openTime + MINUTE;
    // The venues' time went back: these minutes have been judged.
    if (time <= this.#judgedTo) return [];
    if (Number.isNaN(this.#judgedSince)) this.#judgedSince = openTime;
    const minute = new JudgedMinute(this.#options.market, openTime, {
      contacts,
      judgedSince: this.#judgedSince,
    });
    this.#judgedTo = time;
    const changes = this.#muted(this.#judge.minute(minute));
    this.#keep(changes);
    return changes;
  }

  /** Messages of a muted rule go to no channel. */
  #muted(changes: readonly AlertChange[]): AlertChange[] {
    const now = this.#options.now();
    return changes.map((change) =>
      (this.#mutedUntil.get(change.body.rule) ?? -Infinity) > now
        ? { ...change, notify: [] }
        : change
    );
  }

  #keep(changes: readonly AlertChange[]): void {
    this.#history.push(...changes);
    // Cut now and then, so that each change costs the same.
    if (this.#history.length >= 2 * HISTORY) this.#history = this.#history.slice(-HISTORY);
    this.#records.push({ changes, states: this.#judge.snapshot, judgedTo: this.#judgedTo });
    if (this.#records.length <= MAX_RECORDS) return;
    this.#records.shift();
    this.#lost++;
  }
}
