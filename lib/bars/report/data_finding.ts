/**
 * What can be wrong with bars, or worth knowing:
 *
 * - `line`: a line of a file that is no bar's; `mixed`: a time in another unit, or with or without a zone, unlike most
 * - `time`: an invalid open time; `misaligned`: one off the grid of its step; `step`: another step than given, or
 *   than most bars
 * - `disorder`: rows out of time order; `repeat`: a time twice, same values; `conflict`: twice, other values
 * - `future`: bars that cannot be closed yet
 * - `price`: zero, negative or no number; `range`: high, low, open and close contradict each other; `volume`:
 *   negative or no number
 * - `gap`: open market, no bar; `off-session`: closed market, yet a bar
 * - `flat`: one price for a long stretch; `zero-volume`: bars in which nothing traded
 * - `spike`: a price that leaves and is back at once; `jump`: one that changes beyond what a market does; `move`: one
 *   far above the usual that stays
 * - `roll`: the contract changes; `zone`: times that look like another zone's clock
 */
export type FindingKind =
  | "line"
  | "mixed"
  | "time"
  | "misaligned"
  | "step"
  | "disorder"
  | "repeat"
  | "conflict"
  | "future"
  | "price"
  | "range"
  | "volume"
  | "gap"
  | "off-session"
  | "flat"
  | "zero-volume"
  | "spike"
  | "jump"
  | "move"
  | "roll"
  | "zone";

/** `fault`: a value cannot be right. `warning`: it should be looked at. `note`: it is good to know. */
export type Severity = "fault" | "warning" | "note";

/** One place where it happens. */
export interface FindingExample {
  /** Open time of the bar, or of the first one of a stretch, epoch ms. */
  readonly openTime: number;
  /** Text for messages: `12 bars until 14:14`. */
  readonly what: string;
}

/** One kind of thing found, with how often and where. */
export interface DataFinding {
  readonly kind: FindingKind;
  readonly severity: Severity;
  /** Occurrences; a stretch (of a gap, of flat bars) is one. */
  readonly count: number;
  /** Bars concerned: those of all stretches, missing ones included. */
  readonly bars: number;
  /** Open time of the first and the last occurrence, epoch ms; NaN where there is no usable time. */
  readonly first: number;
  readonly last: number;
  /** At most five: the longest stretches, or else the first occurrences. */
  readonly examples: readonly FindingExample[];
  /** The finding as a sentence. */
  readonly sentence: string;
}

const MAX_EXAMPLES = 5;

interface Occurrence extends FindingExample {
  readonly bars: number;
}

/** Collects the occurrences of one kind. */
export class Tally {
  count = 0;
  bars = 0;
  first = Infinity;
  last = -Infinity;
  #examples: Occurrence[] = [];

  /** @param what called only when the occurrence is kept as an example. */
  add(openTime: number, what: () => string, bars = 1): void {
    this.count++;
    this.bars += bars;
    if (Number.isFinite(openTime)) {
      this.first = Math.min(this.first, openTime);
      this.last = Math.max(this.last, openTime);
    }
    const isKept = this.#examples.length < MAX_EXAMPLES || bars > this.#examples.at(-1)!.bars;
    if (!isKept) return;
    this.#examples.push({ openTime, what: what(), bars });
    this.#examples.sort((a, b) => b.bars - a.bars);
    this.#examples.length = Math.min(MAX_EXAMPLES, this.#examples.length);
  }

  /** The finding; empty when nothing was added. */
  finding(kind: FindingKind, severity: Severity, sentence: () => string): DataFinding[] {
    if (this.count === 0) return [];
    const timed = this.first <= this.last;
    return [{
      kind,
      severity,
      count: this.count,
      bars: this.bars,
      first: timed ? this.first : NaN,
      last: timed ? this.last : NaN,
      examples: this.#examples.map(({ openTime, what }) => ({ openTime, what })),
      sentence: sentence(),
    }];
  }
}

/** `0.3 %`, `12 %`, `under 0.1 %`. */
export function shareText(share: number): string {
  const percent = 100 * share;
  if (percent > 0 && percent < 0.1) return "under 0.1 %";
  return `${percent.toFixed(percent >= 10 ? 0 : 1)} %`;
}
