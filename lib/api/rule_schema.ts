import { z } from "@hono/zod-openapi";
import { metrics } from "../alerts/metrics/mod.ts";
import { RULE_HOURS, SEVERITIES } from "../model/alert.ts";
import { TIMEFRAMES } from "../model/timeframe.ts";
import { number, time } from "./schemas.ts";

const NAME = z.string().regex(/^[a-z0-9-]{1,64}$/, "must be 1 to 64 of a-z, 0-9 and -");
const DURATION = z.string().regex(/^\d{1,9}[smhd]$/, "must be a duration such as 5m");

const CONDITION = z.string().regex(
  /^(above|below|beyond) -?\d{1,15}(\.\d{1,15})?$/,
  "must be above X, below X or beyond X, such as beyond 2",
);

/** A rule as it is sent; what a metric allows is checked where the metrics are. */
export const RULE = z.strictObject({
  name: NAME.optional(),
  metric: z.string().refine((name) => metrics().some((metric) => metric.name === name), {
    error: () => `must be one of ${metrics().map(({ name }) => name).join(", ")}`,
  }).openapi({ enum: metrics().map(({ name }) => name) }),
  of: z.string().min(1).max(200).openapi({ description: "An instrument, a pair y/x, or a venue" }),
  timeframe: z.enum([...TIMEFRAMES, "tick"]).optional(),
  window: z.int().min(1).max(10_000).nullish(),
  horizon: z.int().min(1).max(1_000).nullish(),
  fire: CONDITION.openapi({ example: "above 0.8" }),
  clear: CONDITION.nullish(),
  for: DURATION.optional(),
  keepFiringFor: DURATION.optional(),
  during: z.enum(RULE_HOURS).optional(),
  severity: z.enum(SEVERITIES).optional(),
  repeat: z.string().regex(/^(none|[1-9]\d{0,8}[smhd])$/, "must be none, or a duration such as 1h")
    .optional().openapi({ example: "none" }),
  notify: z.array(NAME).max(50).optional(),
}).openapi("Rule");

/** The same where no address names it. */
export const NEW_RULE = RULE.required({ name: true }).openapi("NewRule");

/** A rule as it is answered. */
export const RULE_STATUS = z.object({
  name: z.string(),
  metric: z.string(),
  of: z.string(),
  timeframe: z.string(),
  window: number(),
  horizon: number(),
  fire: z.string(),
  clear: z.string().nullable(),
  for: z.string(),
  keepFiringFor: z.string(),
  during: z.string(),
  severity: z.string(),
  repeat: z.string(),
  notify: z.array(z.string()),
  state: z.string(),
  reason: z.string().nullable(),
  value: number(),
  n: number(),
  expected: number(),
  time: time(),
  since: time(),
}).openapi("RuleStatus");

export const NAME_PARAMS = z.strictObject({ name: NAME });
