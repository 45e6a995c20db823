import { globexEquityIndex } from "../calendar/globex.ts";
import { DAY } from "../model/time.ts";
import { LeastRecent } from "./least_recent.ts";
import type { MarketDays } from "./market_days.ts";
import { type FollowingPath, PRICE_PATHS } from "./model_instruments.ts";
import {
  MINUTES_A_DAY,
  mixed,
  SHUT_VOLATILITY,
  SLOTS_A_MINUTE,
  stepDeviation,
} from "./price_path.ts";
import { SeededRandom } from "./seeded_random.ts";
import { slotsBefore, walkTied } from "./tied_walk.ts";

/** Of all paths together; each is made again when it is asked for later. */
const KEPT_DAYS = 24;
/** Paths whose days' first prices are kept: more than are streamed at once. */
const KEPT_PATHS = 128;

/**
 * The days of prices that follow a leading one. A slot's move is the leader's own, in standard deviations, times
 * the loading, and a move from numbers of its own for the rest; both by the leader's volatility of that minute. So
 * it has the planted correlation with the leader, and adding it changes no other price. A path with a tie goes with
 * another following path instead.
 */
export class FollowingPaths {
  readonly #seed: number;
  readonly #from: number;
  readonly #breaksAt: number;
  readonly #days: MarketDays;
  /** By path: log price at each day's start. */
  readonly #starts = new LeastRecent<string, number[]>(KEPT_PATHS);
  readonly #prices = new LeastRecent<string, Float64Array>(KEPT_DAYS);

  /**
   * @param options.from UTC midnight of the first day.
   * @param options.breaksAt when the tie of a path that breaks is cut, epoch ms UTC.
   */
  constructor(options: { seed: number; from: number; breaksAt: number; days: MarketDays }) {
    this.#seed = options.seed;
    this.#from = options.from;
    this.#breaksAt = options.breaksAt;
    this.#days = options.days;
  }

  /** Price at each slot's start, and at the day's end, of the day that starts at `dayStart`. */
  prices(path: FollowingPath, dayStart: number): Float64Array {
    return this.#prices.get(`${path.name} ${dayStart}`, () => {
      const day = (dayStart - this.#from) / DAY;
      const isTied = path.tie?.kind === "cointegrated";
      const starts = this.#starts.get(path.name, () => [isTied ? NaN : Math.log(path.level)]);
      while (starts.length <= day) {
        const start = this.#from + (starts.length - 1) * DAY;
        starts.push(Math.log(this.#walk(path, start, starts.at(-1)!).at(-1)!));
      }
      return this.#walk(path, dayStart, starts[day]!);
    });
  }

  #walk(path: FollowingPath, dayStart: number, first: number): Float64Array {
    const { tie } = path;
    if (tie === undefined) return this.#follow(path, dayStart, first);
    const of = this.prices(tie.to, dayStart);
    if (tie.kind === "correlated") {
      return this.#follow({ ...path, loading: tie.correlation }, dayStart, first, {
        of,
        path: tie.to,
      });
    }
    const { plan } = tie;
    const breaksAtSlot = plan.breaks ? slotsBefore(dayStart, this.#breaksAt) : Infinity;
    // By itself it goes its own way, which no other coin goes.
    const alone = breaksAtSlot < of.length - 1
      ? this.#follow({ ...path, loading: 0 }, dayStart, Math.log(path.level))
      : of;
    return walkTied({
      plan,
      of,
      first,
      offset: Math.log(path.level) - plan.hedgeRatio * Math.log(tie.to.level),
      breaksAtSlot,
      own: (slot) => Math.log(alone[slot + 1]! / alone[slot]!),
    }, new SeededRandom(this.#seed, "spread", path.name, dayStart / DAY));
  }

  /** @param beside the path it moves with. @default its leader */
  #follow(
    path: FollowingPath,
    dayStart: number,
    first: number,
    beside?: { readonly of: Float64Array; readonly path: FollowingPath },
  ): Float64Array {
    const { leader, loading } = path;
    const random = new SeededRandom(this.#seed, "following", path.name, dayStart / DAY);
    const { prices, heat } = this.#days.path(dayStart);
    const { shift, isOpen } = this.#days.frame(dayStart);
    const open = path.heat === "futures" ? isOpen(globexEquityIndex) : undefined;
    const leading = beside?.of ?? prices[leader];
    const constants = beside?.path ?? PRICE_PATHS[leader];
    const heats = heat[path.heat];
    const walked = new Float64Array(leading.length);
    let log = first;
    walked[0] = Math.exp(log);
    for (let minute = 0, slot = 0; minute < MINUTES_A_DAY; minute++) {
      const quiet = open?.[minute] === 0 ? SHUT_VOLATILITY : 1;
      const ofLeader = quiet * stepDeviation(constants, minute, shift, heats[minute]!);
      const ofThis = quiet * stepDeviation(path, minute, shift, heats[minute]!);
      for (let i = 0; i < SLOTS_A_MINUTE; i++) {
        const move = Math.log(leading[slot + 1]! / leading[slot]!) / ofLeader;
        walked[++slot] = Math.exp(log += ofThis * mixed(loading, move, random.gaussian()));
      }
    }
    return walked;
  }
}
