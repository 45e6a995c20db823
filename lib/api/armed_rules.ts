import { setRules } from "../alerts/open_alerts.ts";
import { parseRule } from "../alerts/rule.ts";
import type { AlertRule, RuleStatus } from "../model/alert.ts";
import { conditionText } from "../model/condition.ts";
import { durationText } from "../model/duration.ts";
import type { ApiContext } from "./api_context.ts";
import { ApiProblem, shownValue } from "./problem.ts";

/** Rules that one server watches at most. */
const MOST_RULES = 1_000;

/** A rule and how it stands, with the keys of the configuration. */
export function ruleBody({ rule, ...status }: RuleStatus) {
  return {
    name: rule.name,
    metric: rule.metric,
    of: rule.of,
    timeframe: rule.timeframe,
    window: rule.window ?? null,
    horizon: rule.horizon ?? null,
    fire: conditionText(rule.fire),
    clear: rule.clear === undefined ? null : conditionText(rule.clear),
    for: durationText(rule.forMs),
    keepFiringFor: durationText(rule.keepFiringForMs),
    during: rule.during,
    severity: rule.severity,
    repeat: rule.repeatMs === undefined ? "none" : durationText(rule.repeatMs),
    notify: [...rule.notify],
    state: status.state,
    reason: status.reason ?? null,
    value: status.value ?? null,
    n: status.n ?? null,
    expected: status.expected ?? null,
    time: status.time ?? null,
    since: status.since ?? null,
  };
}

export function ruleNamed({ market }: ApiContext, name: string): RuleStatus | undefined {
  return market.alerts?.rules.find(({ rule }) => rule.name === name);
}

/** Watches one more rule, or another under the same name. @throws {ApiProblem} 404 for what is not followed, 409 for what does not go together; both name key, rule and value. */
export function armRule(context: ApiContext, given: Readonly<Record<string, unknown>>) {
  const { market, log } = context;
  const channels = market.status().channels.map(({ name }) => name);
  let parsed: AlertRule;
  try {
    parsed = parseRule(given, { instruments: market.instruments, channels });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw ruleProblem(error.message, given);
  }
  const known = (market.alerts?.rules ?? []).map(({ rule }) => rule);
  const isNew = !known.some(({ name }) => name === parsed.name);
  if (isNew && known.length >= MOST_RULES) {
    throw new ApiProblem(409, { detail: `There are ${MOST_RULES} rules already.` });
  }
  const all = isNew
    ? [...known, parsed]
    : known.map((one) => one.name === parsed.name ? parsed : one);
  setRules(market, all, { log });
  return { body: ruleBody(ruleNamed(context, parsed.name)!), isNew };
}

/** Watches a rule no more. @throws {ApiProblem} 404. */
export function disarmRule(context: ApiContext, name: string): void {
  const { market, log } = context;
  const known = (market.alerts?.rules ?? []).map(({ rule }) => rule);
  if (!known.some((rule) => rule.name === name)) throw noRule(context, name);
  setRules(market, known.filter((rule) => rule.name !== name), { log });
}

export function noRule({ market }: ApiContext, name: string): ApiProblem {
  const names = (market.alerts?.rules ?? []).map(({ rule }) => rule.name);
  const rule = `must be one of ${names.join(", ") || "no rules"}`;
  return new ApiProblem(404, {
    detail: `There is no such rule: its name ${rule}.`,
    errors: [{ pointer: "/path/name", rule, value: shownValue(name) }],
  });
}

/** `fire must be …` and `window of rule x: must be …` name their key first. */
function ruleProblem(message: string, given: Readonly<Record<string, unknown>>): ApiProblem {
  const key = /^a rule has no key (\S+?)(?:;|$)/.exec(message)?.[1] ??
    /^(\w+)(?:\.\d+)? /.exec(message)?.[1];
  const isKey = key !== undefined && key !== "a";
  return new ApiProblem(key === "of" ? 404 : 409, {
    detail: `${message}.`,
    errors: [{
      pointer: isKey ? `/body/${key}` : "/body",
      rule: message,
      value: shownValue(isKey ? given[key] : given),
    }],
  });
}
