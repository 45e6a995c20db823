import assert from "node:assert/strict";
import { type BarsFile, readBarsCsv } from "../../../lib/bars/csv/read_bars_csv.ts";
import { MarketError } from "../../../lib/model/errors.ts";
import { DAY, MINUTE } from "../../../lib/model/time.ts";
import { seededRandom } from "../../../lib/stats/seeded_random.ts";
import { localText } from "../report/bar_csvs.ts";
import { DAMAGES, sheetOf } from "./hostile_layouts.ts";
import { PROGRAM_LAYOUTS, type ProgramBar, type ProgramLayout } from "./program_layouts.ts";

/** A walk of prices on a tick, each bar opening at or near the close before it. */
function barsFrom(
  start: number,
  { price, tick, decimals, count = 48 }: {
    readonly price: number;
    readonly tick: number;
    readonly decimals: number;
    readonly count?: number;
  },
): ProgramBar[] {
  const random = seededRandom(7);
  const step = (most: number) => Math.floor(random() * (2 * most + 1)) - most;
  const at = (ticks: number) => Number((ticks * tick).toFixed(decimals));
  let last = Math.round(price / tick);
  return Array.from({ length: count }, (_, minute) => {
    const open = last + step(1), close = open + step(60);
    const high = Math.max(open, close) + Math.abs(step(20)) + 1;
    const low = Math.min(open, close) - Math.abs(step(20)) - 1;
    last = close;
    const volume = Math.round(1_000 * random()) + 0.5;
    const openTime = start + minute * MINUTE;
    return { openTime, open: at(open), high: at(high), low: at(low), close: at(close), volume };
  });
}

const COIN = { price: 91_000, tick: 0.01, decimals: 2 };
const SETS: Readonly<Record<string, readonly ProgramBar[]>> = {
  "an afternoon": barsFrom(Date.UTC(2025, 10, 15, 14), COIN),
  "over midnight": barsFrom(Date.UTC(2025, 10, 14, 23, 20), COIN),
  "over noon, a future": barsFrom(Date.UTC(2025, 10, 18, 11, 10), {
    price: 6_850,
    tick: 0.25,
    decimals: 2,
  }),
  "a date in any order": barsFrom(Date.UTC(2026, 1, 3, 9, 5), COIN),
  "small prices": barsFrom(Date.UTC(2025, 0, 31, 0, 0), { price: 0.14, tick: 1e-5, decimals: 5 }),
  "over a year": barsFrom(Date.UTC(2025, 11, 31, 23, 10), { ...COIN, price: 987 }),
};

const PRICES = ["open", "high", "low", "close"] as const;

type Outcome = "equal" | "refused" | "reported";

/** Reads a text and compares it with the bars that were written; throws where a bar differs without a word. */
function outcomeOf(
  text: string,
  bars: readonly ProgramBar[],
  layout: ProgramLayout,
  { what, hidesVolume }: { readonly what: string; readonly hidesVolume: boolean },
): Outcome {
  let read: BarsFile;
  try {
    read = readBarsCsv(text, { file: "a.csv", ...layout.options });
  } catch (error) {
    assert.ok(error instanceof MarketError, `${what}: ${error}`);
    assert.match(error.message, /^a\.csv (?:cannot be read as bars: .{20}|is |names )/, what);
    return "refused";
  }
  const { columns, notes } = read;
  const expected = new Map(bars.map((bar) => [bar.openTime, bar]));
  const found = new Set<number>();
  const missing = notes.some((note) => /without prices taken for missing/.test(note));
  for (let row = 0; row < columns.openTime.length; row++) {
    if (columns.unread?.has(row)) continue;
    const time = columns.openTime[row]!;
    const bar = expected.get(time);
    assert.ok(bar !== undefined, `${what}: a bar at ${new Date(time).toISOString()}`);
    for (const name of PRICES) {
      assert.equal(columns[name][row], bar[name], `${what}: ${name} at row ${row}`);
    }
    const volume = columns.volume?.[row] ?? NaN;
    if (!hidesVolume && !Number.isNaN(volume)) {
      assert.equal(volume, bar.volume, `${what}: volume at row ${row}`);
    }
    found.add(time);
  }
  const faults = columns.unread?.size ?? 0;
  for (const { reason } of columns.unread?.values() ?? []) assert.ok(reason.length > 5, what);
  if (faults > 0 || missing) return "reported";
  return "equal";
}

/** Programs that write the day before the month. */
const DAY_FIRST = /total volume|Boursorama|slashes|Dukascopy|ATAS|ariva|day first/;
const NAMES = Object.keys(PROGRAM_LAYOUTS);

const SET_NAMES = Object.keys(SETS);

/** Two sets for each program, others for each damage; all of them where a file is undamaged. */
function setsFor(program: number, damage: number): readonly string[] {
  if (damage === 0) return SET_NAMES;
  const at = (place: number) => SET_NAMES[place % SET_NAMES.length]!;
  return [at(program + damage), at(program + damage + 3)];
}

