import { type AlertSettings, readRule, type RuleSettings } from "../feeds/alerts_schema.ts";
import { venues } from "../feeds/venues.ts";
import type { AlertRule } from "../model/alert.ts";
import { parseCondition } from "../model/condition.ts";
import { parseDuration } from "../model/duration.ts";
import type { Instrument } from "../model/instrument.ts";
import { nearest } from "../model/nearest.ts";
import type { Timeframe } from "../model/timeframe.ts";
import { ConfigError } from "../runtime/config_reader.ts";
import type { BarCount, Metric, MetricQuery } from "./metric.ts";
import { metricNamed } from "./metrics/mod.ts";

/** What a rule may name. */
export interface RuleScope {
  /** Followed instruments. */
  readonly instruments: readonly Pick<Instrument, "id" | "kind" | "venue">[];
  /** Channels there are; undefined leaves `notify` unchecked. */
  readonly channels?: readonly string[];
}

/** @throws {RangeError} of one key of a rule. */
class RuleFault extends RangeError {
  readonly key: string;

  constructor(key: string, message: string) {
    super(message);
    this.key = key;
  }
}

/**
 * The rules of a configuration, checked against their metrics and against what is followed.
 *
 * @throws {ConfigError} naming rule, key and what to do.
 */
export function rulesOf(
  { rules, channels }: AlertSettings,
  instruments: RuleScope["instruments"],
): AlertRule[] {
  return rules.map((settings, i) => {
    try {
      return ruleOf(settings, { instruments, channels: Object.keys(channels) });
    } catch (error) {
      if (!(error instanceof RuleFault)) throw error;
      const key = `alerts.rules.${i}.${error.key}`;
      throw new ConfigError(`${key} (${settings.name}): ${error.message}`, { cause: error });
    }
  });
}

/**
 * A rule as a notebook or the API gives it, with the keys of the configuration.
 *
 * @throws {RangeError} naming the key and what to do.
 */
export function parseRule(value: unknown, scope: RuleScope): AlertRule {
  const settings = readRule(value);
  try {
    return ruleOf(settings, scope);
  } catch (error) {
    if (!(error instanceof RuleFault)) throw error;
    throw new RangeError(`${error.key} of rule ${settings.name}: ${error.message}`, {
      cause: error,
    });
  }
}

/** Instruments that a rule's `of` stands for: one, or y and x of a pair; none for a venue. */
export function idsOf({ of, metric }: Pick<AlertRule, "of" | "metric">): readonly string[] {
  const { of: kind } = metricNamed(metric);
  if (kind === "pair") return of.split("/");
  return kind === "contact" && venues().some(({ id }) => id === of) ? [] : [of];
}

/** What a rule asks at the end of a minute. */
export function queryOf(rule: AlertRule): MetricQuery {
  const { of, window = 0, horizon = 0 } = rule;
  const timeframe = rule.timeframe === "tick" ? "1m" : rule.timeframe as Timeframe;
  return { of, ids: idsOf(rule), timeframe, window, horizon };
}

function ruleOf(settings: RuleSettings, scope: RuleScope): AlertRule {
  const metric = metricOf(settings.metric);
  assertWatchable(settings.of, metric, scope);
  const timeframe = timeframeOf(settings, metric);
  assertChannels(settings.notify, scope.channels);
  const fire = parseCondition(settings.fire)!;
  const { name, of, during, severity, notify, repeat } = settings;
  return {
    name,
    metric: metric.name,
    of,
    timeframe,
    window: countOf("window", settings.window, metric.window, metric, timeframe),
    horizon: countOf("horizon", settings.horizon, metric.horizon, metric, timeframe),
    fire,
    clear: settings.clear == null ? undefined : parseCondition(settings.clear, fire),
    forMs: parseDuration(settings.for)!,
    keepFiringForMs: parseDuration(settings.keepFiringFor)!,
    during,
    severity,
    repeatMs: repeat === "none" ? undefined : parseDuration(repeat)!,
    notify,
  };
}

function metricOf(name: string): Metric {
  try {
    return metricNamed(name);
  } catch (error) {
    throw new RuleFault("metric", (error as Error).message.replace(/^metric /, ""));
  }
}

function timeframeOf({ timeframe }: RuleSettings, metric: Metric): string {
  const allowed: readonly string[] = metric.isTick === true
    ? [...metric.timeframes, "tick"]
    : metric.timeframes;
  if (allowed.includes(timeframe)) return timeframe;
  const only = timeframe === "tick" ? "; tick is for price only" : "";
  throw new RuleFault(
    "timeframe",
    `must be one of ${allowed.join(", ")} for ${metric.name}, got ${timeframe}${only}`,
  );
}

function countOf(
  key: "window" | "horizon",
  given: number | null | undefined,
  count: BarCount | undefined,
  metric: Metric,
  timeframe: string,
): number | undefined {
  if (count === undefined) {
    if (given == null) return undefined;
    throw new RuleFault(key, `must be left out for ${metric.name}, which has none, got ${given}`);
  }
  if (given == null) return count.usual(timeframe as Timeframe);
  if (given >= count.least) return given;
  throw new RuleFault(key, `must be at least ${count.least} for ${metric.name}, got ${given}`);
}

function assertWatchable(of: string, metric: Metric, { instruments }: RuleScope): void {
  const ids = instruments.map(({ id }) => id);
  const sides = metric.of === "pair" ? of.split("/") : [of];
  if (metric.of === "pair" && (sides.length !== 2 || sides[0] === sides[1])) {
    throw new RuleFault(
      "of",
      `must be a pair such as ${examplePair(ids)} for ${metric.name}, got ${of}`,
    );
  }
  const venueIds = [...new Set(instruments.map(({ venue }) => venue))];
  const known = metric.of === "contact" ? [...ids, ...venueIds] : ids;
  for (const side of sides) {
    if (!known.includes(side)) throw new RuleFault("of", strayText(side, of, metric, known));
    const instrument = instruments.find(({ id }) => id === side);
    const refusal = instrument === undefined ? undefined : metric.refusal?.(instrument);
    if (refusal !== undefined) {
      throw new RuleFault(
        "of",
        `must be another instrument for ${metric.name}: ${side} ${refusal}`,
      );
    }
  }
}

function strayText(side: string, of: string, metric: Metric, known: readonly string[]): string {
  const meant = nearest(side, known);
  const isPairGiven = metric.of !== "pair" && of.includes("/");
  const advice = isPairGiven
    ? `; ${metric.name} watches one instrument, no pair`
    : meant === undefined
    ? `; add ${side} to what is followed, or leave the rule out`
    : `; did you mean ${meant}?`;
  const what = metric.of === "pair" ? "a pair of" : "one of";
  return `must be ${what} ${known.join(", ")}, got ${of}${advice}`;
}

function examplePair(ids: readonly string[]): string {
  return ids.length > 1 ? `${ids[0]}/${ids[1]}` : "BTCUSDT/ES";
}

function assertChannels(
  notify: readonly string[],
  channels: readonly string[] | undefined,
): void {
  const stray = channels && notify.find((name) => !channels.includes(name));
  if (stray === undefined || channels === undefined) return;
  const meant = nearest(stray, channels);
  const advice = meant === undefined ? "" : `; did you mean ${meant}?`;
  throw new RuleFault(
    "notify",
    `must name channels of alerts.channels (${
      channels.join(", ") || "there are none"
    }), got ${stray}${advice}`,
  );
}
