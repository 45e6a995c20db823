import { z } from "zod";
import { DEFAULT_WINDOWS, type Timeframe, TIMEFRAMES } from "../model/timeframe.ts";
import { withBinanceHosts } from "./binance_hosts.ts";

/** Every rule is one sentence, so that whatever breaks it, the message says the whole rule. */
function number(rule: string, isGood: (value: number) => boolean) {
  return z.number(rule).refine(isGood, rule);
}

function whole(min: number, max: number) {
  const isGood = (value: number) => Number.isInteger(value) && value >= min && value <= max;
  return number(`must be a whole number from ${min} to ${max}`, isGood);
}

function text(rule: string, isGood: (value: string) => boolean) {
  return z.string(rule).refine(isGood, rule);
}

function oneOf<const T extends readonly string[]>(values: T) {
  return z.enum(values, `must be one of ${values.join(", ")}`);
}

function url(schemes: readonly string[]) {
  const rule = `must be a ${schemes.map((scheme) => `${scheme}//`).join(" or ")} address`;
  return text(rule, (value) => URL.canParse(value) && schemes.includes(new URL(value).protocol));
}

/** A list without repeats. */
function list<T extends z.ZodType>(item: T, nameOf: (item: z.output<T>) => string = String) {
  return z.array(item, "must be a list").superRefine((items, context) => {
    const names = items.map(nameOf);
    const again = names.find((name, i) => names.indexOf(name) < i);
    if (again !== undefined) context.addIssue(`must name each once, and ${again} is there twice`);
  });
}

type Values = Readonly<Record<string, unknown>>;

/**
 * Keys and values; left out, or left empty (`ibkr:`), it is all defaults.
 *
 * @param fill gives defaults that depend on other keys.
 */
function section<T extends z.ZodRawShape>(shape: T, fill = (values: Values) => values) {
  const filled = z.strictObject(shape, "must be keys and values");
  const isFilled = (value: unknown) => typeof value === "object" && !Array.isArray(value);
  return z.preprocess(
    (value) => isFilled(value ?? {}) ? fill((value ?? {}) as Values) : value,
    filled,
  ).prefault({});
}

const upperCase = text(
  "must be upper-case letters and digits, such as BTCUSDT or ES",
  (value) => /^[A-Z0-9]+$/.test(value),
);
const future = z.strictObject({ symbol: upperCase, exchange: upperCase }, {
  error: "must be { symbol, exchange }, such as { symbol: ES, exchange: CME }",
});
const window = whole(4, 10_000);
const MANUAL_EXPIRY = "must be YYYYMM, YYYYMMDD or null";
const START = "must be a time with a zone, such as 2025-12-03T14:00:00Z, or null";
const WEB_SOCKET = ["wss:", "ws:"];
const WEB = ["https:", "http:"];
const MAX_INT32 = 2_147_483_647;

function windowOf(timeframe: Timeframe) {
  return window.default(DEFAULT_WINDOWS[timeframe]);
}

/** The configuration, key by key, with its defaults. `notebooks/config.example.yaml` explains each. */
export const configSchema = z.strictObject({
  source: oneOf(["simulated", "live", "replay"]).default("simulated"),
  clock: section({
    speed: number("must be a number above 0", (value) => value > 0).default(1),
  }),
  ibkr: section({
    host: text("must be the name or address of a host", (value) => /^\S+$/.test(value))
      .default("127.0.0.1"),
    port: whole(1, 65_535).default(4002),
    clientId: whole(0, MAX_INT32).default(17),
    futures: list(future, ({ symbol }) => symbol).default([
      { symbol: "ES", exchange: "CME" },
      { symbol: "NQ", exchange: "CME" },
    ]),
    // Unquoted in YAML it is a number.
    manualExpiry: z.preprocess(
      (value) => typeof value === "number" ? String(value) : value,
      text(MANUAL_EXPIRY, (value) => /^\d{6}(\d{2})?$/.test(value)).nullable(),
    ).default(null),
    roll: oneOf(["date", "volume"]).default("date"),
    marketDataType: oneOf(["live", "live-or-delayed", "frozen", "delayed", "delayed-frozen"])
      .default("live"),
  }),
  binance: section({
    market: oneOf(["spot", "usdm"]).default("spot"),
    streamUrl: url(WEB_SOCKET),
    restUrl: url(WEB),
    streamAlternatives: list(url(WEB_SOCKET)),
    restAlternatives: list(url(WEB)),
    symbols: list(upperCase).default(["BTCUSDT"]),
  }, withBinanceHosts),
  deribit: section({
    enabled: z.boolean("must be true or false").default(true),
    url: url(WEB_SOCKET).default("wss://www.deribit.com/ws/api/v2"),
  }),
  data: section({
    backfillHours: number("must be a number from 0 to 720", (value) => value >= 0 && value <= 720)
      .default(24),
    timeframes: list(oneOf(TIMEFRAMES)).min(1, "must name at least one timeframe")
      .default([...TIMEFRAMES]),
  }),
  correlation: section({
    windows: section({
      "1m": windowOf("1m"),
      "5m": windowOf("5m"),
      "15m": windowOf("15m"),
      "1h": windowOf("1h"),
    }),
  }),
  simulator: section({
    seed: whole(0, MAX_INT32).default(84),
    start: text(
      START,
      (value) => /(Z|[+-]\d\d:?\d\d)$/.test(value) && !Number.isNaN(Date.parse(value)),
    ).nullable().default(null),
  }),
  replay: section({
    path: text("must name the folder of a recording, or be null", (value) => value !== "")
      .nullable().default(null),
    speed: z.custom<number | "max">(
      (value) => value === "max" || (Number.isFinite(value) && value as number > 0),
      "must be a number above 0, or max",
    ).default(1),
  }),
  store: section({ kind: oneOf(["memory", "duckdb"]).default("memory") }),
  log: section({
    level: oneOf(["debug", "info", "warn", "error"]).default("info"),
    dir: text("must name a folder, or be null", (value) => value !== "").nullable().default(null),
  }),
}, "must be keys and values");

/** A complete, valid configuration. */
export type Config = z.output<typeof configSchema>;

type Optional<T> = T extends readonly unknown[] | string | number | boolean | null ? T
  : { readonly [K in keyof T]?: Optional<T[K]> };

/** Any keys of the configuration, to be laid over the rest. */
export type ConfigOverrides = Optional<Config>;
