import { MarketError } from "../../model/errors.ts";
import { DAY } from "../../model/time.ts";
import { type DateOrder, hasPoints, ordersOf, writtenTime } from "./date.ts";

/** What the order of a file's dates is decided by. */
export interface DateOrderOptions {
  /** Name of the file, for messages. */
  readonly file: string;
  /** Name of the column, which may say the order: `<YYMMDD>`. */
  readonly column: string;
}

/** Share of dates that may be damaged in the order that is right. */
const MAX_DAMAGED = 0.02;
/** Share of them that must be dates in one order. */
const MIN_DATES = 0.5;
/** Dates without a time of day are ordered by their span only when there are so many. */
const MIN_DAYS = 13;

/**
 * The order of the numbers in dates such as `02/03/2026`, `26/03/02` or `260302`: by the dates that can be read in
 * only one order, else by the order in which the file spans by far the shortest time.
 *
 * @param cells every time of the file.
 * @returns undefined where no date is of that kind.
 * @throws {MarketError} `bars-file` when nothing decides.
 */
export function dateOrderOf(
  cells: Iterable<string>,
  { file, column }: DateOrderOptions,
): DateOrder | undefined {
  const readings = new Map<DateOrder, Reading>();
  let example: string | undefined, all = 0, isPointed = true;
  for (const cell of cells) {
    const orders = ordersOf(cell);
    if (orders.length === 0) continue;
    all++;
    example ??= cell;
    isPointed &&= hasPoints(cell);
    for (const order of orders) {
      if (!readings.has(order)) readings.set(order, new Reading(order));
      readings.get(order)!.take(cell);
    }
  }
  if (example === undefined) return undefined;
  const named = orderInName(column);
  if (named !== undefined) return named;
  const most = Math.max(...Array.from(readings.values(), ({ valid }) => valid));
  // Six digits are not dates everywhere.
  if (most < MIN_DATES * all) return undefined;
  // A single date that fits one order alone decides where the others are valid in both.
  const sure = [...readings.values()].filter(({ valid }) => valid === most);
  const fair = [...readings.values()].filter(({ valid }) => valid >= most - MAX_DAMAGED * all);
  if (fair.length === 1) return fair[0]!.order;
  if (isPointed && fair.some(({ order }) => order === "dmy")) return "dmy";
  if (sure.length === 1) return sure[0]!.order;
  const [best, next] = sure.sort((a, b) => a.span - b.span);
  const isEnough = best!.hasClock || best!.days.size >= MIN_DAYS;
  if (isEnough && next!.span > 2 * best!.span) return best!.order;
  const orders = sure.map(({ order }) => order).join("|");
  const what = orders.includes("ymd") ? "the year, the day or the month" : "the day or the month";
  throw new MarketError(
    "bars-file",
    "configure",
    `${file} cannot be read as bars: ${example} may begin with ${what}, and no other date shows which. ` +
      `Say it with --dates ${orders}, or write the dates as 2026-01-31.`,
  );
}

/** How the dates of a file look in one order. */
class Reading {
  readonly order: DateOrder;
  valid = 0;
  hasClock = false;
  /** Numbers of the first days found. */
  readonly days = new Set<number>();
  #from = Infinity;
  #to = -Infinity;

  constructor(order: DateOrder) {
    this.order = order;
  }

  /** From the first day to the last, days. */
  get span(): number {
    return (this.#to - this.#from) / DAY + 1;
  }

  take(cell: string): void {
    const written = writtenTime(cell, this.order);
    if (written === undefined) return;
    this.valid++;
    this.hasClock ||= written.hasClock;
    const day = Math.floor(written.local / DAY);
    if (this.days.size < MIN_DAYS) this.days.add(day);
    this.#from = Math.min(this.#from, day * DAY);
    this.#to = Math.max(this.#to, day * DAY);
  }
}

/** `YYMMDD`, `DTYYYYMMDD`, `date (dd/mm/yyyy)`: undefined for names that show no order. */
function orderInName(column: string): DateOrder | undefined {
  const bare = column.toLowerCase().replace(/[^a-z]/g, "");
  if (/y{2,4}m{1,2}d{1,2}/.test(bare)) return "ymd";
  if (/d{1,2}m{1,2}y{2,4}/.test(bare)) return "dmy";
  return /m{1,2}d{1,2}y{2,4}/.test(bare) ? "mdy" : undefined;
}
