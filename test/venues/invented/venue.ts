import { broken, ok } from "../../../lib/feeds/finding.ts";
import { StreamingFeed } from "../../../lib/feeds/streaming/feed.ts";
import { defineVenue } from "../../../lib/feeds/venue_definition.ts";
import { assetsOf, type Instrument } from "../../../lib/model/instrument.ts";
import { addressOf, hostPortOf } from "../../../lib/runtime/address.ts";
import {
  list,
  section,
  upperCase,
  webSocketUrl,
  webUrl,
} from "../../../lib/runtime/config_fields.ts";
import { inventedAdapter } from "./adapter.ts";

function instrumentOf(symbol: string): Instrument {
  const { base, quote = "unknown" } = assetsOf({ id: symbol, kind: "crypto", currency: "" });
  return {
    id: `${base}-${quote}@nimbus`,
    venue: "nimbus",
    kind: "crypto",
    exchange: "spot",
    currency: quote,
    symbol,
  };
}

/** A venue that does not exist. All of it is here, in its decoder and in its adapter. */
export const inventedVenue = defineVenue({
  id: "nimbus",
  title: "Nimbus",
  role: "trading",
  settings: section({
    streamUrl: webSocketUrl().default("wss://feed.nimbus.invalid"),
    restUrl: webUrl().default("https://api.nimbus.invalid"),
    symbols: list(upperCase()).default([]),
  }),
  listKey: "nimbus.symbols",
  instruments: ({ symbols }) => symbols.map(instrumentOf),
  followable: "markets such as ETH-USDT@nimbus",
  instrumentOf(id) {
    const [, base, quote] = /^([A-Z0-9]+)-([A-Z]+)@nimbus$/.exec(id) ?? [];
    return base === undefined || quote === undefined ? undefined : instrumentOf(base + quote);
  },
  createFeed: (context, { streamUrl, restUrl, symbols }, { httpGet, openWebSocket }) =>
    new StreamingFeed(context, inventedAdapter, symbols.map(instrumentOf), {
      streamUrl,
      restUrl,
      httpGet,
      openSocket: openWebSocket,
    }),
  describe: () => "Nimbus",
  hosts: ({ streamUrl, restUrl }) => [hostPortOf(restUrl), hostPortOf(streamUrl)],
  async check({ restUrl }, { get, limitMs }) {
    const { host } = new URL(restUrl);
    const reply = await get(`${restUrl}/v0/clock`, { timeoutMs: limitMs }).catch(() => undefined);
    const time = reply && inventedAdapter.serverTime.read(reply);
    return [
      time === undefined
        ? broken("Nimbus", `${host} does not say its time`, "check nimbus.restUrl")
        : ok("Nimbus", `${host} answers`),
    ];
  },
  simulated: {
    port: 9099,
    addressOf: ({ restUrl }) => addressOf(restUrl),
    at: ({ host, port }) => ({
      streamUrl: `ws://${host}:${port}`,
      restUrl: `http://${host}:${port}`,
    }),
    load: async () => (await import("./server.ts")).inventedServer,
  },
});
