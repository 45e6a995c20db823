import { nearest } from "../../model/nearest.ts";
import { CORRELATED_TIMEFRAMES, type CorrelatedTimeframe } from "../../model/timeframe.ts";
import {
  STUDY_DAYS,
  STUDY_HOURS,
  type StudyDays,
  type StudyHours,
} from "../../sync/studies/study.ts";
import { LEAST_WIDTH, MOST_WIDTH, WIDTH_STEP } from "./picture_room.ts";

/** What a reader has chosen: the part of the address behind `#`. */
export interface PageChoice {
  readonly view: string;
  /** `BTCUSDT/ES`. @default the market's first pair */
  readonly pair?: string;
  /** Length of the bars that panels look at. @default each panel's own */
  readonly timeframe?: CorrelatedTimeframe;
  /** Days of the newest past. @default each panel's own */
  readonly days?: StudyDays;
  /** @default "all" */
  readonly hours?: StudyHours;
  /** Names of panels that are folded away, and so not drawn. @default none */
  readonly folded?: readonly string[];
  /** A rule of alerts to be rehearsed, with the keys of the configuration; not part of the address. @default none */
  readonly rule?: PlainFields;
  /** Where the controls of a pair's chart stand: `window`, `zWindow`, `enter`, … @default the panel's own */
  readonly chart?: PlainFields;
  /** What pictures may take, CSS px, as the reader's window is; not part of the address. @default as much as they do */
  readonly width?: number;
  /** What a pair's backtest tries, and at what cost: `windows`, `exit`, `feeBp`, … @default the panel's own */
  readonly strategy?: PlainFields;
}

/** Options of something, as forms and addresses have them. */
export type PlainFields = Readonly<Record<string, string | number>>;

/** Characters of a name, and names in a list. */
const MOST_CHARS = 100;
const MOST_NAMES = 50;

const KEYS: Readonly<Record<keyof PageChoice, true>> = {
  view: true,
  pair: true,
  timeframe: true,
  days: true,
  hours: true,
  folded: true,
  rule: true,
  chart: true,
  strategy: true,
  width: true,
};

/**
 * A choice that came from outside.
 *
 * @throws {RangeError} naming the key, the rule and the value.
 *
 * @example
 * ```ts
 * import { parseChoice } from "./page_choice.ts";
 * import assert from "node:assert/strict";
 * assert.deepEqual(parseChoice({ view: "market", days: 7 }), { view: "market", days: 7 });
 * assert.throws(() => parseChoice({ view: "market", day: 7 }), /day.*did you mean days/);
 * ```
 */
export function parseChoice(given: unknown): PageChoice {
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw new RangeError("a choice must be an object");
  }
  const fields = given as Readonly<Record<string, unknown>>;
  for (const key of Object.keys(fields).slice(0, MOST_NAMES)) {
    if (Object.hasOwn(KEYS, key)) continue;
    const meant = nearest(key, Object.keys(KEYS));
    const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
    throw new RangeError(
      `a choice has ${Object.keys(KEYS).join(", ")}; got ${shown(key)}${hint}`,
    );
  }
  const choice: { -readonly [Key in keyof PageChoice]: PageChoice[Key] } = {
    view: name("view", fields.view),
  };
  if (fields.pair !== undefined) choice.pair = name("pair", fields.pair);
  if (fields.timeframe !== undefined) {
    choice.timeframe = oneOf("timeframe", fields.timeframe, CORRELATED_TIMEFRAMES);
  }
  if (fields.days !== undefined) choice.days = oneOf("days", fields.days, STUDY_DAYS);
  if (fields.hours !== undefined) choice.hours = oneOf("hours", fields.hours, STUDY_HOURS);
  if (fields.folded !== undefined) choice.folded = names("folded", fields.folded);
  if (fields.width !== undefined) choice.width = widthOf(fields.width);
  for (const key of ["rule", "chart", "strategy"] as const) {
    if (fields[key] !== undefined) choice[key] = plainFields(key, fields[key]);
  }
  return choice;
}

function widthOf(value: unknown): number {
  const width = typeof value === "number" ? value : NaN;
  if (width >= LEAST_WIDTH && width <= MOST_WIDTH && width % WIDTH_STEP === 0) return width;
  throw new RangeError(
    `width must be a multiple of ${WIDTH_STEP} from ${LEAST_WIDTH} to ${MOST_WIDTH}, got ${
      shown(value)
    }`,
  );
}

/** What the fields mean is judged by who makes a rule or a panel of them. */
function plainFields(name: string, value: unknown): PlainFields {
  const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
  const isPlain = entries.length > 0 && entries.length <= MOST_NAMES &&
    entries.every(([key, one]) =>
      key.length <= MOST_CHARS &&
      (Number.isFinite(one) || (typeof one === "string" && one.length <= MOST_CHARS))
    );
  if (isPlain) return Object.fromEntries(entries);
  throw new RangeError(
    `${name} must be an object of 1 to ${MOST_NAMES} numbers and texts of at most ${MOST_CHARS} characters`,
  );
}

function name(key: string, value: unknown): string {
  if (typeof value === "string" && value !== "" && value.length <= MOST_CHARS) return value;
  throw new RangeError(
    `${key} must be a text of 1 to ${MOST_CHARS} characters, got ${shown(value)}`,
  );
}

function names(key: string, value: unknown): string[] {
  if (Array.isArray(value) && value.length <= MOST_NAMES) return value.map((one) => name(key, one));
  throw new RangeError(`${key} must be a list of at most ${MOST_NAMES} names`);
}

function oneOf<T extends string | number>(key: string, value: unknown, known: readonly T[]): T {
  const found = known.find((one) => one === value);
  if (found !== undefined) return found;
  throw new RangeError(`${key} must be one of ${known.join(", ")}, got ${shown(value)}`);
}

function shown(value: unknown): string {
  return String(typeof value === "object" ? typeof value : value).slice(0, MOST_CHARS);
}
