import { assetsOf } from "../../model/instrument.ts";
import { addressOf, hostPortOf } from "../../runtime/address.ts";
import { list, section, upperCase, webSocketUrl, webUrl } from "../../runtime/config_fields.ts";
import { defineVenue } from "../venue_definition.ts";
import { checkBinance } from "./doctor.ts";
import { createBinanceFeed } from "./feed.ts";
import { hostOfOtherMarket, usualHostsOf } from "./hosts.ts";
import { binanceInstruments } from "./instruments.ts";

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
    symbols: list(upperCase()).default([]),
  }),
  listKey: "usdm.symbols",
  instruments: ({ symbols }) => binanceInstruments({ ...USDM, symbols }),
  followable: "USD-M symbols such as ETHUSDT@usdm",
  instrumentOf(id) {
    const [, symbol] = /^([A-Z0-9]{5,20})@usdm$/.exec(id) ?? [];
    const isPair = symbol !== undefined &&
      assetsOf({ id: symbol, kind: "crypto", currency: "" }).quote !== undefined;
    return isPair ? binanceInstruments({ ...USDM, symbols: [symbol] })[0] : undefined;
  },
  createFeed: (context, settings, { httpGet, openWebSocket }) =>
    createBinanceFeed(context, { ...USDM, ...settings, httpGet, openSocket: openWebSocket }),
  describe: () => "Binance.com usdm",
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
  check: (settings, probes) =>
    checkBinance({ ...settings, market: "usdm", title: "Binance USD-M", section: "usdm" }, probes),
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
