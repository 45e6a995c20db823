import type { Config } from "../feeds/config.ts";
import { targetOf } from "../market/market_storage.ts";
import { type Clock, sleep } from "../runtime/clock.ts";
import { openStore } from "../store/open_store.ts";
import type { Store } from "../store/store.ts";
import { type BusMeta, metaOf } from "../bus/bus_message.ts";
import { META_SUBJECT } from "../bus/bus_subject.ts";
import type { NatsClient } from "../bus/nats_client.ts";

/** What {@link openBusStore} needs beside a configuration. */
export interface BusStoreOptions {
  readonly client: Pick<NatsClient, "last">;
  readonly configFile: string | undefined;
  /** The machine's. */
  readonly clock: Clock;
  /** Stops waiting for the first message. */
  readonly signal: AbortSignal;
}

/** Between two looks whether anything was published, local ms. */
const LOOK_MS = 500;

/**
 * Opens the configured store for the kind of data that a stream holds; waits until that is known.
 *
 * @returns undefined where it was stopped before.
 * @throws {MarketError} as `openStore`.
 */
export async function openBusStore(
  config: Config,
  { client, configFile, clock, signal }: BusStoreOptions,
): Promise<Store | undefined> {
  let meta: BusMeta | undefined;
  while (meta === undefined) {
    const held = await client.last(META_SUBJECT);
    if (held !== undefined) meta = metaOf(held.text);
    else await sleep(clock, LOOK_MS, signal).catch(() => {});
    if (signal.aborted) return undefined;
  }
  const { dataKind, market } = meta;
  const target = await targetOf(config, dataKind, configFile);
  return await openStore({
    ...target,
    dataKind,
    clock,
    ...(market === undefined ? {} : { market }),
  });
}
