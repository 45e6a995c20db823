import type { DeliveryReceipt } from "../model/delivery.ts";
import type { Clock } from "../runtime/clock.ts";
import { httpPost } from "../runtime/http_post.ts";
import type { Log } from "../runtime/log.ts";
import type { SecretPorts } from "../runtime/secret.ts";
import { sendMail } from "../runtime/smtp.ts";
import type { AlertStore } from "../store/late_store.ts";
import type { AlertCheckpoint } from "./alert_outbox.ts";
import type { ChannelPorts } from "./channels/channel.ts";
import type { ChannelEntry } from "./channels/kind.ts";
import { openChannels } from "./channels/registry.ts";
import { NOTE, readCheckpoint, WATCHED_NOTE } from "./delivery/checkpoint.ts";
import { Outbox } from "./outbox.ts";

/** What {@link openDelivery} needs. */
export interface DeliveryOptions {
  /** `alerts.channels` of the configuration. */
  readonly channels: Readonly<Record<string, ChannelEntry>>;
  /** What earlier processes left is read there, and all is written there. @default in memory, for the run */
  readonly store?: AlertStore | undefined;
  /** False to begin anew, whatever earlier processes left. @default true */
  readonly isResumed?: boolean;
  readonly clock: Clock;
  readonly log: Log;
  /** Where secrets are read. */
  readonly from?: SecretPorts;
  readonly onReceipt?: (receipt: DeliveryReceipt) => void;
}

/** An outbox at work, and where judging stood when the process before this one ended. */
export interface OpenDelivery {
  readonly outbox: Outbox;
  readonly checkpoint: AlertCheckpoint | undefined;
}

/**
 * Opens the channels of a configuration and takes up what an earlier process left.
 *
 * @throws {MarketError} for a channel that is configured wrongly, or a store that cannot be read.
 */
export async function openDelivery(
  { channels, store, isResumed = true, clock, log, from = {}, onReceipt }: DeliveryOptions,
): Promise<OpenDelivery> {
  const open = await openChannels(channels, machinePorts(clock), from);
  const before = isResumed ? store : undefined;
  const left = await before?.deliveries() ?? [];
  const checkpoint = readCheckpoint(await before?.note(NOTE), await before?.note(WATCHED_NOTE));
  const options = { channels: open, store, left, clock, log };
  const outbox = new Outbox(onReceipt === undefined ? options : { ...options, onReceipt });
  return { outbox, checkpoint };
}

/** The machine's own ways out. */
export function machinePorts(clock: Clock): ChannelPorts {
  return { post: httpPost, mail: sendMail, clock };
}
