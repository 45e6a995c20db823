import type { Log } from "../runtime/log.ts";
import { formatUtc } from "../model/time.ts";
import { tradingText } from "../model/trading_mode.ts";
import type { MarketEvent } from "./market_event.ts";
import { streamFields, streamLine } from "./stream_overview.ts";

/**
 * Writes what happens to each stream into a log of its own: gaps, heals, contracts, labels, revisions, and the
 * summary every five venue minutes. Connections log their own changes of state.
 */
export class StreamLog {
  readonly #log: (source: string) => Log;
  readonly #logs = new Map<string, Log>();

  /** @param log the log of an instrument, by its name. */
  constructor(log: (source: string) => Log) {
    this.#log = log;
  }

  take(event: MarketEvent): void {
    switch (event.kind) {
      case "gap": {
        const { from, to, reason } = event;
        return this.#of(event.instrument).warn(`Gap: ${reason}`, { from, to, ...spanOf(event) });
      }
      case "heal": {
        const { from, to, filled, absent } = event;
        return this.#of(event.instrument)
          .info("History came", { from, to, filled, absent, ...spanOf(event) });
      }
      case "contract": {
        const { contract, expiry, rollAt } = event;
        return this.#of(event.instrument).info(`Contract ${contract}`, { expiry, rollAt });
      }
      case "label":
        return this.#of(event.instrument).warn(`The venue now sends ${event.source} data`);
      case "trading":
        return this.#of(event.instrument).warn(`The venue says that it ${tradingText(event.mode)}`);
      case "follow":
        return this.#of(event.instrument.id).info("Followed from now on");
      case "unfollow":
        return this.#of(event.instrument).info("Not followed any more");
      case "bar": {
        if (event.change !== "revision") return;
        const { openTime, revision } = event.bar;
        return this.#of(event.instrument)
          .info("The venue revised a minute", { openTime, revision, utc: formatUtc(openTime) });
      }
      case "summary":
        for (const stream of event.streams) {
          const fields = { summary: true, time: event.time, ...streamFields(stream) };
          this.#of(stream.instrument).info(streamLine(stream), fields);
        }
    }
  }

  #of(instrument: string): Log {
    const known = this.#logs.get(instrument) ?? this.#log(instrument);
    this.#logs.set(instrument, known);
    return known;
  }
}

function spanOf({ from, to }: { readonly from: number; readonly to: number }) {
  return { utc: `${formatUtc(from)} to ${formatUtc(to)}` };
}
