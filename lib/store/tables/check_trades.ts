import { floorTo, formatUtc, type Interval, MINUTE } from "../../model/time.ts";
import type { Cell } from "../../runtime/database_answer.ts";
import { AS_RECEIVED } from "../trade_desk.ts";
import { type Connection, rowsOf } from "./connection.ts";

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

/** A trade on its way into its minute. */
interface Trade {
  readonly time: number;
  readonly id: number;
  readonly price: number;
  readonly size: number;
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
  readonly #connection: Connection;
  readonly #names: ReadonlyMap<number, string>;
  readonly #add: (finding: string) => void;
  #instrument = NaN;
  #stretches: Stretch[] = [];
  #minutes: readonly Interval[] = [];
  #minute: Minute | undefined;
  /** Minutes before it are compared. */
  #comparedTo = NaN;

  constructor(
    connection: Connection,
    names: ReadonlyMap<number, string>,
    add: (finding: string) => void,
  ) {
    this.#connection = connection;
    this.#names = names;
    this.#add = add;
  }

  /** A row of trades as digests take it; rows come by instrument, time and id. Waits where a minute ends. */
  take([instrument, , time, , id, , price, size]: readonly Cell[]): Promise<void> | undefined {
    const trade = { time: Number(time), id: Number(id), price: Number(price), size: Number(size) };
    const isNew = instrument !== this.#instrument;
    const stretch = this.#stretches[0];
    if (isNew || (stretch !== undefined && trade.time >= stretch.to)) {
      return this.#next(Number(instrument), isNew, trade);
    }
    if (stretch === undefined || trade.time < stretch.from) return undefined;
    const openTime = floorTo(trade.time, MINUTE);
    if (this.#minute?.openTime !== openTime) return this.#nextMinute(openTime, trade);
    this.#put(trade);
    return undefined;
  }

  /** Ends the last instrument. */
  async finish(): Promise<void> {
    while (this.#stretches.length > 0) await this.#endStretch();
  }

  /** Goes on to the stretch of a trade. */
  async #next(instrument: number, isNew: boolean, trade: Trade): Promise<void> {
    if (isNew) await this.#begin(instrument);
    while (this.#stretches.length > 0 && trade.time >= this.#stretches[0]!.to) {
      await this.#endStretch();
    }
    const stretch = this.#stretches[0];
    if (stretch === undefined || trade.time < stretch.from) return;
    await this.#nextMinute(floorTo(trade.time, MINUTE), trade);
  }

  async #begin(instrument: number): Promise<void> {
    await this.finish();
    this.#instrument = instrument;
    const stretchesOf = async (step: number) =>
      joined(await rowsOf(this.#connection, COMPLETE, instrument, step, AS_RECEIVED));
    this.#stretches = (await stretchesOf(0))
      .map((stretch) => ({ ...stretch, count: 0, firstId: Infinity, lastId: -Infinity }));
    this.#minutes = await stretchesOf(MINUTE);
    this.#comparedTo = this.#stretches[0]?.from ?? NaN;
  }

  async #nextMinute(openTime: number, trade: Trade): Promise<void> {
    await this.#endMinute();
    await this.#silent(openTime);
    const { price } = trade;
    this.#minute = { openTime, open: price, high: price, low: price, close: price, volume: 0 };
    this.#put(trade);
  }

  #put({ id, price, size }: Trade): void {
    const stretch = this.#stretches[0]!;
    stretch.count++;
    stretch.firstId = Math.min(stretch.firstId, id);
    stretch.lastId = Math.max(stretch.lastId, id);
    const minute = this.#minute!;
    minute.high = Math.max(minute.high, price);
    minute.low = Math.min(minute.low, price);
    minute.close = price;
    minute.volume += size;
  }

  async #endStretch(): Promise<void> {
    await this.#endMinute();
    const { from, to, count, firstId, lastId } = this.#stretches[0]!;
    await this.#silent(floorTo(to, MINUTE));
    this.#stretches.shift();
    this.#comparedTo = this.#stretches[0]?.from ?? NaN;
    if (count === 0 || count === lastId - firstId + 1) return;
    const found = `${count} trades of ${this.#name} have ids from ${firstId} to ${lastId}`;
    this.#add(`${found}, though coverage calls them complete from ${at(from)} to ${at(to)}`);
  }

  async #endMinute(): Promise<void> {
    const minute = this.#minute;
    this.#minute = undefined;
    if (minute === undefined) return;
    const { from, to } = this.#stretches[0]!;
    const { openTime } = minute;
    this.#comparedTo = openTime + MINUTE;
    if (openTime < from || openTime + MINUTE > to || !this.#isComplete(openTime)) return;
    const [bar] = await rowsOf(this.#connection, BAR, this.#instrument, MINUTE, openTime);
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
  async #silent(to: number): Promise<void> {
    const from = Math.ceil(this.#comparedTo / MINUTE) * MINUTE;
    if (!(from < to)) return;
    const rows = await rowsOf(this.#connection, TRADED, this.#instrument, MINUTE, from, to);
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
