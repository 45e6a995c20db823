import type { Market } from "../market/market.ts";
import type { AlertRule } from "../model/alert.ts";
import type { Source } from "../model/instrument.ts";
import { type Clock, systemClock } from "../runtime/clock.ts";
import { type Log, silentLog } from "../runtime/log.ts";
import { AlertDesk } from "./alert_desk.ts";
import type { AlertCheckpoint, AlertOutbox } from "./alert_outbox.ts";
import { AlertSink } from "./alert_sink.ts";
import { parseRule } from "./rule.ts";
import type { RuleMarket } from "./rule_market.ts";

/** What {@link openAlerts} takes beside the rules. */
export interface OpenAlertsOptions {
  /** Keeps alerts and sends their messages. @default they reach the log, the event stream and the page alone */
  readonly outbox?: AlertOutbox | undefined;
  /** Where judging stood at the end of the process before. @default nothing was judged */
  readonly checkpoint?: AlertCheckpoint | undefined;
  readonly clock?: Clock;
  readonly log?: Log;
}

/** Watches a market by checked rules, from the next minute that closes. */
export function openAlerts(
  market: Market,
  rules: readonly AlertRule[],
  { outbox, checkpoint, clock = systemClock, log = silentLog }: OpenAlertsOptions = {},
): AlertDesk {
  const desk = new AlertDesk({
    market: ruleMarketOf(market),
    rules,
    now: () => clock.now(),
    checkpoint,
    isBackfilled: (id) => market.isBackfilled(id),
    deliveries: outbox === undefined ? undefined : () => outbox.status,
  });
  const sink = new AlertSink(desk, { outbox, log });
  desk.settle = () => sink.flush();
  market.watchBy(desk);
  market.attach(sink);
  return desk;
}

/** Watches a market by other checked rules, in the place of those it is watched by. */
export function setRules(
  market: Market,
  rules: readonly AlertRule[],
  options: Pick<OpenAlertsOptions, "log"> = {},
): AlertDesk {
  const { alerts } = market;
  if (!(alerts instanceof AlertDesk)) return openAlerts(market, rules, options);
  alerts.setRules(rules);
  market.watchBy(alerts);
  return alerts;
}

/**
 * Watches a market by these rules, in the place of those it is watched by: what `alerts.rules` of the configuration
 * does from the start. Each change of an alert comes as an `alert` event; `market.alerts` shows where the rules stand.
 *
 * @param rules with the keys of the configuration: `{ name, metric, of, fire, … }`. One that measures what it did
 * keeps its state.
 * @throws {RangeError} naming rule, key and what to do.
 *
 * @example
 * ```ts ignore
 * armAlerts(market, [{ name: "wide", metric: "zscore", of: "ETHUSDT/BTCUSDT", fire: "beyond 2" }]);
 * ```
 */
export function armAlerts(market: Market, rules: readonly object[]): AlertDesk {
  const { alerts } = market;
  const channels = alerts?.deliveries?.channels.map(({ name }) => name) ?? [];
  const scope = { instruments: market.instruments, channels };
  return setRules(market, rules.map((rule) => parseRule(rule, scope)));
}

/**
 * A market as rules look at it. An alert says what its data is, not how it came: a replay of the simulated market gives
 * the alerts that were given live, to the byte.
 */
export function ruleMarketOf(market: Market): RuleMarket {
  const instrument = (id: string) => market.instruments.find((one) => one.id === id);
  const isOfSimulation = market.replay?.tape.manifest.source === "simulated";
  const labelOf = (source: Source) => isOfSimulation && source === "replay" ? "simulated" : source;
  return {
    instrument,
    minuteGrid: (id) => market.minuteGrid(id),
    sourceOf: (id) => labelOf(instrument(id) === undefined ? market.source : market.sourceOf(id)),
    instrumentsOf: (venue) =>
      market.instruments.filter((one) => one.venue === venue).map(({ id }) => id),
  };
}