for (const [damageAt, [damageName, damage]] of Object.entries(DAMAGES).entries()) {
  Deno.test(`readBarsCsv gives the bars of every program or a reason, with ${damageName}`, () => {
    const wrong: string[] = [];
    const counts: Record<Outcome, number> = { equal: 0, refused: 0, reported: 0 };
    for (const [program, name] of NAMES.entries()) {
      const layout = PROGRAM_LAYOUTS[name]!;
      for (const set of setsFor(program, damageAt)) {
        const bars = SETS[set]!;
        const what = `${name}, ${set}, ${damageName}`;
        const text = damage.apply(sheetOf(layout, bars));
        const hidesVolume = damage.hidesVolume === true || layout.head === undefined;
        const isOpen = set === "a date in any order";
        try {
          const outcome = outcomeOf(text, bars, layout, { what, hidesVolume });
          counts[outcome]++;
          if (damage.isHarmless && !isOpen) assert.equal(outcome, "equal", what);
        } catch (error) {
          wrong.push(`${(error as Error).message.split("\n")[0]}\n${text.slice(0, 200)}`);
        }
      }
    }
    assert.deepEqual(wrong.slice(0, 8), [], `${wrong.length} wrong, ${JSON.stringify(counts)}`);
    // A reader that refused everything would pass the comparison above.
    assert.ok(counts.equal >= damage.leastEqual * NAMES.length, JSON.stringify(counts));
  });
}

Deno.test("readBarsCsv gives the bars of every program that names no zone over the end of summer time", () => {
  const zone = "America/New_York";
  const bars = barsFrom(Date.UTC(2025, 10, 2, 4, 30), { ...COIN, count: 220 });
  const local = bars.map((bar) => ({
    ...bar,
    openTime: Date.parse(`${localText(bar.openTime, zone)}Z`),
  }));
  let naive = 0;
  for (const name of NAMES) {
    const layout = PROGRAM_LAYOUTS[name]!;
    // Dates of one day leave their order open.
    const dates = layout.options?.dates ?? (DAY_FIRST.test(name) ? "dmy" : "mdy");
    const options = { ...layout.options, dates, zone };
    const text = DAMAGES["nothing"]!.apply(sheetOf(layout, local));
    if (!readBarsCsv(text, { file: "a.csv", ...options }).isZoneAssumed) continue;
    naive++;
    for (const direction of ["nothing", "newest first"]) {
      const damaged = DAMAGES[direction]!.apply(sheetOf(layout, local));
      const what = `${name}, ${direction}`;
      const hidesVolume = layout.head === undefined;
      const outcome = outcomeOf(damaged, bars, { ...layout, options }, { what, hidesVolume });
      assert.equal(outcome, "equal", what);
    }
  }
  assert.ok(naive >= 35, `${naive}`);
});

Deno.test("readBarsCsv gives daily bars whose dates are alone, in the forms of dates", () => {
  const bars = barsFrom(0, COIN).slice(0, 40).map((bar, day) => ({
    ...bar,
    openTime: Date.UTC(2025, 9, 20) + day * DAY,
  }));
  const forms: Readonly<Record<string, (date: string) => string>> = {
    "2025-11-01": (date) => date,
    "20251101": (date) => date.replaceAll("-", ""),
    "2025/11/1": (date) => date.split("-").map(Number).join("/"),
    "11/01/2025": (date) => `${date.slice(5, 7)}/${date.slice(8)}/${date.slice(0, 4)}`,
    "01.11.2025": (date) => `${date.slice(8)}.${date.slice(5, 7)}.${date.slice(0, 4)}`,
    "01/11/25": (date) => `${date.slice(8)}/${date.slice(5, 7)}/${date.slice(2, 4)}`,
    "25/11/01": (date) => date.slice(2).replaceAll("-", "/"),
    "251101": (date) => date.slice(2).replaceAll("-", ""),
    "01-Nov-2025": (date) => new Date(date).toUTCString().slice(5, 16).replaceAll(" ", "-"),
    "45962": (date) => `${Date.parse(date) / DAY + 25_569}`,
    "2025-11-01 00:00:00": (date) => `${date} 00:00:00`,
    "2025-11-01T00:00:00Z": (date) => `${date}T00:00:00Z`,
  };
  for (const [form, timeOf] of Object.entries(forms)) {
    for (const name of ["Date", "time", "Trading Day"]) {
      const layout: ProgramLayout = {
        head: `${name},Open,High,Low,Close,Volume`,
        cells: ({ openTime, open, high, low, close, volume }) => [
          timeOf(new Date(openTime).toISOString().slice(0, 10)),
          ...[open, high, low, close, volume],
        ],
      };
      const what = `${name} ${form}`;
      const text = DAMAGES["nothing"]!.apply(sheetOf(layout, bars));
      assert.equal(outcomeOf(text, bars, layout, { what, hidesVolume: false }), "equal", what);
    }
  }
});

Deno.test("readBarsCsv knows the layouts of more than sixty programs", () => {
  assert.ok(NAMES.length >= 60, `${NAMES.length}`);
});

Deno.test("readBarsCsv takes linear time over cells of half a million characters", () => {
  const bars = SETS["an afternoon"]!;
  const sheet = sheetOf(PROGRAM_LAYOUTS["eSignal"]!, bars);
  for (
    const unit of ["T", " ", "((", "0", "a p", "12:00 ", "1,000", '""']
  ) {
    const long = unit.repeat(500_000 / unit.length);
    for (const column of [0, 1, 2, 6]) {
      const rows = sheet.rows.map((row, at) => at === 9 ? row.with(column, long) : row);
      const started = performance.now();
      for (
        const text of [
          DAMAGES["nothing"]!.apply({ ...sheet, rows }),
          DAMAGES["nothing"]!.apply({ ...sheet, head: sheet.head!.with(column, long) }),
        ]
      ) {
        try {
          readBarsCsv(text, { file: "a.csv" });
        } catch (error) {
          assert.ok(error instanceof MarketError, `${unit} ${column}: ${error}`);
        }
      }
      // A quadratic expression takes minutes here.
      const took = performance.now() - started;
      assert.ok(took < 20_000, `${unit} in column ${column} took ${took} ms`);
    }
  }
});
