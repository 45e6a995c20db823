import { MINUTE } from "../../../lib/model/time.ts";
import type { ServedHistory } from "../../../lib/simulator/served_history.ts";

/** Minutes that a question has beside those it is about: they prove that the answer reaches over these. */
const BESIDE = 3;

/** What the answers of all runs have in common. */
export interface AskedAgain {
  /** Answers of history. */
  answers: number;
  /**
   * Minutes that an earlier run had reported as stored, and that an answer had all the same: neither beside nor between
   * minutes that had not been.
   */
  again: string[];
  /** Those that lay between two parts that were lacking: one question for both. */
  between: number;
  /** Answers with minutes that were stored only by a later run: what the kills cost. */
  cut: number;
  /** Most of them of one kill and instrument. */
  mostCut: number;
  /** Minutes of those. */
  cutMinutes: number;
}

interface Run {
  readonly served: readonly ServedHistory[];
  /** What was reported as stored up to its end, and what was. */
  readonly reported: ReadonlySet<string>;
  readonly stored: ReadonlySet<string>;
}

/** Compares what the venues served with what runs reported as stored, run by run. */
export class AskedAgainCheck {
  readonly #idOf: (symbol: string) => string;
  readonly #runs: Run[] = [];

  /** @param idOf the instrument of a venue's symbol. */
  constructor(idOf: (symbol: string) => string) {
    this.#idOf = idOf;
  }

  /**
   * @param served answers of one run, in order.
   * @param reported what it reported as stored, of which instrument.
   * @param stored what was stored when it ended, as `ES 1764774000000`.
   */
  take(
    served: readonly ServedHistory[],
    reported: readonly {
      readonly instrument: string;
      readonly from: number;
      readonly to: number;
    }[],
    stored: ReadonlySet<string>,
  ): void {
    const known = new Set(this.#runs.at(-1)?.reported);
    for (const { instrument, from, to } of reported) {
      for (let time = from; time < to; time += MINUTE) known.add(`${instrument} ${time}`);
    }
    this.#runs.push({ served, reported: known, stored });
  }

  /** To be asked once the last run is over. */
  sum(): AskedAgain {
    const sum: AskedAgain = {
      answers: 0,
      again: [],
      between: 0,
      cut: 0,
      mostCut: 0,
      cutMinutes: 0,
    };
    const atEnd = this.#runs.at(-1)?.stored ?? new Set();
    let before: ReadonlySet<string> = new Set();
    for (const { served, reported, stored } of this.#runs) {
      const cut = new Map<string, number>();
      for (const { symbol, openTimes } of served) {
        const keys = openTimes.map((time) => `${this.#idOf(symbol)} ${time}`);
        const isFresh = keys.map((key) => !before.has(key));
        const first = isFresh.indexOf(true), last = isFresh.lastIndexOf(true);
        keys.forEach((key, i) => {
          if (
            isFresh[i] ||
            (first >= 0 && Math.min(Math.abs(i - first), Math.abs(i - last)) <= BESIDE)
          ) return;
          if (i > first && i < last) sum.between++;
          else sum.again.push(key);
        });
        const lost = keys.filter((key) => !stored.has(key) && atEnd.has(key)).length;
        // The newest rows of an answer may be of minutes that were not over.
        if (lost > BESIDE) cut.set(symbol, (cut.get(symbol) ?? 0) + 1);
        sum.cutMinutes += lost;
      }
      sum.answers += served.length;
      for (const count of cut.values()) {
        sum.cut += count;
        sum.mostCut = Math.max(sum.mostCut, count);
      }
      before = reported;
    }
    return sum;
  }
}
