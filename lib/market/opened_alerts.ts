import type { DeliveryOptions } from "../alerts/open_delivery.ts";
import type { Config } from "../feeds/config.ts";
import type { Instrument } from "../model/instrument.ts";
import type { Market } from "./market.ts";

/** Rules that have been checked and channels that are open, for a market that is not there yet. */
export interface OpenedAlerts {
  watch(market: Market): void;
  /** For a market that never came. */
  close(): Promise<void>;
}

/** What watches a market by the rules of its configuration, all of them checked; undefined without any, and channels. */
export async function alertsOf(
  { alerts: { rules: written, channels } }: Config,
  instruments: readonly Instrument[],
  options: Omit<DeliveryOptions, "channels">,
): Promise<OpenedAlerts | undefined> {
  const { store, isResumed = true } = options;
  const kept = store === undefined || !isResumed
    ? undefined
    : await import("../alerts/kept_rules.ts");
  const note = await store?.note(kept?.RULES_NOTE ?? "");
  const isEmpty = written.length === 0 && Object.keys(channels).length === 0;
  if (isEmpty && note === undefined) return undefined;
  const { openAlerts } = await import("../alerts/open_alerts.ts");
  const { openDelivery } = await import("../alerts/open_delivery.ts");
  const { parseRule, rulesOf } = await import("../alerts/rule.ts");
  const configured = rulesOf({ rules: written, channels }, instruments);
  const scope = { instruments, channels: Object.keys(channels) };
  const { rules, refused } = kept?.withChanges(
    configured,
    kept.readChanges(note),
    (settings) => parseRule(settings, scope),
  ) ?? { rules: configured, refused: [] };
  for (const reason of refused) options.log.warn(`A kept rule is not watched: ${reason}`);
  const { outbox, checkpoint } = await openDelivery({ channels, ...options });
  const { clock, log } = options;
  return {
    watch: (market) => void openAlerts(market, rules, { outbox, checkpoint, clock, log }),
    close: () => outbox.close(),
  };
}
