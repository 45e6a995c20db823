import { z } from "zod";
import { TIMEFRAMES } from "../model/timeframe.ts";

const port = z.int().min(1).max(65_535);
const positive = z.number().positive();
const host = z.string().min(1);
const window = z.int().min(4);
const url = (schemes: readonly string[]) =>
  z.string().refine(
    (text) => URL.canParse(text) && schemes.includes(new URL(text).protocol),
    `must be a ${schemes.map((scheme) => `${scheme}//`).join(" or ")} address`,
  );
const upperCase = z.string().regex(/^[A-Z0-9]+$/, "must be upper-case letters and digits");

/** The configuration, key by key, with its defaults. `notebooks/config.example.yaml` explains each. */
export const configSchema = z.strictObject({
  source: z.enum(["simulated", "live", "replay"]).default("simulated"),
  clock: z.strictObject({ speed: positive.default(1) }).prefault({}),
  ibkr: z.strictObject({
    host: host.default("127.0.0.1"),
    port: port.default(4002),
    clientId: z.int().min(0).default(17),
    futures: z.array(z.strictObject({ symbol: upperCase, exchange: upperCase })).default([
      { symbol: "ES", exchange: "CME" },
      { symbol: "NQ", exchange: "CME" },
    ]),
    manualExpiry: z.string().regex(/^\d{6}(\d{2})?$/, "must be YYYYMM or YYYYMMDD").nullable()
      .default(null),
    marketDataType: z.enum(["live", "frozen", "delayed", "delayed-frozen"]).default("live"),
  }).prefault({}),
  binance: z.strictObject({
    market: z.enum(["spot"]).default("spot"),
    streamUrl: url(["wss:", "ws:"]).default("wss://stream.binance.com:9443"),
    restUrl: url(["https:", "http:"]).default("https://api.binance.com"),
    symbols: z.array(upperCase).default(["BTCUSDT"]),
  }).prefault({}),
  deribit: z.strictObject({
    enabled: z.boolean().default(true),
    url: url(["wss:", "ws:"]).default("wss://www.deribit.com/ws/api/v2"),
  }).prefault({}),
  data: z.strictObject({
    backfillHours: z.number().min(0).max(24 * 30).default(24),
    timeframes: z.array(z.enum(TIMEFRAMES)).min(1).default([...TIMEFRAMES]),
  }).prefault({}),
  correlation: z.strictObject({
    windows: z.strictObject({
      "1m": window.default(60),
      "5m": window.default(48),
      "15m": window.default(32),
      "1h": window.default(24),
    }).prefault({}),
  }).prefault({}),
  simulator: z.strictObject({
    seed: z.int().min(0).default(1),
    start: z.string().refine(
      (text) => /(Z|[+-]\d\d:?\d\d)$/.test(text) && !Number.isNaN(Date.parse(text)),
      "must be a time with a zone, such as 2025-12-03T14:00:00Z",
    ).nullable().default(null),
  }).prefault({}),
  store: z.strictObject({ kind: z.enum(["memory", "duckdb"]).default("memory") }).prefault({}),
  log: z.strictObject({
    level: z.enum(["debug", "info", "warn", "error"]).default("info"),
    dir: z.string().nullable().default(null),
  }).prefault({}),
});

/** A complete, valid configuration. */
export type Config = z.output<typeof configSchema>;

type Optional<T> = T extends readonly unknown[] ? T
  : T extends object ? { readonly [K in keyof T]?: Optional<T[K]> }
  : T;

/** Any keys of the configuration, to be laid over the rest. */
export type ConfigOverrides = Optional<Config>;
