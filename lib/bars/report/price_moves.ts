import { counted } from "../../model/counted.ts";
import { SortedWindow } from "../../stats/rolling/sorted_window.ts";
import { select } from "../../stats/select.ts";
import { type DataFinding, shareText, Tally } from "./data_finding.ts";
import { EXTREME, moveText, PastMoves } from "../past_moves.ts";
import { type ReportRows, rowTime } from "./report_rows.ts";

/** A spike is at least this multiple of the file's usual move, so that one volatile minute does not qualify. */
const SPIKE_MOVES = 20;
/** A spike takes back at least this share of its move in the next bar. */
const TAKEN_BACK = 0.8;
/** A wick is at least these multiples of the usual range and of the rest of its own bar. */
const WICK_RANGES = 25;
const WICK_BODIES = 8;
/** A move by half within one bar is not a market move: another price unit, a split, or another instrument. */
const JUMP = Math.log(1.5);
/** Where more than this share of bars move far, such moves are normal for the market. */
const MAX_NEWS_SHARE = 0.005;
/** How many past bars the usual range is estimated from, and the fewest that suffice. */
const WINDOW = 240;
const MIN_PAST = 30;

/** A bar that may be an outlier; whether it is depends on the usual move of the whole file. */
interface Suspect {
  readonly openTime: number;
  /** Its time as shown in messages. */
  readonly text: string;
  /** Index in time order. */
  readonly place: number;
  /** Log return into the bar, and the usual size of the ones before; NaN unless it is extreme. */
  readonly move: number;
  readonly usual: number;
  /** Log return into the next bar; NaN while there is none. */
  back: number;
  /** How far the high or low lies beyond open and close, in log price; NaN where that is not unusual. */
  readonly wick: number;
  /** `high 105.2`. */
  readonly side: string;
}

/**
 * Finds prices far above the usual size of the past, as `flagMinutes` does: spikes, which leave and are back with
 * the next bar or within it, and moves, which stay. No move is judged over a gap or from one contract to the next.
 */
export class MoveJudge {
  readonly #stepMs: number;
  readonly #past = new PastMoves();
  readonly #ranges = new SortedWindow(WINDOW);
  /** Sizes of all moves between neighbours that moved at all. */
  #moves = new Float64Array(1_024);
  #moved = 0;
  readonly #suspects: Suspect[] = [];
  readonly #rolls = new Tally();
  #taken = 0;

  constructor(stepMs: number) {
    this.#stepMs = stepMs;
  }

  /**
   * @param order sound rows in order of time. Called again with more rows, it looks at those alone; the ones it
   * has looked at must be as they were.
   */
  judge(rows: ReportRows, order: Uint32Array): DataFinding[] {
    for (; this.#taken < order.length; this.#taken++) this.#take(rows, order, this.#taken);
    return this.#findings();
  }

  #take(rows: ReportRows, order: Uint32Array, place: number): void {
    const row = order[place]!, before = order[place - 1];
    const openTime = rows.openTime[row]!;
    let move = NaN;
    if (before !== undefined) {
      const isNext = !(openTime - rows.openTime[before]! > 1.5 * this.#stepMs);
      const isSame = rows.contract[row] === rows.contract[before];
      if (isNext && isSame) move = Math.log(rows.close[row]! / rows.close[before]!);
      if (!isSame) {
        const name = rows.contracts[rows.contract[row]!] || "another contract";
        this.#rolls.add(openTime, () => `${rowTime(rows, row)}: ${name}`);
      }
    }
    const last = this.#suspects.at(-1);
    if (last?.place === place - 1) last.back = move;
    const size = Math.abs(move), { usual } = this.#past;
    const isExtreme = (usual > 0 && size > EXTREME * usual) || size > JUMP;
    const { wick, side } = this.#wickOf(rows, row);
    if (isExtreme || !Number.isNaN(wick)) {
      const extreme = isExtreme ? { move, usual } : { move: NaN, usual: NaN };
      const text = rowTime(rows, row);
      this.#suspects.push({ openTime, text, place, ...extreme, back: NaN, wick, side });
    }
    this.#past.push(size);
    if (size > 0) this.#keep(size);
  }

  /** How far high or low lie beyond open and close, where that is far beyond the usual. */
  #wickOf({ open, high, low, close }: ReportRows, row: number): { wick: number; side: string } {
    const top = Math.max(open[row]!, close[row]!), bottom = Math.min(open[row]!, close[row]!);
    const above = Math.log(high[row]! / top), below = Math.log(bottom / low[row]!);
    const range = above + below + Math.log(top / bottom);
    const wick = Math.max(above, below);
    const usual = this.#ranges.n < MIN_PAST ? NaN : this.#ranges.median;
    this.#ranges.push(range);
    const isLong = wick > WICK_RANGES * usual && wick > WICK_BODIES * (range - wick);
    if (!isLong) return { wick: NaN, side: "" };
    return { wick, side: above > below ? `high ${high[row]}` : `low ${low[row]}` };
  }

