import type { AlertBody, AlertChange, AlertRule } from "../model/alert.ts";
import { MINUTE } from "../model/time.ts";
import { historyMarket } from "./history_market.ts";
import { Judge, type JudgedTrade } from "./judge.ts";
import { JudgedMinute } from "./judged_minute.ts";
import { RehearsedTrack } from "./rehearsed_track.ts";
import type { Rehearsal, RehearsedInstrument, RehearseOptions } from "./rehearsal.ts";
import type { RuleMarket } from "./rule_market.ts";

/** Values of all rules that are held in columns: some 180 MB. */
const MOST_VALUES = 20_000_000;
/** Alerts that are held, firing and resolved: some 300 MB. */
const MOST_BODIES = 500_000;

/** A rehearsal under way: whoever brings the trades judges minute by minute. */
export class RehearsalRun {
  /** Instruments whose trades are judged, each once. */
  readonly ticking: readonly string[];
  readonly #from: number;
  readonly #length: number;
  readonly #hasColumns: boolean;
  readonly #market: RuleMarket;
  readonly #judge: Judge;
  readonly #tracks: ReadonlyMap<string, RehearsedTrack>;
  readonly #bodies: AlertBody[] = [];
  #row = 0;

  /** @throws {RangeError} for more columns than can be held. */
  constructor(
    rules: readonly AlertRule[],
    history: readonly RehearsedInstrument[],
    { from = -Infinity, to = Infinity, columns = true }: RehearseOptions = {},
  ) {
    const filled = history.filter(({ grid }) => grid.length > 0);
    const first = Math.min(...filled.map(({ grid }) => grid.start));
    const last = Math.max(...filled.map(({ grid }) => grid.start + grid.length * MINUTE));
    const ticks = rules.filter(({ timeframe }) => timeframe === "tick");
    this.ticking = [...new Set(ticks.map(({ of }) => of))];
    this.#from = Math.ceil(Math.max(from, first) / MINUTE) * MINUTE;
    const end = Math.floor(Math.min(to, last) / MINUTE) * MINUTE;
    this.#length = filled.length === 0 ? 0 : Math.max(0, (end - this.#from) / MINUTE);
    this.#hasColumns = columns;
    const values = rules.length * this.#length;
    if (columns && values > MOST_VALUES) {
      throw new RangeError(
        `${rules.length} rules over ${this.#length} minutes have ${values} values, and columns hold ${MOST_VALUES}: rehearse fewer rules or minutes, or set columns to false`,
      );
    }
    this.#market = historyMarket(history);
    const rows = columns ? this.#length : 0;
    this.#tracks = new Map(rules.map((rule) => [rule.name, new RehearsedTrack(rule, rows)]));
    this.#judge = new Judge({
      rules,
      sourceOf: (id) => this.#market.sourceOf(id),
      onJudgement: (judgement) => this.#tracks.get(judgement.rule.name)!.take(judgement),
    });
  }

  get isOver(): boolean {
    return this.#row >= this.#length;
  }

  /** Open time of the minute under way, epoch ms UTC. */
  get next(): number {
    return this.#from + this.#row * MINUTE;
  }

  /** Judges trades of the minute under way; those of one instrument in order. Earlier ones are let go of. */
  trades(trades: readonly JudgedTrade[]): void {
    const own = trades.filter(({ time }) => time >= this.#from);
    if (this.ticking.length > 1) own.sort((a, b) => a.time - b.time);
    for (const trade of own) this.#keep(this.#judge.trade(trade));
  }

  /** Judges the end of the minute under way, and goes to the next. */
  minute(): void {
    const minute = new JudgedMinute(this.#market, this.next, { judgedSince: this.#from });
    this.#keep(this.#judge.minute(minute));
    for (const track of this.#tracks.values()) track.endMinute(this.#row);
    this.#row++;
  }

  finish(): Rehearsal {
    const time = Float64Array.from(
      { length: this.#hasColumns ? this.#length : 0 },
      (_, row) => this.#from + (row + 1) * MINUTE,
    );
    const isEmpty = this.#length === 0;
    return {
      from: isEmpty ? NaN : this.#from,
      to: isEmpty ? NaN : this.#from + this.#length * MINUTE,
      rules: [...this.#tracks.values()].map((track) => track.finish(time)),
      bodies: this.#bodies,
    };
  }

  #keep(changes: readonly AlertChange[]): void {
    for (const { kind, body } of changes) {
      if (kind.startsWith("repeat")) continue;
      if (this.#bodies.length >= MOST_BODIES) {
        throw new RangeError(
          `there are more than ${MOST_BODIES} alerts, the newest of rule ${body.rule}: rehearse fewer minutes, or rules that fire less often`,
        );
      }
      this.#bodies.push(body);
      this.#tracks.get(body.rule)!.change(body);
    }
  }
}
