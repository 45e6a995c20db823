import { z } from "zod";
import { DEFAULT_WINDOWS, type Timeframe, TIMEFRAMES } from "../model/timeframe.ts";
import {
  flag,
  hostName,
  list,
  number,
  oneOf,
  orNull,
  port,
  section,
  text,
  whole,
} from "../runtime/config_fields.ts";
import { ALERTS } from "./alerts_schema.ts";
import type { VenueDefinition } from "./venue_definition.ts";

const START = "must be a time with a zone, such as 2025-12-03T14:00:00Z, or null";
const PAIR = "must name two instruments, such as BTCUSDT/ES";
const AUTHORITY_RULE = "must be a name such as desk.lan, or desk.lan:8377";
const AUTHORITY = /^(\[[\da-f:.]+\]|[^\s:/?#@[\]]+)(?::\d{1,5})?$/i;
const MAX_INT32 = 2_147_483_647;

function windowOf(timeframe: Timeframe) {
  return whole(4, 10_000).default(DEFAULT_WINDOWS[timeframe]);
}

function isToken(value: string): boolean {
  return /^(env|file):/.test(value) || /^[\x21-\x7e]{16,}$/.test(value);
}

function isPairName(name: string): boolean {
  const sides = name.split("/");
  return sides.length === 2 && !sides.includes("") && sides[0] !== sides[1];
}

/** The keys that belong to no venue, with their defaults. */
const GENERAL = {
  source: oneOf(["simulated", "live", "replay", "bus", "store"]).default("simulated"),
  clock: section({
    speed: number("must be a number above 0", (value) => value > 0).default(1),
  }),
  data: section({
    backfillHours: number("must be a number from 0 to 720", (value) => value >= 0 && value <= 720)
      .default(24),
    timeframes: list(oneOf(TIMEFRAMES)).min(1, "must name at least one timeframe")
      .default([...TIMEFRAMES]),
    trades: flag().default(false),
    stopped: list(text("must name venues, such as coinbase", (name) => name !== "")).default([]),
  }),
  correlation: section({
    windows: section({
      "1m": windowOf("1m"),
      "5m": windowOf("5m"),
      "15m": windowOf("15m"),
      "1h": windowOf("1h"),
    }),
    pairs: orNull(list(text(PAIR, isPairName))),
  }),
  simulator: section({
    seed: whole(0, MAX_INT32).default(84),
    start: orNull(text(
      START,
      (value) => /(Z|[+-]\d\d:?\d\d)$/.test(value) && !Number.isNaN(Date.parse(value)),
    )),
  }),
  replay: section({
    path: orNull(text("must name the folder of a recording, or be null", (value) => value !== "")),
    speed: z.custom<number | "max">(
      (value) => value === "max" || (Number.isFinite(value) && value as number > 0),
      "must be a number above 0, or max",
    ).default(1),
  }),
  alerts: ALERTS,
  store: section({
    kind: oneOf(["memory", "sqlite", "postgres", "duckdb"]).default("memory"),
    path: orNull(text("must name a file, or be null", (value) => value !== "")),
    url: orNull(
      text(
        "must be a postgres:// address, env:NAME, file:PATH, or be null",
        (value) => value !== "",
      ),
    ),
    keepTradesDays: number("must be a number of days above 0", (value) => value > 0).default(30),
  }),
  bus: section({
    kind: oneOf(["none", "nats"]).default("none"),
    url: text(
      "must be a nats:// address, env:NAME or file:PATH",
      (value) => /^(env|file):./.test(value) || /^(nats|tls):\/\/[^/]+$/.test(value),
    ).default("nats://127.0.0.1:4222"),
    stream: text("must be 1 to 64 letters, digits, _ or -", (value) => /^[\w-]{1,64}$/.test(value))
      .default("COMOVE"),
    instruments: orNull(list(text("must be an id such as BTCUSDT", (value) => value !== ""))),
    waitingTrades: whole(1, 10_000_000).default(200_000),
  }),
  api: section({
    host: hostName().default("127.0.0.1"),
    port: port().default(8377),
    token: orNull(
      text(
        "must be a secret of 16 or more visible characters, env:NAME, file:PATH, or null",
        isToken,
      ),
    ),
    hosts: list(text(AUTHORITY_RULE, (name) => AUTHORITY.test(name))).default([]),
  }),
  log: section({
    level: oneOf(["debug", "info", "warn", "error"]).default("info"),
    dir: orNull(text("must name a folder, or be null", (value) => value !== "")),
    maxFileMb: number("must be a number of MB above 0, up to 1000", (mb) => mb > 0 && mb <= 1_000)
      .default(10),
    maxFiles: whole(1, 100).default(5),
  }),
};

/** What a configuration holds beside the sections of the venues. */
export type GeneralConfig = z.output<z.ZodObject<typeof GENERAL>>;

/** True for a key of the configuration that belongs to no venue. */
export function isGeneralKey(key: string): boolean {
  return Object.hasOwn(GENERAL, key);
}

/** The whole configuration, key by key. `notebooks/config.example.yaml` explains each. */
export function configSchemaOf(venues: readonly VenueDefinition[]) {
  const { source, clock, ...rest } = GENERAL;
  const sections = Object.fromEntries(venues.map(({ id, settings }) => [id, settings]));
  return z.strictObject({ source, clock, ...sections, ...rest }, "must be keys and values");
}