  #keep(size: number): void {
    if (this.#moved === this.#moves.length) {
      const longer = new Float64Array(2 * this.#moved);
      longer.set(this.#moves);
      this.#moves = longer;
    }
    this.#moves[this.#moved++] = size;
  }

  /** Robust standard deviation of all moves between neighbours that moved at all. */
  #usualMove(): number {
    if (this.#moved === 0) return NaN;
    return 1.4826 * select(this.#moves.slice(0, this.#moved), this.#moved >> 1);
  }

  #findings(): DataFinding[] {
    const spike = new Tally(), jump = new Tally(), move = new Tally();
    const least = SPIKE_MOVES * this.#usualMove();
    let takenBack = -1;
    for (const suspect of this.#suspects) {
      const { openTime, text: time, place, usual, wick, side } = suspect;
      if (!Number.isNaN(suspect.move) && place !== takenBack) {
        const size = Math.abs(suspect.move);
        const jumped = () => `${time}: times ${factorText(suspect.move)}`;
        const text = () => size > JUMP ? jumped() : `${time}: ${moveText(size, usual)}`;
        if (isTakenBack(suspect, least)) {
          takenBack = place + 1;
          spike.add(openTime, () => `${text()}, and back with the next bar`);
        } else if (size > JUMP) {
          jump.add(openTime, jumped);
        } else move.add(openTime, text);
      } else if (wick > least) {
        const far = () => `${side} is ${(100 * wick).toFixed(2)} % beyond open and close`;
        spike.add(openTime, () => `${time}: ${far()}`);
      }
    }
    return [
      ...spikeFinding(spike),
      ...jumpFinding(jump),
      ...moveFinding(move, this.#taken),
      ...rollFinding(this.#rolls),
    ];
  }
}

/** Whether the move into the bar is large and taken back by the bar after it. */
function isTakenBack({ move, back }: Suspect, least: number): boolean {
  return Math.abs(move) > least && Math.sign(move) === -Math.sign(back) &&
    Math.abs(move + back) <= (1 - TAKEN_BACK) * Math.abs(move);
}

function spikeFinding(tally: Tally): DataFinding[] {
  const leaves = tally.count === 1 ? "leaves and is" : "leave and are";
  return tally.finding(
    "spike",
    "warning",
    () =>
      `${counted(tally.count, "price")} ${leaves} back at once, far beyond the usual size: ` +
      "bad prints, or a very thin moment.",
  );
}

function jumpFinding(tally: Tally): DataFinding[] {
  return tally.finding(
    "jump",
    "warning",
    () =>
      `The price changes by more than a third within a bar ${
        counted(tally.count, "time")
      } and is not back with the next: ` +
      "another unit, a split, another instrument or a bad print, hardly the market.",
  );
}

/** `0.01`, `10`. */
function factorText(move: number): string {
  return Number(Math.exp(move).toPrecision(2)).toString();
}

function moveFinding(tally: Tally, all: number): DataFinding[] {
  const share = tally.count / all;
  return tally.finding("move", "note", () => {
    const moved = `moved more than ${EXTREME} times the usual and did not come back at once`;
    return share > MAX_NEWS_SHARE && tally.count > 10
      ? `${counted(tally.count, "bar")} (${
        shareText(share)
      }) ${moved}: so many are the way of this market.`
      : `${counted(tally.count, "bar")} ${moved}: most likely news.`;
  });
}

function rollFinding(tally: Tally): DataFinding[] {
  return tally.finding(
    "roll",
    "note",
    () =>
      `The contract changes ${counted(tally.count, "time")}; the step in price there is no return.`,
  );
}
