import { checkPairStrategy, type PairStrategySettings } from "../pairs/found_strategy.ts";

/** What a reader can change of a backtest, by the names of the library's options. */
export interface StrategyField {
  readonly name: string;
  readonly title: string;
  /** How many numbers it takes: one, one or two (a leg each), or a list of them. */
  readonly takes: "one" | "legs" | "list";
  /** What stands for no number; undefined where there must be one. */
  readonly none?: string;
}

/** In the order in which they stand. */
export const STRATEGY_FIELDS: readonly StrategyField[] = [
  { name: "windows", title: "Fit window, bars", takes: "list" },
  { name: "entries", title: "Enter at |z|", takes: "list" },
  { name: "exit", title: "Exit within |z|", takes: "one" },
  { name: "stop", title: "Stop at |z|", takes: "one", none: "never" },
  { name: "feeBp", title: "Fee, bp a fill", takes: "legs" },
  { name: "slippageBp", title: "Slippage, bp a fill", takes: "one" },
  { name: "train", title: "Setting chosen on, bars", takes: "one" },
  { name: "test", title: "then traded for, bars", takes: "one" },
];

/** What a reader has typed, by the fields' names. */
export type StrategyTexts = Readonly<Record<string, string>>;

/** How settings read in the fields. */
export function strategyTexts({ grid, terms, plan }: PairStrategySettings): StrategyTexts {
  const { y, x } = terms.feeBp;
  return {
    windows: grid.windows.join(", "),
    entries: grid.entries.join(", "),
    exit: `${terms.exit}`,
    stop: Number.isFinite(terms.stop) ? `${terms.stop}` : "",
    feeBp: y === x ? `${y}` : `${y}, ${x}`,
    slippageBp: `${terms.slippageBp}`,
    train: `${plan.train}`,
    test: `${plan.test}`,
  };
}

/**
 * The settings that are typed; what there is no field for stays as it is.
 *
 * @throws {RangeError} naming the option, its rule and the value, as the library does.
 */
export function strategySettings(
  texts: StrategyTexts,
  { terms }: Pick<PairStrategySettings, "terms">,
): PairStrategySettings {
  const numbers = Object.fromEntries(
    STRATEGY_FIELDS.map((field) => [field.name, numbersOf(field, texts[field.name] ?? "")]),
  );
  const one = (name: string) => numbers[name]![0]!;
  const [feeY, feeX = feeY] = numbers["feeBp"]!;
  const settings = {
    grid: { windows: numbers["windows"]!, entries: numbers["entries"]! },
    terms: {
      ...terms,
      exit: one("exit"),
      stop: one("stop") ?? Infinity,
      feeBp: { y: feeY!, x: feeX! },
      slippageBp: one("slippageBp"),
    },
    plan: { train: one("train"), test: one("test") },
  };
  checkPairStrategy(settings);
  return settings;
}

const MOST_NUMBERS = { one: 1, legs: 2, list: Infinity } as const;
const RULES = { one: "a number", legs: "a number, or one of each side", list: "numbers" } as const;

function numbersOf({ name, takes, none }: StrategyField, text: string): number[] {
  const parts = text.split(",").map((part) => part.trim());
  if (none !== undefined && (text.trim() === "" || text.trim() === none)) return [];
  const numbers = parts.map((part) => part === "" ? NaN : Number(part));
  if (numbers.some((value) => !Number.isFinite(value)) || numbers.length > MOST_NUMBERS[takes]) {
    throw new RangeError(
      `${name} must be ${RULES[takes]}${takes === "one" ? "" : " with commas between them"}, got ${
        text.trim() || "nothing"
      }`,
    );
  }
  return numbers;
}

/**
 * The call that makes a notebook's cell show the same.
 *
 * @param given options of the cell that there is no field for.
 */
export function strategyCall(
  given: Readonly<Record<string, unknown>>,
  texts: StrategyTexts,
): string {
  const typed = STRATEGY_FIELDS.flatMap((field) => {
    const numbers = numbersOf(field, texts[field.name] ?? "");
    if (numbers.length === 0) return [];
    const isList = field.takes === "list" || numbers.length > 1;
    return [[field.name, isList ? `[${numbers.join(", ")}]` : `${numbers[0]}`] as const];
  });
  const fixed = Object.entries(given).map(([name, value]) =>
    [name, JSON.stringify(value)] as const
  );
  const options = [...fixed, ...typed].map(([name, text]) => `${name}: ${text}`);
  return `backtestPanel(market, { ${options.join(", ")} })`;
}
