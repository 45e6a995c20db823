import { calendarOf } from "../calendar/instrument_calendar.ts";
import { gridOfBars, type MinuteColumns } from "../bars/grid_of_bars.ts";
import type { AlertBody, AlertRule, UnknownReason } from "../model/alert.ts";
import type { Instrument } from "../model/instrument.ts";
import type { MinuteGrid } from "../model/minute_grid.ts";
import { type Interval, MINUTE } from "../model/time.ts";
import { Judge } from "./judge.ts";
import { JudgedMinute } from "./judged_minute.ts";
import type { RuleMarket } from "./rule_market.ts";

/** History of one instrument: minutes of a market, of files or of a store. */
export interface RehearsedInstrument {
  readonly instrument: Instrument;
  readonly grid: MinuteGrid;
  /** What the data is: `imported`, `live`, … */
  readonly source: string;
}

/** One excursion of a rule. Times are venue time, epoch ms UTC. */
export interface Excursion {
  readonly rule: string;
  readonly of: string;
  readonly since: number;
  readonly firedAt: number;
  /** Undefined for one that goes on at the end. */
  readonly resolvedAt: number | undefined;
  /** The value as it fired, and the one furthest beyond the threshold until it resolved. */
  readonly value: number;
  readonly extreme: number;
}

/** How one rule fared, minute by minute: columns of equal length. */
export interface RehearsedRule {
  readonly rule: AlertRule;
  /** End of each judged minute, epoch ms UTC. */
  readonly time: Float64Array;
  /** NaN where unknown. */
  readonly value: Float64Array;
  /** 1 while the alert stands: from the minute that fires to the one before that which resolves. */
  readonly fires: Uint8Array;
  /** Minutes that were not known, by their reason. */
  readonly unknown: Readonly<Partial<Record<UnknownReason, number>>>;
  readonly excursions: readonly Excursion[];
}

/** What rules would have come to. */
export interface Rehearsal {
  /** Minutes judged, half-open, epoch ms UTC; both NaN without any. */
  readonly from: number;
  readonly to: number;
  readonly rules: readonly RehearsedRule[];
  /** Firing and resolved, by time: what a live run would have emitted. */
  readonly bodies: readonly AlertBody[];
}

/** Options of {@link rehearse}. */
export interface RehearseOptions {
  /** Judging begins with the minute that opens then; earlier ones only warm the windows. @default the first */
  readonly from?: number;
  /** @default the end of the newest minute */
  readonly to?: number;
}

/**
 * Judges every minute of a history by these rules, with the code that judges a live market. What a live market knows
 * beyond its bars is not there: `silence` counts minutes without a bar, `offset` is unknown, and rules of
 * `timeframe: tick` have no trades.
 *
 * @param rules as `parseRule` checks them.
 */
export function rehearse(
  rules: readonly AlertRule[],
  history: readonly RehearsedInstrument[],
  options: RehearseOptions = {},
): Rehearsal {
  const filled = history.filter(({ grid }) => grid.length > 0);
  const first = Math.min(...filled.map(({ grid }) => grid.start));
  const last = Math.max(...filled.map(({ grid }) => grid.start + grid.length * MINUTE));
  const from = Math.ceil(Math.max(options.from ?? -Infinity, first) / MINUTE) * MINUTE;
  const to = Math.floor(Math.min(options.to ?? Infinity, last) / MINUTE) * MINUTE;
  const length = filled.length === 0 ? 0 : Math.max(0, (to - from) / MINUTE);
  const market = historyMarket(history);
  const tracks = new Map(rules.map((rule) => [rule.name, new Track(rule, length)]));
  const judge = new Judge({
    rules,
    sourceOf: (id) => market.sourceOf(id),
    onJudgement: ({ rule, time, reading, state }) =>
      tracks.get(rule.name)!.take(time, reading.kind === "known" ? reading.value : reading.reason, {
        isStanding: state.phase === "firing" || state.phase === "recovering",
      }),
  });
  const bodies: AlertBody[] = [];
  for (let i = 0; i < length; i++) {
    const minute = new JudgedMinute(market, from + i * MINUTE, { judgedSince: from });
    for (const { kind, body } of judge.minute(minute)) {
      if (kind.startsWith("repeat")) continue;
      bodies.push(body);
      tracks.get(body.rule)!.change(body);
    }
  }
  return {
    from: length > 0 ? from : NaN,
    to: length > 0 ? to : NaN,
    rules: rules.map(({ name }) => tracks.get(name)!.finish()),
    bodies,
  };
}

