import { z } from "zod";
import {
  exchangeRule,
  findProduct,
  PRODUCTS,
  ROOT_RULE,
  tradesAt,
} from "../../calendar/products.ts";
import {
  entry,
  hostName,
  list,
  oneOf,
  port,
  section,
  text,
  upperCase,
  whole,
} from "../../runtime/config_fields.ts";
import { defineVenue } from "../venue_definition.ts";
import { checkGateway } from "./doctor.ts";
import { createIbkrFeed } from "./feed.ts";
import { ibkrInstruments, instrumentOf } from "./instruments.ts";
import { stoqeyGatewayOver } from "./stoqey_gateway.ts";

const MAX_INT32 = 2_147_483_647;
const MANUAL_EXPIRY = "must be YYYYMM, YYYYMMDD or null";
const FUTURE = "must be { symbol, exchange }, such as { symbol: ES, exchange: CME }";
const INDEX = "must be { symbol, exchange }, such as { symbol: VIX, exchange: CBOE }";
const ACCOUNTS = { paper: " Paper", live: " Live" } as const;

function root() {
  return upperCase().refine((symbol) => findProduct(symbol) !== undefined, `must be ${ROOT_RULE}`);
}

function checkExchange(
  { symbol, exchange }: { readonly symbol: string; readonly exchange: string },
  context: z.RefinementCtx,
): void {
  const product = findProduct(symbol);
  if (product === undefined || tradesAt(product, exchange)) return;
  context.addIssue({ code: "custom", path: ["exchange"], message: exchangeRule(product) });
}

/** Futures through TWS or IB Gateway. */
export const ibkrVenue = defineVenue({
  id: "ibkr",
  title: "IBKR",
  role: "trading",
  settings: section({
    host: hostName().default("127.0.0.1"),
    port: port().default(4002),
    clientId: whole(0, MAX_INT32).default(17),
    futures: list(
      entry({ symbol: root(), exchange: upperCase() }, FUTURE).superRefine(checkExchange),
      ({ symbol }) => symbol,
    ).default([
      { symbol: "ES", exchange: "CME" },
      { symbol: "NQ", exchange: "CME" },
    ]),
    indices: list(
      entry({ symbol: upperCase(), exchange: upperCase() }, INDEX),
      ({ symbol }) => symbol,
    )
      .default([]),
    // Unquoted in YAML it is a number.
    manualExpiry: z.preprocess(
      (value) => typeof value === "number" ? String(value) : value,
      text(MANUAL_EXPIRY, (value) => /^\d{6}(\d{2})?$/.test(value)).nullable(),
    ).default(null),
    roll: oneOf(["date", "volume"]).default("date"),
    marketDataType: oneOf(["live", "live-or-delayed", "frozen", "delayed", "delayed-frozen"])
      .default("live"),
  }),
  listKey: "ibkr.futures",
  instruments: ibkrInstruments,
  followable: `roots of futures ${
    PRODUCTS.map(({ root }) => root).join(" ")
  }, others once they have a row in lib/calendar/products.ts`,
  instrumentOf(id) {
    const product = findProduct(id);
    return product && instrumentOf(product);
  },
  createFeed: (context, settings, { connectTcp }) =>
    createIbkrFeed(context, { ...settings, openGateway: stoqeyGatewayOver(connectTcp) }),
  describe: ({ exchange }, account) =>
    `${exchange} via IBKR${account === undefined ? "" : ACCOUNTS[account]}`,
  hosts: ({ host, port }) => [`${host}:${port}`],
  check: checkGateway,
  simulated: {
    port: 4002,
    addressOf: ({ host, port }) => ({ host, port }),
    at: ({ host, port }) => ({ host, port }),
    load: async () => (await import("../../simulator/tws/embedded.ts")).embeddedTws,
  },
});
