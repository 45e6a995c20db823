import { readRule, type RuleSettings } from "../feeds/alerts_schema.ts";
import { conditionText } from "../model/condition.ts";
import { SECOND } from "../model/time.ts";
import type { AlertRule } from "../model/alert.ts";

/** The note of a store that holds what was changed about the rules of a configuration while a market was open. */
export const RULES_NOTE = "rules";

/** What was changed about the rules of a configuration. */
export interface RuleChanges {
  /** Rules that the configuration has not, or has otherwise. */
  readonly rules: readonly RuleSettings[];
  /** Configured rules that were replaced or taken away, as they were then, by their names. */
  readonly replaced: Readonly<Record<string, string>>;
}

const NOTHING: RuleChanges = { rules: [], replaced: {} };

/** A rule with the keys of the configuration. */
export function settingsOfRule(rule: AlertRule): RuleSettings {
  return {
    name: rule.name,
    metric: rule.metric,
    of: rule.of,
    timeframe: rule.timeframe as RuleSettings["timeframe"],
    ...(rule.window === undefined ? {} : { window: rule.window }),
    ...(rule.horizon === undefined ? {} : { horizon: rule.horizon }),
    fire: conditionText(rule.fire),
    ...(rule.clear === undefined ? {} : { clear: conditionText(rule.clear) }),
    for: seconds(rule.forMs),
    keepFiringFor: seconds(rule.keepFiringForMs),
    during: rule.during,
    severity: rule.severity,
    repeat: rule.repeatMs === undefined ? "none" : seconds(rule.repeatMs),
    notify: [...rule.notify],
  };
}

/** What makes the rules of a configuration those that are watched now. */
export function changesOf(
  configured: readonly AlertRule[],
  watched: readonly AlertRule[],
): RuleChanges {
  const now = new Map(watched.map((rule) => [rule.name, textOf(rule)]));
  const before = new Map(configured.map((rule) => [rule.name, textOf(rule)]));
  return {
    rules: watched.filter(({ name }) => before.get(name) !== now.get(name)).map(settingsOfRule),
    replaced: Object.fromEntries([...before].filter(([name, text]) => now.get(name) !== text)),
  };
}

/** What was kept; nothing where the note is none of ours. */
export function readChanges(note: string | undefined): RuleChanges {
  if (note === undefined) return NOTHING;
  try {
    const { rules, replaced } = JSON.parse(note);
    return {
      rules: rules.map(readRule),
      replaced: Object.fromEntries(Object.entries(replaced)),
    } as RuleChanges;
  } catch {
    return NOTHING;
  }
}

/** Rules to begin with, and what was kept that cannot be watched now. */
export interface ChangedRules {
  readonly rules: readonly AlertRule[];
  /** Why each kept rule that is left out is left out. */
  readonly refused: readonly string[];
}

/**
 * The rules of a configuration with what was changed about them. A configured rule that was written anew since then is
 * the user's newest word: it is watched as it is written.
 *
 * @param parse checks a kept rule against what is followed now; throws a RangeError.
 */
export function withChanges(
  configured: readonly AlertRule[],
  { rules, replaced }: RuleChanges,
  parse: (settings: RuleSettings) => AlertRule,
): ChangedRules {
  const isReplaced = (rule: AlertRule) => replaced[rule.name] === textOf(rule);
  const standing = configured.filter((rule) => !isReplaced(rule));
  const taken = new Set(standing.map(({ name }) => name));
  const kept: AlertRule[] = [], refused: string[] = [];
  for (const settings of rules) {
    if (taken.has(settings.name)) {
      refused.push(`rule ${settings.name} was written anew in the configuration`);
      continue;
    }
    try {
      kept.push(parse(settings));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      refused.push(error.message);
    }
  }
  return { rules: [...standing, ...kept], refused };
}

function seconds(ms: number): string {
  return `${ms / SECOND}s`;
}

function textOf(rule: AlertRule): string {
  return JSON.stringify(settingsOfRule(rule));
}
