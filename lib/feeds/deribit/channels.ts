import { SECOND } from "../../model/time.ts";
import type { Clock } from "../../runtime/clock.ts";
import { decodeNames } from "../../wire/deribit_result.ts";
import type { Pace } from "../pace.ts";
import { channelMissing } from "./explain.ts";
import type { MarketError } from "../../model/errors.ts";
import type { IndexStream } from "./index_stream.ts";
import type { RpcLine } from "./rpc_line.ts";

export interface ChannelsOptions {
  readonly line: RpcLine;
  readonly clock: Clock;
  readonly pace: Pace;
  /** A failure that does not end the connection. */
  readonly report: (error: MarketError) => void;
}

const PLATFORM = "platform_state";
/** What Deribit did not accept is asked for again after this, venue ms and local ms. */
const AGAIN_MS = 30 * SECOND;
const AGAIN_FLOOR_MS = SECOND;

/**
 * The channels of a connection: those that are wanted, held against those that Deribit says it has accepted. A
 * channel that it leaves out is reported and asked for again, slowly.
 */
export class Channels {
  readonly #options: ChannelsOptions;
  readonly #accepted = new Set<string>();
  #askAt = -Infinity;

  constructor(options: ChannelsOptions) {
    this.#options = options;
  }

  /** Its channel was accepted and has said nothing for long: it is asked for again with the next look. */
  doubt(stream: IndexStream): void {
    this.#accepted.delete(stream.channel);
    this.#askAt = -Infinity;
    stream.resubscribes++;
  }

  /** True while Deribit has accepted the channel of an index. */
  has(stream: IndexStream): boolean {
    return this.#accepted.has(stream.channel);
  }

  /** Asks for what is wanted and gives up what is not. @throws {RefusedCall} {MarketError} as calls do. */
  async reconcile(streams: readonly IndexStream[], signal: AbortSignal): Promise<void> {
    const { line, clock, pace, report } = this.#options;
    const wanted = [...streams.map(({ channel }) => channel), PLATFORM];
    const surplus = [...this.#accepted].filter((channel) => !wanted.includes(channel));
    if (surplus.length > 0) {
      await line.call("public/unsubscribe", { channels: surplus }, signal);
      for (const channel of surplus) this.#accepted.delete(channel);
    }
    const missing = wanted.filter((channel) => !this.#accepted.has(channel));
    if (missing.length === 0 || clock.monotonic() < this.#askAt) return;
    this.#askAt = clock.monotonic() + pace(AGAIN_MS, AGAIN_FLOOR_MS);
    const { result } = await line.call("public/subscribe", { channels: missing }, signal);
    const accepted = decodeNames(result) ?? [];
    for (const channel of accepted) this.#accepted.add(channel);
    for (const stream of streams) {
      if (!missing.includes(stream.channel) || this.has(stream)) continue;
      const isNews = stream.valueTrouble?.code !== "channel-missing";
      stream.valueTrouble = channelMissing(stream.index.id, stream.channel);
      if (isNews) report(stream.valueTrouble);
    }
  }
}
