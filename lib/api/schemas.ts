import { z } from "@hono/zod-openapi";
import { BAR_TIMEFRAMES, CORRELATED_TIMEFRAMES } from "../model/timeframe.ts";

const MAX_TIME = 8_640_000_000_000_000;

/** A whole number of the query, with both ends included. */
export function wholeText(min: number, max: number, description: string) {
  const rule = `must be a whole number from ${min} to ${max}`;
  return z.string(rule).regex(/^\d{1,16}$/, rule).transform(Number)
    .refine((value) => value >= min && value <= max, rule)
    .openapi({ type: "integer", minimum: min, maximum: max, description });
}

/** Epoch ms UTC. */
export function timeText(description: string) {
  return wholeText(0, MAX_TIME, `${description}, epoch ms UTC`);
}

/** One of a few words. */
export function wordOf<const T extends readonly [string, ...string[]]>(
  words: T,
  description: string,
) {
  return z.enum(words, `must be one of ${words.join(", ")}`).openapi({ description });
}

export function barTimeframeText(description = "Length of a bar") {
  return wordOf(BAR_TIMEFRAMES, description);
}

export function correlatedTimeframeText() {
  return wordOf(CORRELATED_TIMEFRAMES, "Length of a bar");
}

/** Returns in a window. */
export function windowText() {
  return wholeText(4, 10_000, "Returns in the window; without it, as configured");
}

const PAIR_RULE = "must name two instruments, such as BTCUSDT/ES";

export function pairText() {
  return z.string(PAIR_RULE).regex(/^[^/\s]{1,64}\/[^/\s]{1,64}$/, PAIR_RULE)
    .openapi({ description: "Two instruments", example: "BTCUSDT/ES" });
}

const ID_RULE = "must be the id of an instrument, such as BTCUSDT or ES";

export function idText() {
  return z.string(ID_RULE).min(1, ID_RULE).max(64, ID_RULE)
    .openapi({ description: "Id of an instrument", example: "BTCUSDT" });
}

export const ID_PARAMS = z.strictObject({ id: idText() });

/** Rows of a page. */
export function limitText(usual: number, max = 10_000) {
  return wholeText(1, max, `Most rows of the answer; ${usual} where it is left out`).optional();
}

/** Where the page before ended. */
export function cursorText() {
  return wholeText(0, MAX_TIME, "The `next` of the page before").optional();
}

/** `null` for unknown. */
export const number = () => z.number().nullable();
export const time = () => z.int().nullable().openapi({ description: "Epoch ms UTC" });

/** Rows under named columns. */
export const columnsOf = (description = "Rows, each in the order of the columns") => ({
  columns: z.array(z.string()),
  data: z.array(z.array(z.union([z.number(), z.string(), z.boolean(), z.null()])))
    .openapi({ description }),
});

/** The same, a page at a time. */
export const pagedColumns = () => ({
  ...columnsOf(),
  next: z.string().nullable().openapi({
    description: "Cursor of the page behind this one; null where no more is there yet",
  }),
});

export const PROBLEM = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  errors: z.array(z.object({
    pointer: z.string(),
    rule: z.string(),
    value: z.unknown(),
  })),
}).openapi("Problem");
