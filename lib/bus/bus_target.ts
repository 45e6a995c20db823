import { MarketError } from "../model/errors.ts";
import type { Instrument } from "../model/instrument.ts";
import type {
  DataKind,
  RowTarget,
  SimulatedMarket,
  StoreBatch,
  StoreChange,
} from "../store/store.ts";
import { type BusMeta, messagesOf, metaMessage, metaOf } from "./bus_message.ts";
import { META_SUBJECT } from "./bus_subject.ts";
import type { NatsClient } from "./nats_client.ts";

/** What a {@link BusTarget} needs. */
export interface BusTargetOptions {
  readonly client: Pick<NatsClient, "publish" | "last" | "place">;
  readonly dataKind: DataKind;
  /** Of simulated data: another market is refused. */
  readonly market?: SimulatedMarket;
  /** @throws {RangeError} for one that is not known. */
  readonly instrumentOf: (id: string) => Instrument;
}

/** Rows of a market on their way to a broker: a batch is written when all its messages are acknowledged. */
export class BusTarget implements RowTarget {
  readonly dataKind: DataKind;
  readonly #options: BusTargetOptions;

  private constructor(options: BusTargetOptions) {
    this.#options = options;
    this.dataKind = options.dataKind;
  }

  /** Says what the stream holds. @throws {MarketError} `bus-kind` for a stream that holds other data. */
  static async open(options: BusTargetOptions): Promise<BusTarget> {
    const { client, dataKind, market } = options;
    const meta: BusMeta = { dataKind, ...(market === undefined ? {} : { market }) };
    const held = await client.last(META_SUBJECT);
    if (held !== undefined) assertSame(metaOf(held.text), meta, client.place);
    await client.publish([metaMessage(meta)]);
    return new BusTarget(options);
  }

  async write(...batches: readonly StoreBatch[]): Promise<StoreChange> {
    const { client, instrumentOf } = this.#options;
    let bars = 0, trades = 0;
    for (const batch of batches) {
      const messages = messagesOf(batch, instrumentOf);
      await client.publish(messages.rows);
      await client.publish(messages.coverage);
      for (const { bars: { openTime } } of batch.bars ?? []) bars += openTime.length;
      for (const { trades: { id } } of batch.trades ?? []) trades += id.length;
    }
    // What is new among them is for those to say who keep them.
    return { bars, revisions: 0, trades };
  }

  /** The broker lets go of what is old by itself. */
  dropTrades(): Promise<number> {
    return Promise.resolve(0);
  }

  /** What is written is acknowledged. */
  flush(): Promise<void> {
    return Promise.resolve();
  }

  /** The connection is that of the market. */
  close(): Promise<void> {
    return Promise.resolve();
  }
}

function assertSame(held: BusMeta, own: BusMeta, place: string): void {
  const isSame = held.dataKind === own.dataKind && held.market?.seed === own.market?.seed &&
    held.market?.start === own.market?.start;
  if (isSame) return;
  throw new MarketError(
    "bus-kind",
    "configure",
    `The stream at ${place} holds ${nameOf(held)}, and this is ${
      nameOf(own)
    }: they never mix. Name another stream and ` +
      "broker in bus.",
  );
}

function nameOf({ dataKind, market }: BusMeta): string {
  return market === undefined
    ? `${dataKind} data`
    : `the simulated market of seed ${market.seed} that starts at ${market.start}`;
}
