import { copiedGrid, minutesWithin } from "../model/minute_grid.ts";
import { DAY, MINUTE } from "../model/time.ts";
import { Thread } from "../runtime/thread.ts";
import {
  type Study,
  STUDY_DAYS,
  type StudyQuery,
  type StudyResult,
} from "../sync/studies/study.ts";
import type { StudyMinutes } from "../sync/studies/study_scope.ts";
import type { Market } from "./market.ts";
import type { StudyAnswer, StudyOrder } from "./study_worker.ts";

/** What a study is asked about. */
export interface StudyRequest extends StudyQuery {
  /** Ids; of a pair, two. */
  readonly instruments: readonly string[];
}

const desks = new WeakMap<Market, StudyDesk>();

/** The desk of a market: all its studies share one thread, and one copy of the minutes in it. */
export function studyDeskOf(market: Market): StudyDesk {
  const known = desks.get(market);
  if (known !== undefined) return known;
  const desk = new StudyDesk(market);
  desks.set(market, desk);
  return desk;
}

/** As far back as any study looks, and a day more for what begins within a session. */
const LONGEST_MS = (Math.max(...STUDY_DAYS) + 1) * DAY;

/**
 * Has studies of a market made in a thread, one after the other, so that the event loop goes on meanwhile. Minutes are
 * copied over once, however many studies look at them, and again when the market has changed. The thread runs while
 * someone uses the desk.
 */
export class StudyDesk {
  readonly #market: Market;
  /** What the thread has of each instrument, as the count of the market's changes when it was sent. */
  readonly #sent = new Map<string, number>();
  #thread: Thread | undefined;
  #stopCounting: (() => void) | undefined;
  #changes = 0;
  #users = 0;

  constructor(market: Market) {
    this.#market = market;
  }

  /** Keeps the thread until the returned function is called. */
  use(): () => void {
    this.#users++;
    let isLeft = false;
    return () => {
      if (isLeft) return;
      isLeft = true;
      if (--this.#users === 0) this.#end();
    };
  }

  /**
   * What a study finds now.
   *
   * @param onTook is given how long the study itself took in the thread, ms.
   * @throws what the study throws; {RangeError} for an instrument that is not in the market; {Error} where the thread
   * was ended meanwhile.
   */
  async run<Settings, Found>(
    study: Study<Settings, Found>,
    { instruments, timeframe, days, hours }: StudyRequest,
    settings: Settings,
    onTook: (ms: number) => void = () => {},
  ): Promise<StudyResult<Found>> {
    const leave = this.use();
    try {
      const query = { timeframe, days, hours };
      const order: StudyOrder = { study: study.name, instruments, query, settings };
      const thread = this.#running();
      const [, answer] = await Promise.all([
        this.#send(thread, instruments),
        thread.call("study", [order]),
      ]);
      const { result, tookMs } = answer as StudyAnswer;
      onTook(tookMs);
      return result as StudyResult<Found>;
    } finally {
      leave();
    }
  }

  #running(): Thread {
    if (this.#thread?.isOver === false) return this.#thread;
    this.#sent.clear();
    this.#thread = new Thread(new URL("./study_worker.ts", import.meta.url));
    this.#stopCounting ??= this.#market.onEvent(({ kind }) => {
      if (CHANGES.has(kind)) this.#changes++;
    }, "studies");
    return this.#thread;
  }

  async #send(thread: Thread, instruments: readonly string[]): Promise<void> {
    const old = instruments.filter((id) => this.#sent.get(id) !== this.#changes);
    if (old.length === 0) return;
    const sides = old.map((id) => this.#minutesOf(id));
    for (const id of old) this.#sent.set(id, this.#changes);
    const transfer = sides.flatMap(({ grid }) =>
      [
        grid.open.buffer,
        grid.high.buffer,
        grid.low.buffer,
        grid.close.buffer,
        grid.volume.buffer,
        grid.status.buffer,
        grid.contract.buffer,
      ] as ArrayBuffer[]
    );
    await thread.call("minutes", [sides], { transfer });
  }

  #minutesOf(id: string): StudyMinutes {
    const grid = this.#market.minuteGrid(id);
    const from = grid.start + grid.length * MINUTE - LONGEST_MS;
    const { kind, venue, exchange, currency } = this.#market.instruments.find((one) =>
      one.id === id
    )!;
    const instrument = { id, kind, venue, exchange, currency };
    return {
      instrument,
      grid: copiedGrid(minutesWithin(grid, Math.max(grid.start, from))),
      fundings: this.#market.funding(id).payments,
    };
  }

  #end(): void {
    this.#thread?.end();
    this.#thread = undefined;
    this.#stopCounting?.();
    this.#stopCounting = undefined;
  }
}

/** Events after which minutes differ from those that were sent. */
const CHANGES: ReadonlySet<string> = new Set([
  "bar",
  "gap",
  "heal",
  "minute",
  "unfollow",
  "funding-payments",
]);
