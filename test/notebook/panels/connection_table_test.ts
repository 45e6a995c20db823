import assert from "node:assert/strict";
import { openMarket } from "../../../lib/market/open_market.ts";
import type { Market } from "../../../lib/market/market.ts";
import { connectionTable } from "../../../lib/notebook/panels/connection_table.ts";
import { parseConfig } from "../../../lib/feeds/config.ts";

Deno.test("connectionTable says when the next attempt is due, and which history is still to fetch", async () => {
  const config = parseConfig({ overrides: { source: "simulated", clock: { speed: 60 } } });
  await using market = await openMarket({}, { config });
  const status = market.status();
  const retryAt = Date.UTC(2026, 0, 5, 14, 32, 10);
  const backlog = { minutes: 90, requests: 2, position: 1, nextInMs: 0, lastInMs: 900 };
  const troubled = {
    instruments: market.instruments,
    sourceOf: () => "simulated",
    status: () => ({
      ...status,
      venues: status.venues.map((venue) => ({
        ...venue,
        ...(venue.venue === "ibkr"
          ? { state: "recovering", attempt: 4, retryAt }
          : { state: "live", attempt: 0, retryAt: undefined }),
        streams: venue.streams.map(({ backlog: _, ...stream }) =>
          stream.instrument === "NQ"
            ? { ...stream, backlog }
            : { ...stream, state: venue.venue === "ibkr" ? stream.state : "live" }
        ),
      })),
    }),
  };
  const { text } = await connectionTable(troubled as unknown as Market).draw("id");
  assert.match(text, /IBKR +recovering, attempt 4 at 14:32:10 UTC .*ES .* nothing /);
  assert.match(text, /NQ .* 90 minutes in 2 requests, 1 instrument first/);
  assert.match(text, /Binance +live +BTC\/USDT +live/);
});
