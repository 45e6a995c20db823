import { MarketError } from "../model/errors.ts";
import type { Instrument } from "../model/instrument.ts";
import { MINUTE } from "../model/time.ts";
import { BusFormatError } from "./bus_fields.ts";
import { type BusMeta, metaOf } from "./bus_message.ts";
import { addressOf, META_SUBJECT } from "./bus_subject.ts";
import type { NatsClient } from "./nats_client.ts";
import { readableBatch } from "./readable_batch.ts";

/** An instrument that a stream holds minutes of. */
export interface Published {
  readonly instrument: Instrument;
  /** Venue time: the end of the newest minute published. */
  readonly to: number;
  /** When that was published, epoch ms UTC by the broker's clock. */
  readonly at: number;
}

/** What a stream holds. */
export interface BusDirectory {
  readonly meta: BusMeta;
  readonly published: readonly Published[];
}

/** Instruments of one stream that are looked at. */
const MOST = 2_000;

/**
 * What a stream holds now; undefined where nothing is published yet.
 *
 * @throws {MarketError} `bus-format` where the stream holds what this version cannot read.
 */
export async function readDirectory(
  client: Pick<NatsClient, "last" | "subjects" | "place">,
): Promise<BusDirectory | undefined> {
  const held = await client.last(META_SUBJECT);
  if (held === undefined) return undefined;
  try {
    const meta = metaOf(held.text);
    const published: Published[] = [];
    for (const subject of (await client.subjects()).slice(0, MOST)) {
      if (addressOf(subject)?.kind !== "minutes") continue;
      const found = await newestOf(client, subject);
      if (found !== undefined) published.push(found);
    }
    return published.length === 0 ? undefined : { meta, published };
  } catch (error) {
    if (!(error instanceof BusFormatError)) throw error;
    throw new MarketError(
      "bus-format",
      "configure",
      `What ${client.place} holds cannot be read: ${error.message}. Name the stream of this version in bus.stream.`,
      { cause: error },
    );
  }
}

async function newestOf(
  client: Pick<NatsClient, "last">,
  subject: string,
): Promise<Published | undefined> {
  const held = await client.last(subject);
  if (held === undefined) return undefined;
  // A damaged message is left out: the next one names its instrument.
  const { instruments: [instrument] = [], bars: [rows] = [] } = readableBatch(held);
  const newest = rows?.bars.openTime.at(-1);
  if (instrument === undefined || newest === undefined) return undefined;
  return { instrument, to: newest + MINUTE, at: held.time };
}
