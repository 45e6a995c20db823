import { addressOf, hostPortOf } from "../../runtime/address.ts";
import {
  list,
  oneOf,
  section,
  symbolName,
  webSocketUrl,
  webUrl,
} from "../../runtime/config_fields.ts";
import { isVenueSymbol } from "../../model/venue_symbol.ts";
import { defineVenue } from "../venue_definition.ts";
import { checkBinance } from "./doctor.ts";
import { createBinanceFeed } from "./feed.ts";
import { hostOfOtherMarket, simulatedAt, withBinanceHosts } from "./hosts.ts";
import { binanceInstruments, quoteOf } from "./instruments.ts";

/** Binance: spot, or with `market: usdm` the USD-M futures. */
export const binanceVenue = defineVenue({
  id: "binance",
  title: "Binance",
  role: "trading",
  settings: section({
    market: oneOf(["spot", "usdm"]).default("spot"),
    streamUrl: webSocketUrl(),
    restUrl: webUrl(),
    streamAlternatives: list(webSocketUrl()),
    restAlternatives: list(webUrl()),
    symbols: list(symbolName()).default(["BTCUSDT"]),
  }, withBinanceHosts),
  listKey: "binance.symbols",
  instruments: binanceInstruments,
  followable: "symbols such as ETHUSDT",
  instrumentOf: (id, { market }) =>
    isVenueSymbol(id) && quoteOf(id) !== undefined
      ? binanceInstruments({ market, symbols: [id] })[0]
      : undefined,
  createFeed: (context, settings, { httpGet, openWebSocket }) =>
    createBinanceFeed(context, { ...settings, httpGet, openSocket: openWebSocket }),
  describe: ({ exchange }) =>
    `Binance.com${exchange === "spot" ? "" : ` ${exchange === "usdm" ? "USD-M" : exchange}`}`,
  hosts: ({ restUrl, streamUrl }) => [hostPortOf(restUrl), hostPortOf(streamUrl)],
  refusal(settings) {
    const stray = hostOfOtherMarket(settings);
    return stray === undefined
      ? undefined
      : `binance.market is ${settings.market}, and ${stray} serves the other market; leave the hosts of Binance out to take the usual ones`;
  },
  check: (settings, probes) => checkBinance(settings, probes),
  simulated: {
    port: 9080,
    addressOf: ({ restUrl }) => addressOf(restUrl),
    at: simulatedAt,
    load: async () => (await import("../../simulator/binance/embedded.ts")).embeddedBinance,
  },
});
