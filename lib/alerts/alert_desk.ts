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
  /** Most judgements in one turn: what was missed for days is judged a piece a turn. @default 20_000 */
  readonly judgementsAtOnce?: number;
}

/** Changes kept to be looked at, and records kept for the sink. */
const HISTORY = 1_000;
const MAX_RECORDS = 10_000;
/** Minutes missed while down that are judged; older ones are let go of. */
const MAX_MISSED_MS = 7 * DAY;
/** Minutes that judging waits for the history that missed ones need. */
const PATIENCE_MINUTES = 5;
/** A tenth of a second's work. */
const JUDGEMENTS_AT_ONCE = 20_000;

/** A minute that is to be judged, with what was known of the connections then. */
interface DueMinute {
  readonly openTime: number;
  readonly contacts: MinuteEvent["freshness"];
  /** It went by while no process judged. */
  readonly isMissed: boolean;
}

/**
 * Judges a market's rules as its minutes are made, in the same turn: what is judged is what the minute's result rests
 * on. The first minute judged is the first that closes after the start; with a checkpoint, the first after it.
 */
export class AlertDesk implements MarketAlerts {
  /** Set by who takes the records. */
  settle: () => Promise<void> = () => Promise.resolve();
  readonly #options: AlertDeskOptions;
  #judge: Judge;
  #judgedTo: number;
  #judgedSince = NaN;
  /** Made before the history that missed minutes need was in. */
  #waiting: DueMinute[] = [];
  /** In order; empty after each turn but for a start that has missed many. */
  #due: DueMinute[] = [];
  #history: AlertChange[] = [];
  #records: AlertRecord[] = [];
  #lost = 0;
  #isStopped = false;
  /** Whether a record says which rules are watched now. */
  #isWatchedKept = false;
  readonly #mutedUntil = new Map<string, number>();

  constructor(options: AlertDeskOptions) {
    const { checkpoint, rules } = options;
    this.#options = options;
    this.#judgedTo = checkpoint?.judgedTo ?? NaN;
    this.#judge = this.#judgeOf(rules, checkpoint?.states ?? {}, checkpoint?.watched);
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

  /** Watches by these rules from now on. One that measures what it did keeps its state. */
  setRules(rules: readonly AlertRule[]): void {
    const { snapshot, watchedBefore } = this.#judge;
    this.#judge = this.#judgeOf(rules, snapshot, watchedBefore);
    this.#isWatchedKept = false;
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

  stop(): void {
    this.#isStopped = true;
  }

  judge(event: MarketEvent): readonly AlertChange[] {
    if (this.#isStopped) return [];
    if (event.kind === "minute" && event.revision === 0) this.#minuteMade(event);
    if (this.#due.length > 0) return this.#judgeDue();
    const isOwed = event.kind === "trade" && event.time >= this.#judgedSince;
    if (!isOwed) return [];
    const changes = this.#muted(this.#judge.trade(event));
    if (changes.length > 0) this.#keep(changes, { isMissed: false });
    return changes;
  }

  /** What has been judged since the last call, for the sink to keep. */
  takeRecords(): readonly AlertRecord[] {
    return this.#records.splice(0);
  }

  #judgeOf(
    rules: readonly AlertRule[],
    states: AlertCheckpoint["states"],
    watchedBefore: AlertCheckpoint["watched"],
  ): Judge {
    const sourceOf = (id: string) => this.#options.market.sourceOf(id);
    return new Judge({ rules, states, watchedBefore, sourceOf });
  }

  #minuteMade({ openTime, freshness }: MinuteEvent): void {
    this.#waiting.push({ openTime, contacts: freshness, isMissed: false });
    if (!this.#isHistoryIn && this.#waiting.length < PATIENCE_MINUTES) return;
    for (const missed of this.#missedMinutes(this.#waiting[0]!.openTime)) {
      this.#due.push({ openTime: missed, contacts: new Map(), isMissed: true });
    }
    this.#due.push(...this.#waiting.splice(0));
  }

  #judgeDue(): AlertChange[] {
    const { judgementsAtOnce = JUDGEMENTS_AT_ONCE } = this.#options;
    const rules = Math.max(1, this.#judge.rules.length);
    const minutes = Math.max(1, Math.floor(judgementsAtOnce / rules));
    return this.#due.splice(0, minutes).flatMap((due) => this.#judgeMinute(due));
  }

  /** Missed minutes are judged on history, which may still be on its way. */
  get #isHistoryIn(): boolean {
    const { isBackfilled = () => true, market } = this.#options;
    const isMissing = this.#judgedTo < (this.#waiting[0]?.openTime ?? NaN);
    const isUnderWay = this.#due.length > 0 || !Number.isNaN(this.#judgedSince);
    if (!isMissing || isUnderWay) return true;
    const watched = this.#judge.instruments.filter((id) => market.instrument(id) !== undefined);
    return watched.every((id) => isBackfilled(id));
  }

  /** Minutes between the checkpoint and the first that was made since the start. */
  #missedMinutes(first: number): number[] {
    const isBehind = this.#due.length > 0 || !Number.isNaN(this.#judgedSince);
    if (!(this.#judgedTo < first) || isBehind) return [];
    const from = Math.max(this.#judgedTo, first - MAX_MISSED_MS);
    return Array.from({ length: (first - from) / MINUTE }, (_, i) => from + i * MINUTE);
  }

  #judgeMinute({ openTime, contacts, isMissed }: DueMinute): AlertChange[] {
    const time = openTime + MINUTE;
    const isAnotherEra = this.#judgedTo - time > DAY && !Number.isNaN(this.#judgedSince);
    // The venues' time went back a little, or a simulated market began anew: these minutes have been judged.
    if (time <= this.#judgedTo && !isAnotherEra) return [];
    if (Number.isNaN(this.#judgedSince) || isAnotherEra) this.#judgedSince = openTime;
    const minute = new JudgedMinute(this.#options.market, openTime, {
      contacts,
      judgedSince: this.#judgedSince,
    });
    this.#judgedTo = time;
    const changes = this.#muted(this.#judge.minute(minute, { isMissed }));
    this.#keep(changes, { isMissed });
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

  /** @param options.isMissed new rules are not watched yet: a process that ends now has them anew. */
  #keep(
    changes: readonly AlertChange[],
    { isMissed }: { readonly isMissed: boolean },
  ): void {
    this.#history.push(...changes);
    // Cut now and then, so that each change costs the same.
    if (this.#history.length >= 2 * HISTORY) this.#history = this.#history.slice(-HISTORY);
    const watched = this.#isWatchedKept || isMissed ? undefined : this.#judge.measured;
    if (watched !== undefined) this.#isWatchedKept = true;
    const { snapshot: states } = this.#judge;
    this.#records.push({ changes, states, judgedTo: this.#judgedTo, watched });
    if (this.#records.length <= MAX_RECORDS) return;
    const lost = this.#records.shift();
    this.#lost++;
    if (lost?.watched !== undefined) this.#isWatchedKept = false;
  }
}
