import assert from "node:assert/strict";
import { parseConfig } from "../../lib/feeds/config.ts";
import { streamLine } from "../../lib/market/stream_overview.ts";
import { dataRemark } from "../../lib/market/data_remarks.ts";
import { instrumentFreshness } from "../../lib/market/instrument_freshness.ts";
import type { Market } from "../../lib/market/market.ts";
import { marketFreshness } from "../../lib/market/market_freshness.ts";
import { openMarket } from "../../lib/market/open_market.ts";
import { HOUR, MINUTE } from "../../lib/model/time.ts";
import type { TradingMode } from "../../lib/model/trading_mode.ts";
import { connectionTable } from "../../lib/notebook/panels/connection_table.ts";
import { deskHeader } from "../../lib/notebook/panels/desk_header.ts";
import { until } from "../support/simulated_market.ts";

const CONFIG = parseConfig({
  yaml: `clock: { speed: 60 }
data: { backfillHours: 1 }
ibkr: { futures: [] }
binance: { symbols: [] }
deribit: { enabled: false }
coinbase: { symbols: [BTC-USD, ETH-USD] }
kraken: { symbols: [BTC/USD] }
`,
});
const COINBASE = "BTC-USD@coinbase", OTHER = "ETH-USD@coinbase", KRAKEN = "BTC-USD@kraken";

async function withMarket(body: (market: Market) => Promise<void>): Promise<void> {
  await using market = await openMarket({}, { config: CONFIG });
  await until(() => market.status().state === "live", 60_000, "the market is live");
  await body(market);
}

/** Longer than any test. */
const LONG_MS = 10 * HOUR;
/** Another state takes the place of the one before, and is over at once. */
const END = { kind: "limit-only", durationMs: 1 } as const;

const freshOf = (market: Market, id: string) => instrumentFreshness(market.status(), [id])[0]!;

/** Waits until the venue has said it and the feed has read it. */
async function untilMode(market: Market, id: string, mode: TradingMode | undefined): Promise<void> {
  const name = `${id} is ${mode ?? "as usual"}`;
  await until(() => freshOf(market, id).trading === mode, 60_000, name);
}

Deno.test("a market that its venue has shut is closed, and header and data health say how", () =>
  withMarket(async (market) => {
    const modes: [string, TradingMode][] = [];
    market.onEvent((event) => {
      if (event.kind === "trading") modes.push([event.instrument, event.mode]);
    });
    const server = market.simulator!.server("coinbase");
    server.strike({ kind: "cancel-only", durationMs: LONG_MS });
    await untilMode(market, COINBASE, "cancel-only");

    assert.equal(freshOf(market, COINBASE).standing, "closed");
    assert.equal(freshOf(market, OTHER).standing, "live", "the other product goes on");
    const remark = dataRemark(freshOf(market, COINBASE))!;
    assert.deepEqual([remark.word, remark.isFault], ["cancel-only", false]);
    const all = marketFreshness(market, [COINBASE, OTHER, KRAKEN]);
    assert.deepEqual([all.word, all.isStale, all.troubles], ["part live", false, []]);
    assert.match(all.remark!, /^BTC\/USD \(Coinbase\) cancel-only/);
    const header = await deskHeader(market).draw("header");
    assert.match(header.html ?? header.text, /cancel-only, to \d\d:\d\d/);
    assert.match((await connectionTable(market).draw("health")).text, /closed \(cancel-only\)/);
    const overview = market.status().streams.find(({ instrument }) => instrument === COINBASE)!;
    assert.match(streamLine(overview), /closed \(cancel-only\): /);
    assert.ok(
      market.journal.entries.some(({ source, level, text }) =>
        source === COINBASE && level === "warning" &&
        text === "is in cancel-only mode: nothing trades"
      ),
    );

    const since = market.venueTime;
    await until(() => market.venueTime > since + 4 * MINUTE, 60_000, "four minutes pass");
    server.strike(END);
    await untilMode(market, COINBASE, undefined);
    await until(() => freshOf(market, COINBASE).standing === "live", 60_000, "it is live again");
    assert.doesNotMatch((await connectionTable(market).draw("health")).text, /cancel-only/);
    await until(() => modes.at(-1)?.[1] === "online", 60_000, "that it trades again is an event");
    assert.deepEqual(modes, [[COINBASE, "cancel-only"], [COINBASE, "online"]]);
    // The next trade, or the next question, says that they had none.
    const isOld = ({ to }: { readonly to: number }) => to < market.venueTime - 5 * MINUTE;
    const isWhole = () => !market.coverage(COINBASE).missing.some(isOld);
    await until(
      () => isWhole() && market.coverage(COINBASE).absent >= 3,
      60_000,
      "minutes without a trade are no holes",
    );
    const { absent } = market.coverage(COINBASE);
    assert.ok(absent >= 3, `${absent} minutes in which nothing was traded`);
  }));

Deno.test("Kraken's system states hold for all of its pairs, at once and until it says otherwise", () =>
  withMarket(async (market) => {
    const server = market.simulator!.server("kraken");
    for (const mode of ["post-only", "cancel-only"] as const) {
      server.strike({ kind: mode, durationMs: LONG_MS });
      await untilMode(market, KRAKEN, mode);
      assert.equal(freshOf(market, KRAKEN).standing, "closed");
      assert.equal(freshOf(market, COINBASE).standing, "live");
      server.strike(END);
      await untilMode(market, KRAKEN, undefined);
      await until(() => freshOf(market, KRAKEN).standing === "live", 60_000, "it is live again");
    }
    server.strike({ kind: "limit-only", durationMs: LONG_MS });
    await untilMode(market, KRAKEN, "limit-only");
    assert.equal(freshOf(market, KRAKEN).standing, "live", "limit orders are matched");
    const { word, remark } = marketFreshness(market, [KRAKEN]);
    assert.deepEqual([word, remark], ["live", "BTC/USD (Kraken) limit-only"]);
    server.strike(END);
    await untilMode(market, KRAKEN, undefined);
    server.strike({ kind: "maintenance", durationMs: 4 * MINUTE });
    await until(() => freshOf(market, KRAKEN).standing === "stale", 60_000, "it is away");
    assert.match(market.status().message, /Kraken/);
    const isBack = () => freshOf(market, KRAKEN).standing === "live";
    await until(isBack, 60_000, "it is back");
  }));

Deno.test("every state of a Coinbase product is shown by its own word", () =>
  withMarket(async (market) => {
    const server = market.simulator!.server("coinbase");
    for (const mode of ["offline", "auction", "post-only", "delisted", "limit-only"] as const) {
      server.strike({ kind: mode, durationMs: LONG_MS });
      await untilMode(market, COINBASE, mode);
      const { standing } = freshOf(market, COINBASE);
      assert.equal(standing, mode === "limit-only" ? "live" : "closed", mode);
      const { remark = "" } = marketFreshness(market, [COINBASE]);
      assert.match(remark, new RegExp(`^BTC/USD( \\(Coinbase\\))? ${mode}`));
      server.strike(END);
      await untilMode(market, COINBASE, undefined);
    }
  }));
