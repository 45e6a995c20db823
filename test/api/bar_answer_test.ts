/** Answers of bars are put together of texts; each must be the very text that `JSON.stringify` makes of the same rows. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { ApiServer } from "../../lib/api/api_server.ts";
import { parseConfig } from "../../lib/feeds/config.ts";
import { barCells } from "../../lib/model/bar_cells.ts";
import { DAY, MINUTE } from "../../lib/model/time.ts";
import { silentLog } from "../../lib/runtime/log.ts";
import { barAt } from "../support/bars.ts";
import { BITCOIN, fakeMarket, START } from "../support/fake_market.ts";

const COLUMNS = ["openTime", "open", "high", "low", "close", "volume", "revision", "source"];
const TIMEFRAMES = ["1m", "5m", "15m", "1h", "4h", "1d", "1s"] as const;
/** Of the grid on which the minutes of a case lie: several texts that are kept together. */
const MINUTES = 400;

const minute = fc.nat(MINUTES - 1);
/** Prices as venues send them, and every other double that may be one. */
const price = fc.oneof(
  fc.integer({ min: 1, max: 10_000_000 }).map((cents) => cents / 100),
  fc.double({ min: 1e-9, max: 1e9, noNaN: true }),
  fc.constantFrom(1e21, 123456789012345680000, 5e-324, 0.1 + 0.2, 1e-7, 4503599627370497.5),
);
const size = fc.oneof(
  fc.constantFrom(0, 5e-324, 1e300),
  fc.double({ min: 0, max: 1e9, noNaN: true }),
);

const bar = fc.record({
  minute,
  prices: fc.array(price, { minLength: 4, maxLength: 4 }),
  volume: size,
});
const stretch = fc.record({ from: minute, count: fc.integer({ min: 1, max: 300 }), price });
const time = fc.oneof(
  minute.map((at) => START + at * MINUTE),
  fc.integer({ min: START - DAY, max: START + DAY }),
);
/** Of a whole answer, more often than not. */
const from = fc.oneof({ arbitrary: fc.constant(START - DAY), weight: 3 }, {
  arbitrary: time,
  weight: 2,
});
const to = fc.oneof({ arbitrary: fc.constant(START + DAY), weight: 3 }, {
  arbitrary: time,
  weight: 2,
});
const query = fc.record({
  timeframe: fc.oneof(
    { arbitrary: fc.constant("1m" as const), weight: 2 },
    { arbitrary: fc.constantFrom(...TIMEFRAMES), weight: 1 },
  ),
  from,
  to,
  cursor: from,
  limit: fc.oneof(fc.integer({ min: 1, max: 70 }), fc.constantFrom(64, 128, 499, 500, 10_000)),
}, { requiredKeys: [] });

const steps = fc.array(
  fc.oneof(
    { arbitrary: fc.record({ ask: query }), weight: 4 },
    { arbitrary: fc.record({ bar }), weight: 2 },
    { arbitrary: fc.record({ stretch }), weight: 2 },
    { arbitrary: fc.record({ heal: bar }), weight: 1 },
  ),
  { minLength: 6, maxLength: 30, size: "max" },
);

function changeOf(
  { prices, volume }: { readonly prices: readonly number[]; readonly volume: number },
) {
  const sorted = prices.toSorted((a, b) => a - b);
  return { open: sorted[1]!, high: sorted[3]!, low: sorted[0]!, close: sorted[2]!, volume };
}

function rig() {
  const { market, feeds, clock } = fakeMarket([BITCOIN]);
  const server = new ApiServer({
    market,
    config: parseConfig(),
    store: undefined,
    clock,
    log: silentLog,
    address: () => ({ host: "127.0.0.1", port: 8377 }),
    token: "a-token-of-the-test",
    upgrade: () => {
      throw new Error("no channel is asked for");
    },
  });
  let peer = 0;
  const answer = async (asked: Readonly<Record<string, string | number>>) => {
    const given = new URLSearchParams(Object.entries(asked).map(([name, one]) => [name, `${one}`]));
    const request = new Request(`http://127.0.0.1:8377/api/v1/bars/BTCUSDT?${given}`, {
      headers: { host: "127.0.0.1:8377" },
    });
    const response = await server.handle(request, `${++peer}`);
    assert.equal(response.status, 200);
    return await response.text();
  };
  const close = async () => {
    server.close();
    await market.close();
  };
  return { market, feed: feeds.get("binance")!, answer, close };
}

type Market = ReturnType<typeof rig>["market"];

/** What the contract says, from the bars themselves. */
function plainAnswer(market: Market, asked: Partial<Record<string, string | number>>): string {
  const { timeframe = "1m", from = 0, to = Infinity, cursor = -1, limit = 500 } = asked;
  const all = market.bars("BTCUSDT", { timeframe: timeframe as "1m" }).filter(({ openTime }) =>
    openTime >= +from && openTime > +cursor && openTime < +to
  );
  const shown = all.slice(0, +limit);
  const next = all.length > shown.length ? `${shown.at(-1)!.openTime}` : null;
  const head = { instrument: "BTCUSDT", timeframe, source: market.sourceOf("BTCUSDT") };
  return JSON.stringify({ ...head, columns: COLUMNS, data: shown.map(barCells), next });
}

Deno.test("an answer of bars is the text that JSON.stringify makes of the same rows, whatever was kept", async () => {
  let rows = 0, pages = 0;
  await fc.assert(
    fc.asyncProperty(steps, async (taken) => {
      const { market, feed, answer, close } = rig();
      try {
        for (const step of taken) {
          if ("bar" in step) feed.bar("BTCUSDT", step.bar.minute, changeOf(step.bar));
          if ("stretch" in step) {
            const { from, count, price } = step.stretch;
            for (let i = from; i < Math.min(MINUTES, from + count); i++) {
              const prices = [price, price * (1 + i / 7_000), price / (1 + i / 3_000), price];
              feed.bar("BTCUSDT", i, changeOf({ prices, volume: i / 3 }));
            }
          }
          if ("heal" in step) {
            const healed = barAt(START + step.heal.minute * MINUTE, 1, changeOf(step.heal));
            const { openTime } = healed;
            feed.context.ledgers.get("BTCUSDT")!.offer(healed, "history");
            const span = { from: openTime, to: openTime + MINUTE, filled: 1, absent: 0 };
            feed.context.emit({ kind: "heal", instrument: "BTCUSDT", receivedAt: START, ...span });
          }
          if ("ask" in step) {
            const plain = plainAnswer(market, step.ask);
            assert.equal(await answer(step.ask), plain);
            const { data, next } = JSON.parse(plain);
            rows += data.length;
            if (next !== null) pages++;
          }
        }
      } finally {
        await close();
      }
    }),
    { numRuns: 100 },
  );
  assert.ok(
    rows > 5_000 && pages > 50,
    `${rows} rows, ${pages} pages with a next one were compared`,
  );
});

Deno.test("what is no number is null in an answer, as JSON has it", async () => {
  const { market, feed, answer, close } = rig();
  feed.bar("BTCUSDT", 0, { volume: 3 });
  const own = market.barCells.bind(market);
  Object.assign(market, {
    barCells: (...given: Parameters<typeof own>) =>
      own(...given).map((cells) => cells.map((one, i) => i === 5 ? NaN : one)),
  });
  const [[openTime, , , , , volume]] = JSON.parse(await answer({ limit: 1 })).data;
  assert.deepEqual([openTime, volume], [START, null]);
  await close();
});
