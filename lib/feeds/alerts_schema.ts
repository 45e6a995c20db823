import { z } from "zod";
import { RULE_HOURS, SEVERITIES } from "../model/alert.ts";
import {
  type Condition,
  CONDITION_RULE,
  CONDITION_SIDES,
  conditionText,
  overlap,
  parseCondition,
} from "../model/condition.ts";
import { DURATION_RULE, parseDuration } from "../model/duration.ts";
import { nearest } from "../model/nearest.ts";
import { TIMEFRAMES } from "../model/timeframe.ts";
import { entry, list, oneOf, section, text, whole } from "../runtime/config_fields.ts";

const NAME = "must be 1 to 64 of a-z, 0-9 and -";
const NAME_PATTERN = /^[a-z0-9-]{1,64}$/;
const METRIC = "must name a metric, such as correlation";
const OF = "must name what is watched: an instrument, a pair such as BTCUSDT/ES, or a venue";
const NOTIFY = "must name a channel of alerts.channels, by 1 to 64 of a-z, 0-9 and -";
const CHANNEL = "must be keys and values with a kind, such as webhook";
const MAX_RULES = 10_000;

function isFilled(value: string): boolean {
  return value.trim() !== "" && value.length <= 200;
}

/** ` (did you mean beyond 2?)` for a condition whose word is misspelt. */
function conditionAdvice(written: string): string {
  const [word = "", ...rest] = written.trim().split(/\s+/);
  const meant = nearest(word.toLowerCase(), CONDITION_SIDES);
  const whole = `${meant} ${rest.join(" ")}`;
  const isBetter = meant !== undefined && parseCondition(whole) !== undefined;
  return isBetter ? ` (did you mean ${whole}?)` : "";
}

function condition() {
  return z.string(CONDITION_RULE).superRefine((written, context) => {
    if (parseCondition(written) !== undefined) return;
    context.addIssue(`${CONDITION_RULE}${conditionAdvice(written)}`);
  });
}

function duration() {
  return text(DURATION_RULE, (written) => parseDuration(written) !== undefined);
}

/** A rule as it is written. What a metric allows is checked where the metrics are, in `lib/alerts`. */
const RULE = entry(
  {
    name: text(NAME, (name) => NAME_PATTERN.test(name)),
    metric: text(METRIC, isFilled),
    of: text(OF, isFilled),
    timeframe: oneOf([...TIMEFRAMES, "tick"]).default("1m"),
    window: whole(1, 10_000).nullish(),
    horizon: whole(1, 1_000).nullish(),
    fire: condition(),
    clear: condition().nullish(),
    for: duration().default("0m"),
    keepFiringFor: duration().default("0m"),
    during: oneOf(RULE_HOURS).default("always"),
    severity: oneOf(SEVERITIES).default("minor"),
    repeat: text(
      "must be none, or a duration of 1s or more such as 1h",
      (written) => written === "none" || (parseDuration(written) ?? 0) > 0,
    ).default("none"),
    notify: list(text(NOTIFY, (name) => NAME_PATTERN.test(name))).default([]),
  },
  "must be the keys and values of a rule: name, metric, of, fire, …",
).superRefine(({ fire: fireText, clear: clearText }, context) => {
  const fire = parseCondition(fireText);
  const clear = fire === undefined ? undefined : parseCondition(clearText ?? "", fire);
  if (fire === undefined || clear === undefined || !overlap(fire, clear)) return;
  context.addIssue({
    code: "custom",
    path: ["clear"],
    message: `must not hold where fire: ${conditionText(fire)} does; such as ${opposite(fire)}`,
  });
});

function opposite(fire: Condition): string {
  return conditionText({ ...fire, side: fire.side === "below" ? "above" : "below" });
}

/** `alerts` of the configuration. The fields of each kind of channel are checked where the channels are. */
export const ALERTS = section({
  rules: list(RULE, ({ name }) => name).max(MAX_RULES, `must be at most ${MAX_RULES} rules`)
    .default([]),
  channels: z.record(
    text(NAME, (name) => NAME_PATTERN.test(name)),
    z.looseObject({ kind: text("must name a kind of channel", isFilled) }, CHANNEL),
    "must be channels by their names",
  ).default({}),
});

/** One rule as written, with its defaults. */
export type RuleSettings = z.output<typeof RULE>;
/** The rules and channels of a configuration. */
export type AlertSettings = z.output<typeof ALERTS>;

/** A rule from outside the configuration. @throws {RangeError} naming key and rule. */
export function readRule(value: unknown): RuleSettings {
  const result = RULE.safeParse(value);
  if (result.success) return result.data;
  const { issues } = result.error;
  const issue = issues.find(({ code }) => code === "unrecognized_keys") ?? issues[0]!;
  if (issue.code === "unrecognized_keys") {
    const meant = nearest(issue.keys[0]!, Object.keys(RULE.shape));
    const advice = meant === undefined ? "" : `; did you mean ${meant}?`;
    throw new RangeError(`a rule has no key ${issue.keys[0]}${advice}`);
  }
  throw new RangeError(`${issue.path.join(".") || "a rule"} ${issue.message}`);
}
