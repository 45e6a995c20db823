import type { TradingCalendar } from "../calendar/calendar.ts";
import { calendarOf } from "../calendar/instrument_calendar.ts";
import type { UnknownReason } from "../model/alert.ts";
import { hasBar, type MinuteGrid, MinuteStatus, minutesWithin } from "../model/minute_grid.ts";
import { floorTo, MINUTE } from "../model/time.ts";
import { stepOf, type Timeframe } from "../model/timeframe.ts";
import { returnsOf } from "../sync/returns.ts";
import { type Slot, slotAt } from "../sync/timeframe_grid.ts";
import type { Contact, RuleMarket } from "./rule_market.ts";

/**
 * One closed minute as rules see it: what each instrument's bars were up to its end, and nothing after. What several
 * rules ask for is worked out once. Every number is made from a window of its own length, begun anew at each minute:
 * the same bars give the same digits, live, in a replay and in a rehearsal, however long each has run.
 */
export class JudgedMinute {
  readonly openTime: number;
  /** When judging began, epoch ms UTC: before it, nothing was missed. */
  readonly judgedSince: number;
  readonly #market: RuleMarket;
  readonly #contacts: ReadonlyMap<string, Contact>;
  readonly #sides = new Map<string, MinuteSide>();
  readonly #shared = new Map<string, unknown>();

  constructor(
    market: RuleMarket,
    openTime: number,
    options: {
      /** What is known of the connections. @default nothing, as of files */
      readonly contacts?: ReadonlyMap<string, Contact>;
      /** @default this minute's open */
      readonly judgedSince?: number;
    } = {},
  ) {
    const { contacts = new Map(), judgedSince = openTime } = options;
    this.openTime = openTime;
    this.judgedSince = judgedSince;
    this.#market = market;
    this.#contacts = contacts;
  }

  /** End of the minute: the time of what is judged by it. */
  get time(): number {
    return this.openTime + MINUTE;
  }

  /** One instrument's bars; undefined for one that is not followed. */
  side(id: string): MinuteSide | undefined {
    let side = this.#sides.get(id);
    if (side !== undefined) return side;
    const instrument = this.#market.instrument(id);
    if (instrument === undefined) return undefined;
    side = new MinuteSide(
      this.#market.minuteGrid(id),
      this.openTime,
      calendarOf(instrument),
    );
    this.#sides.set(id, side);
    return side;
  }

  /** What several metrics need, made once a minute. @param key says all that it depends on. */
  once<T>(key: string, make: () => T): T {
    if (!this.#shared.has(key)) this.#shared.set(key, make());
    return this.#shared.get(key) as T;
  }

  contact(id: string): Contact | undefined {
    return this.#contacts.get(id);
  }

  /** Ids of a venue's instruments; empty for what is no venue. */
  instrumentsOf(venue: string): readonly string[] {
    return this.#market.instrumentsOf(venue);
  }
}

/** Slots of an instrument up to the newest that has ended with the minute, oldest first. */
export interface SlotColumn {
  readonly value: Float64Array;
  /** 1 where there could be one: the market was open and the time is covered. */
  readonly possible: Uint8Array;
}

/** One instrument's bars up to the end of a judged minute. */
export class MinuteSide {
  readonly calendar: TradingCalendar;
  /** Cut at the minute's end. */
  readonly grid: MinuteGrid;
  readonly #openTime: number;
  readonly #returns = new Map<Timeframe, SlotColumn>();
  readonly #closes = new Map<Timeframe, SlotColumn>();
  readonly #logCloses = new Map<Timeframe, SlotColumn>();
  #standing: { readonly reason: UnknownReason | undefined } | undefined;

  constructor(grid: MinuteGrid, openTime: number, calendar: TradingCalendar) {
    this.grid = minutesWithin(grid, -Infinity, openTime + MINUTE);
    this.#openTime = openTime;
    this.calendar = calendar;
  }

  /** Why nothing can be said of the minute; undefined when its bar is there. */
  get trouble(): UnknownReason | undefined {
    this.#standing ??= { reason: this.#troubleOf(this.#rowOf(this.#openTime)) };
    return this.#standing.reason;
  }

