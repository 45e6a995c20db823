import { isVenueSymbol } from "../../model/venue_symbol.ts";
import { addressOf, hostPortOf } from "../../runtime/address.ts";
import { list, section, symbolName, webSocketUrl, webUrl } from "../../runtime/config_fields.ts";
import { defineVenue } from "../venue_definition.ts";
import { checkBinance } from "./doctor.ts";
import { createBinanceFeed } from "./feed.ts";
import { hostOfOtherMarket, usualHostsOf } from "./hosts.ts";
import { binanceInstruments, quoteOf } from "./instruments.ts";

const { streamUrl, restUrl } = usualHostsOf("usdm");
/** The venue, and the market it is of. */
const USDM = { venue: "usdm", market: "usdm" } as const;

/** Binance's USD-M futures beside its spot market. */
export const usdmVenue = defineVenue({
  id: "usdm",
  title: "Binance USD-M",
  role: "trading",
  settings: section({
    streamUrl: webSocketUrl().default(streamUrl),
    restUrl: webUrl().default(restUrl),
    symbols: list(symbolName()).default([]),
  }),
  listKey: "usdm.symbols",
  instruments: ({ symbols }) => binanceInstruments({ ...USDM, symbols }),
  tradeIds: "aggregate",
  followable: "USD-M symbols such as ETHUSDT@usdm",
  instrumentOf(id) {
    const symbol = id.endsWith("@usdm") ? id.slice(0, -"@usdm".length) : "";
    const isPair = isVenueSymbol(symbol) && quoteOf(symbol) !== undefined;
    return isPair ? binanceInstruments({ ...USDM, symbols: [symbol] })[0] : undefined;
  },
  createFeed: (context, settings, { httpGet, openWebSocket }) =>
    createBinanceFeed(context, { ...USDM, ...settings, httpGet, openSocket: openWebSocket }),
  describe: () => "Binance.com USD-M",
  hosts: ({ restUrl, streamUrl }) => [hostPortOf(restUrl), hostPortOf(streamUrl)],
  refusal(settings, { binance }) {
    const stray = hostOfOtherMarket({
      ...settings,
      market: "usdm",
      streamAlternatives: [],
      restAlternatives: [],
    });
    if (stray !== undefined) {
      return `usdm is the futures market, and ${stray} serves the spot market; leave the hosts out to take the usual ones`;
    }
    const other = binance as { readonly market: string; readonly symbols: readonly string[] };
    return settings.symbols.length > 0 && other.market === "usdm" && other.symbols.length > 0
      ? "binance.market: usdm and usdm.symbols must not both be given, they are one market; leave binance.market at spot, or move its symbols to usdm.symbols"
      : undefined;
  },
  check: (settings, probes) => checkBinance({ ...settings, market: "usdm" }, probes, "usdm"),
  simulated: {
    port: 9082,
    addressOf: ({ restUrl }) => addressOf(restUrl),
    at: ({ host, port }) => ({
      streamUrl: `ws://${host}:${port}`,
      restUrl: `http://${host}:${port}`,
    }),
    load: async () => (await import("../../simulator/binance/embedded.ts")).embeddedUsdm,
  },
});
