import { floorTo, formatUtc, type Interval, MINUTE } from "../../model/time.ts";
import type { Cell, Database } from "../../runtime/database.ts";
import { AS_RECEIVED } from "../trade_desk.ts";

/** Sums of sizes in another order differ by this part at most. */
const ROUNDING = 1e-9;

/** What trades make of a minute. */
interface Minute {
  readonly openTime: number;
  readonly open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
}

/** The trades of a stretch that coverage calls complete. */
interface Stretch extends Interval {
  count: number;
  firstId: number;
  lastId: number;
}

/**
 * Whether trades are what coverage says of them: where it calls them complete their ids count up without a jump, and a
 * minute that is complete as well is what they make. Imported minutes may be of another source, and what a venue does
 * not number has no ids of its own.
 */
export class TradeCheck {
  readonly #database: Database;
  readonly #names: ReadonlyMap<number, string>;
  readonly #add: (finding: string) => void;
  #instrument = NaN;
  #stretches: Stretch[] = [];
  #minutes: readonly Interval[] = [];
  #minute: Minute | undefined;
  /** Minutes before it are compared. */
  #comparedTo = NaN;

  constructor(
    database: Database,
    names: ReadonlyMap<number, string>,
    add: (finding: string) => void,
  ) {
    this.#database = database;
    this.#names = names;
    this.#add = add;
  }

  /** A row of trades as digests take it; rows come by instrument, time and id. */
  take([instrument, , time, , id, , price, size]: readonly Cell[]): void {
    if (instrument !== this.#instrument) this.#begin(Number(instrument));
    this.#put(Number(time), Number(id), Number(price), Number(size));
  }

  /** Ends the last instrument. */
  finish(): void {
    while (this.#stretches.length > 0) this.#endStretch();
  }

  #begin(instrument: number): void {
    this.finish();
    this.#instrument = instrument;
    this.#stretches = joined(this.#database.prepare(COMPLETE).all(instrument, 0, AS_RECEIVED))
      .map((stretch) => ({ ...stretch, count: 0, firstId: Infinity, lastId: -Infinity }));
    this.#minutes = joined(this.#database.prepare(COMPLETE).all(instrument, MINUTE, AS_RECEIVED));
    this.#comparedTo = this.#stretches[0]?.from ?? NaN;
  }

  #put(time: number, id: number, price: number, size: number): void {
    while (this.#stretches.length > 0 && time >= this.#stretches[0]!.to) this.#endStretch();
    const stretch = this.#stretches[0];
    if (stretch === undefined || time < stretch.from) return;
    stretch.count++;
    stretch.firstId = Math.min(stretch.firstId, id);
    stretch.lastId = Math.max(stretch.lastId, id);
    const openTime = floorTo(time, MINUTE);
    if (this.#minute?.openTime !== openTime) {
      this.#endMinute();
      this.#silent(openTime);
      this.#minute = { openTime, open: price, high: price, low: price, close: price, volume: 0 };
    }
    const minute = this.#minute!;
    minute.high = Math.max(minute.high, price);
    minute.low = Math.min(minute.low, price);
    minute.close = price;
    minute.volume += size;
  }

  #endStretch(): void {
    this.#endMinute();
    const { from, to, count, firstId, lastId } = this.#stretches[0]!;
    this.#silent(floorTo(to, MINUTE));
    this.#stretches.shift();
    this.#comparedTo = this.#stretches[0]?.from ?? NaN;
    if (count === 0 || count === lastId - firstId + 1) return;
    const found = `${count} trades of ${this.#name} have ids from ${firstId} to ${lastId}`;
    this.#add(`${found}, though coverage calls them complete from ${at(from)} to ${at(to)}`);
  }

  #endMinute(): void {
    const minute = this.#minute;
    this.#minute = undefined;
    if (minute === undefined) return;
    const { from, to } = this.#stretches[0]!;
    const { openTime } = minute;
    this.#comparedTo = openTime + MINUTE;
    if (openTime < from || openTime + MINUTE > to || !this.#isComplete(openTime)) return;
    const bar = this.#database.prepare(BAR).first(this.#instrument, MINUTE, openTime);
    if (bar === undefined) {
      this.#add(`${this.#name} has trades and no bar at ${at(openTime)}, though both are complete`);
      return;
    }
    const [open, high, low, close, volume, source] = bar;
    if (source === "imported") return;
    const made = { open, high, low, close, volume };
    const columns = (["open", "high", "low", "close", "volume"] as const)
      .filter((name) => made[name] !== null && !isNear(minute[name], Number(made[name])));
    if (columns.length === 0) return;
    this.#add(
      `the bar of ${this.#name} at ${at(openTime)} is not what its trades make: ${
        columns.join(", ")
      }`,
    );
  }

  /** Minutes up to a time have no trade: nor may their bars. */
  #silent(to: number): void {
    const from = Math.ceil(this.#comparedTo / MINUTE) * MINUTE;
    if (!(from < to)) return;
    const rows = this.#database.prepare(TRADED).all(this.#instrument, MINUTE, from, to);
    for (const [openTime, volume] of rows) {
      if (!this.#isComplete(Number(openTime))) continue;
      this.#add(
        `the bar of ${this.#name} at ${
          at(Number(openTime))
        } has a volume of ${volume} and no trade, though both ` +
          "are complete",
      );
    }
  }

  #isComplete(openTime: number): boolean {
    return this.#minutes.some(({ from, to }) => openTime >= from && openTime + MINUTE <= to);
  }

  get #name(): string {
    return this.#names.get(this.#instrument) ?? `unknown instrument ${this.#instrument}`;
  }
}

function isNear(a: number, b: number): boolean {
  return Math.abs(a - b) <= ROUNDING * Math.max(Math.abs(a), Math.abs(b));
}

/** Stretches that touch are one: a store cuts them at midnight. */
function joined(rows: readonly (readonly Cell[])[]): Interval[] {
  const whole: { from: number; to: number }[] = [];
  for (const [from, to] of rows as (readonly number[])[]) {
    const last = whole.at(-1);
    if (last !== undefined && from! <= last.to) last.to = Math.max(last.to, to!);
    else whole.push({ from: from!, to: to! });
  }
  return whole;
}

function at(time: number): string {
  return formatUtc(time);
}

const COMPLETE = `select from_time, to_time from coverage where instrument = ?1 and step = ?2
  and state = 'complete' and reason <> ?3 order by from_time`;
const BAR = `select open, high, low, close, volume, source from bars
  where instrument = ?1 and step = ?2 and open_time = ?3`;
const TRADED = `select open_time, volume from bars where instrument = ?1 and step = ?2
  and open_time >= ?3 and open_time < ?4 and volume > 0 and source <> 'imported' limit 100`;