  /** Whether the market trades in the minute, by its bars or its calendar. */
  get isOpen(): boolean {
    const status = this.grid.status[this.#rowOf(this.#openTime)];
    if (hasBar(status)) return true;
    return status !== MinuteStatus.OutOfSession && this.calendar.isOpen(this.#openTime) === true;
  }

  /** The newest slot that has ended by the minute's end. */
  slot(timeframe: Timeframe, back = 0): Slot {
    const stepMs = stepOf(timeframe);
    const end = floorTo(this.#openTime + MINUTE, stepMs);
    return slotAt(this.grid, stepMs, end - (1 + back) * stepMs);
  }

  /** Log returns of the newest slots; NaN where there is none. */
  returns(timeframe: Timeframe, count: number): SlotColumn {
    return newest(this.#returns, timeframe, count, (most) => this.#makeReturns(timeframe, most));
  }

  /** Closes of the newest slots; NaN where a slot is not complete, or of another contract than the newest. */
  closes(timeframe: Timeframe, count: number): SlotColumn {
    return newest(this.#closes, timeframe, count, (most) => this.#makeCloses(timeframe, most));
  }

  /** The logarithms of {@link closes}. */
  logCloses(timeframe: Timeframe, count: number): SlotColumn {
    return newest(this.#logCloses, timeframe, count, (most) => {
      const { value, possible } = this.closes(timeframe, most);
      return { value: value.map(Math.log), possible };
    });
  }

  /** Open time of the newest bar; NaN without any. */
  get newestBar(): number {
    const { status, start, length } = this.grid;
    let row = length - 1;
    while (row >= 0 && !hasBar(status[row])) row--;
    return row < 0 ? NaN : start + row * MINUTE;
  }

  #rowOf(time: number): number {
    return (time - this.grid.start) / MINUTE;
  }

  #troubleOf(row: number): UnknownReason | undefined {
    const { status, contract } = this.grid;
    if (!hasBar(status[row])) return this.isOpen ? "stale" : "closed";
    let before = row - 1;
    while (before >= 0 && !hasBar(status[before])) before--;
    return before >= 0 && contract[before] !== contract[row] ? "roll" : undefined;
  }

  #makeReturns(timeframe: Timeframe, count: number): SlotColumn {
    const stepMs = stepOf(timeframe);
    const end = floorTo(this.#openTime + MINUTE, stepMs);
    const from = end - count * stepMs;
    // The first slot's return starts from the slot before.
    const { start, value, possible } = returnsOf(
      minutesWithin(this.grid, from - stepMs, end),
      timeframe,
    );
    const column = emptyColumn(count);
    const skipped = (from - start) / stepMs;
    for (let i = Math.max(0, -skipped); i < count; i++) {
      column.value[i] = value[skipped + i] ?? NaN;
      column.possible[i] = possible[skipped + i] ?? 0;
    }
    return column;
  }

  #makeCloses(timeframe: Timeframe, count: number): SlotColumn {
    const column = emptyColumn(count);
    const { contract: newest } = this.slot(timeframe);
    for (let i = 0; i < count; i++) {
      const slot = this.slot(timeframe, count - 1 - i);
      column.possible[i] = slot.isCovered && slot.inSession ? 1 : 0;
      if (slot.isComplete && slot.contract === newest) column.value[i] = slot.close;
    }
    return column;
  }
}

function emptyColumn(count: number): SlotColumn {
  return { value: new Float64Array(count).fill(NaN), possible: new Uint8Array(count) };
}

/** The last rows of a column that is kept; it is made anew where it is too short. */
function newest(
  kept: Map<Timeframe, SlotColumn>,
  timeframe: Timeframe,
  count: number,
  make: (count: number) => SlotColumn,
): SlotColumn {
  let column = kept.get(timeframe);
  if (column === undefined || column.value.length < count) {
    column = make(count);
    kept.set(timeframe, column);
  }
  const skipped = column.value.length - count;
  return {
    value: column.value.subarray(skipped),
    possible: column.possible.subarray(skipped),
  };
}
