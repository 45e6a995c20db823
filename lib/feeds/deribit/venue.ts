import { addressOf, hostPortOf } from "../../runtime/address.ts";
import { flag, list, oneOf, section, webSocketUrl } from "../../runtime/config_fields.ts";
import { defineVenue } from "../venue_definition.ts";
import { checkDeribit } from "./doctor.ts";
import { createDeribitFeed } from "./feed.ts";
import { CURRENCIES, deribitInstruments, indexOfId } from "./instruments.ts";

const PATH = "/ws/api/v2";

/** Deribit: its indices of implied volatility, shown beside what is traded. */
export const deribitVenue = defineVenue({
  id: "deribit",
  title: "Deribit",
  role: "index",
  settings: section({
    enabled: flag().default(true),
    url: webSocketUrl().default(`wss://www.deribit.com${PATH}`),
    indices: list(oneOf(CURRENCIES)).default(["BTC"]),
  }),
  listKey: "deribit.indices",
  instruments: deribitInstruments,
  followable: "volatility indices DVOL and DVOL-ETH",
  instrumentOf(id) {
    const index = indexOfId(id);
    return index && deribitInstruments({ indices: [index.currency] })[0];
  },
  createFeed: (context, { url, indices }, { openWebSocket }) =>
    createDeribitFeed(context, { url, indices, openWebSocket }),
  describe: () => "Deribit",
  hosts: ({ url }) => [hostPortOf(url)],
  check: checkDeribit,
  simulated: {
    port: 9081,
    addressOf: ({ url }) => addressOf(url),
    at: ({ host, port }) => ({ url: `ws://${host}:${port}${PATH}` }),
    load: async () => (await import("../../simulator/deribit/embedded.ts")).embeddedDeribit,
  },
});