/** Bars as history for a rehearsal. */
export function rehearsedBars(
  instrument: Instrument,
  bars: MinuteColumns,
  options: {
    readonly source: string;
    /** Number of the contract month of a bar. @default one for all */
    readonly contractAt?: (openTime: number) => number;
    /** Stretches of which the venue has no bars. @default none is known */
    readonly absences?: readonly Interval[];
  },
): RehearsedInstrument {
  const { source, contractAt = () => 0, absences = [] } = options;
  const calendar = calendarOf(instrument);
  const isOpen = (time: number) => calendar.isOpen(time);
  const grid = gridOfBars(bars, { isOpen, contractAt, absences });
  return { instrument, grid, source };
}

/** A history as rules look at it. */
export function historyMarket(history: readonly RehearsedInstrument[]): RuleMarket {
  const known = new Map(history.map((each) => [each.instrument.id, each]));
  return {
    instrument: (id) => known.get(id)?.instrument,
    minuteGrid: (id) => known.get(id)!.grid,
    sourceOf: (id) => known.get(id)?.source ?? "imported",
    instrumentsOf: (venue) =>
      history.filter(({ instrument }) => instrument.venue === venue)
        .map(({ instrument }) => instrument.id),
  };
}

/** What one rule came to so far. */
class Track {
  readonly #rule: AlertRule;
  readonly #time: Float64Array;
  readonly #value: Float64Array;
  readonly #fires: Uint8Array;
  readonly #unknown: Partial<Record<UnknownReason, number>> = {};
  readonly #excursions: Excursion[] = [];
  #length = 0;

  constructor(rule: AlertRule, length: number) {
    this.#rule = rule;
    this.#time = new Float64Array(length);
    this.#value = new Float64Array(length).fill(NaN);
    this.#fires = new Uint8Array(length);
  }

  take(
    time: number,
    found: number | UnknownReason,
    { isStanding }: { readonly isStanding: boolean },
  ): void {
    const row = this.#length++;
    this.#time[row] = time;
    this.#fires[row] = isStanding ? 1 : 0;
    if (typeof found !== "number") {
      this.#unknown[found] = (this.#unknown[found] ?? 0) + 1;
      return;
    }
    this.#value[row] = found;
    const open = this.#excursions.at(-1);
    if (open === undefined || open.resolvedAt !== undefined || !isStanding) return;
    if (this.#isFurther(found, open.extreme)) {
      this.#excursions[this.#excursions.length - 1] = { ...open, extreme: found };
    }
  }

  change({ state, time, since, value, of, rule }: AlertBody): void {
    if (state === "firing") {
      const opened = { rule, of, since, firedAt: time, resolvedAt: undefined };
      this.#excursions.push({ ...opened, value, extreme: value });
      return;
    }
    const open = this.#excursions.pop();
    if (open !== undefined) this.#excursions.push({ ...open, resolvedAt: time });
  }

  finish(): RehearsedRule {
    const cut = this.#length;
    return {
      rule: this.#rule,
      time: this.#time.subarray(0, cut),
      value: this.#value.subarray(0, cut),
      fires: this.#fires.subarray(0, cut),
      unknown: this.#unknown,
      excursions: this.#excursions,
    };
  }

  #isFurther(value: number, than: number): boolean {
    const { side } = this.#rule.fire;
    if (side === "beyond") return Math.abs(value) > Math.abs(than);
    return side === "above" ? value > than : value < than;
  }
}
