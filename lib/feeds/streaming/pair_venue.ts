import type { Instrument } from "../../model/instrument.ts";
import { addressOf, hostPortOf } from "../../runtime/address.ts";
import { list, section, text, webSocketUrl, webUrl } from "../../runtime/config_fields.ts";
import type { EmbeddedVenue } from "../../simulator/embedded_venue.ts";
import { defineVenue } from "../venue_definition.ts";
import type { StreamingAdapter } from "./adapter.ts";
import { checkStreaming } from "./doctor.ts";
import { StreamingFeed } from "./feed.ts";

/** What is the venue's own of one that lists pairs of assets on a spot market. */
export interface PairVenue<Id extends string> {
  readonly id: Id;
  /** Stands between base and quote in its symbols: `/` in `BTC/USD`. */
  readonly separator: string;
  readonly restUrl: string;
  readonly adapter: StreamingAdapter;
  /** The server that stands in for it: its usual port, where its streams are, and how it is loaded. */
  readonly simulated: {
    readonly port: number;
    readonly streamPath?: string;
    load(): Promise<EmbeddedVenue>;
  };
}

/** Characters of an asset's name. */
const ASSET = "[A-Z0-9]{1,20}";

/** A venue whose instruments are pairs: `BTC-USD@kraken` is its `BTC/USD`. */
export function pairVenue<const Id extends string>(
  { id, separator, restUrl, adapter, simulated }: PairVenue<Id>,
) {
  const { title, streamUrl } = adapter.explain;
  const { port, streamPath = "", load } = simulated;
  const symbolForm = new RegExp(`^${ASSET}${separator}${ASSET}$`);
  const idForm = new RegExp(`^(${ASSET})-(${ASSET})@${id}$`);
  const rule =
    `must be upper-case assets with ${separator} between them, such as BTC${separator}USD`;
  return defineVenue({
    id,
    title,
    role: "trading",
    settings: section({
      streamUrl: webSocketUrl().default(streamUrl),
      restUrl: webUrl().default(restUrl),
      symbols: list(text(rule, (symbol) => symbolForm.test(symbol))).default([]),
    }),
    listKey: `${id}.symbols`,
    instruments: ({ symbols }) => symbols.map((symbol) => pairOf(id, symbol, separator)),
    followable: `${title} pairs such as ETH-USD@${id}`,
    instrumentOf(name) {
      const [, base, quote] = idForm.exec(name) ?? [];
      if (base === undefined || quote === undefined) return undefined;
      return pairOf(id, `${base}${separator}${quote}`, separator);
    },
    createFeed: (context, { streamUrl, restUrl, symbols }, { httpGet, openWebSocket }) => {
      const instruments = symbols.map((symbol) => pairOf(id, symbol, separator));
      const options = { streamUrl, restUrl, httpGet, openSocket: openWebSocket };
      return new StreamingFeed(context, adapter, instruments, options);
    },
    describe: () => title,
    hosts: ({ restUrl, streamUrl }) => [hostPortOf(restUrl), hostPortOf(streamUrl)],
    check: ({ restUrl, streamUrl, symbols }, probes) =>
      checkStreaming({ adapter, restUrl, streamUrl, symbols }, probes),
    simulated: {
      port,
      addressOf: ({ restUrl }) => addressOf(restUrl),
      at: ({ host, port }) => ({
        streamUrl: `ws://${host}:${port}${streamPath}`,
        restUrl: `http://${host}:${port}`,
      }),
      load,
    },
  });
}

function pairOf(venue: string, symbol: string, separator: string): Instrument {
  const [base = "", quote = ""] = symbol.split(separator, 2);
  return {
    id: `${base}-${quote}@${venue}`,
    venue,
    kind: "crypto",
    exchange: "spot",
    currency: quote,
    symbol,
  };
}
