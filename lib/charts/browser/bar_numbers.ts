import type { Interval } from "../../model/time.ts";
import { onBalanceVolume } from "../../sync/on_balance_volume.ts";
import { SessionVwap, vwapSession } from "../../sync/vwap.ts";
import { type ChartNumbers, chartNumbers, type Sessions, vwapRows } from "../chart_numbers.ts";
import type { PageBar } from "../packed_bars.ts";

/** {@link ChartNumbers} of the newest bar alone. */
export interface NewestNumbers {
  readonly average: number;
  readonly vwap: number;
  readonly obv: number;
}

/** The numbers of one instrument's bars: all of them with each minute, those of the newest with each tick. */
export class BarNumbers {
  readonly #averageBars: number;
  #sessions: Sessions = { sessionOf: () => undefined };
  #gaps: readonly Interval[] = [];
  #numbers: ChartNumbers | undefined;

  constructor(averageBars: number) {
    this.#averageBars = averageBars;
  }

  /**
   * @param bars that are drawn.
   * @param levels bars of the same time, the finest first.
   */
  settle(
    bars: readonly PageBar[],
    levels: readonly (readonly PageBar[])[],
    sessions: Sessions,
    gaps: readonly Interval[],
  ): ChartNumbers {
    this.#sessions = sessions;
    this.#gaps = gaps;
    return this.#numbers = chartNumbers(bars, {
      averageBars: this.#averageBars,
      vwapRows: vwapRows(levels, sessions),
      sessions,
      gaps,
    });
  }

  /** The newest of the bars that were settled has moved. */
  newest(bars: readonly PageBar[], levels: readonly (readonly PageBar[])[]): NewestNumbers {
    const { average, obv } = this.#numbers!;
    const row = bars.length - 1;
    return {
      average: average[row]!,
      vwap: this.#vwap(levels),
      obv: this.#obv(bars[row]!, bars[row - 1], obv[row - 1] ?? NaN),
    };
  }

  #obv(now: PageBar, before: PageBar | undefined, sumBefore: number): number {
    const isCut = before === undefined || Number.isNaN(sumBefore) ||
      this.#gaps.some(({ to }) => to > before.openTime && to <= now.openTime);
    const close = isCut ? NaN : before.close;
    const change = onBalanceVolume([close, now.close], [0, now.volume])[1]!;
    return isCut ? change : sumBefore + change;
  }

  #vwap(levels: readonly (readonly PageBar[])[]): number {
    const last = levels[0]?.at(-1)?.openTime;
    const session = last === undefined ? undefined : vwapSession(this.#sessions, last);
    if (session === undefined) return NaN;
    const level = levels.find((bars) => (bars[0]?.openTime ?? Infinity) <= session.from) ?? [];
    const running = new SessionVwap(this.#sessions);
    const from = level.findLastIndex(({ openTime }) => openTime < session.from) + 1;
    for (let i = from; i < level.length; i++) {
      const { openTime, high, low, close, volume } = level[i]!;
      running.push(openTime, (high + low + close) / 3, volume, true);
    }
    return running.value;
  }
}
