import assert from "node:assert/strict";
import { BarDebt } from "../../../lib/feeds/streaming/bar_debt.ts";
import { decodeBinanceFrame } from "../../../lib/wire/binance_stream.ts";
import { sharedLines } from "../../wire/shared_lines.ts";

Deno.test("BarDebt owes a kline for a trade well after the newest one, until it comes", () => {
  const debt = new BarDebt();
  debt.takeBar({ lastTrade: 7, eventTime: 60_000 }, 0);
  debt.takeTrade({ id: 7, time: 70_000 }, 10);
  assert.equal(debt.since, undefined, "it is in the kline already");
  debt.takeTrade({ id: 8, time: 60_240 }, 20);
  assert.equal(debt.since, undefined, "it may be told with the next one");
  debt.takeTrade({ id: 9, time: 62_000 }, 30);
  debt.takeTrade({ id: 10, time: 65_000 }, 3_030);
  assert.equal(debt.since, 30, "the first of those owed counts");
  debt.takeBar({ lastTrade: 6, eventTime: 59_000 }, 3_040);
  assert.equal(debt.since, 30, "a kline from before pays nothing");
  debt.takeBar({ lastTrade: 9, eventTime: 62_001 }, 3_050);
  assert.equal(debt.since, 3_050, "the later trade is still owed one");
  debt.takeBar({ lastTrade: 10, eventTime: 65_001 }, 3_060);
  assert.equal(debt.since, undefined);
});

Deno.test("BarDebt takes a kline that ends a minute for one that pays, whatever trades it holds", () => {
  const debt = new BarDebt();
  debt.takeBar({ lastTrade: 7, eventTime: 58_000 }, 0);
  debt.takeTrade({ id: 8, time: 60_001 }, 10);
  assert.equal(debt.since, 10);
  debt.takeBar({ lastTrade: 7, eventTime: 60_005 }, 20);
  assert.equal(debt.since, undefined, "the trade is within the pause after it");
});

Deno.test("BarDebt owes nothing for the first trade of a connection, and forgets the one before", () => {
  const debt = new BarDebt();
  debt.takeTrade({ id: 1, time: 60_000 }, 0);
  assert.equal(debt.since, undefined);
  debt.takeTrade({ id: 2, time: 62_000 }, 2_000);
  assert.equal(debt.since, 2_000);
  debt.clear();
  assert.equal(debt.since, undefined);
  debt.takeTrade({ id: 3, time: 90_000 }, 30_000);
  assert.equal(debt.since, undefined);
});

Deno.test("BarDebt believes the klines after a first trade whose time is damaged", () => {
  const debt = new BarDebt();
  debt.takeTrade({ id: 1, time: 9e12 }, 0);
  debt.takeBar({ lastTrade: 1, eventTime: 60_000 }, 10);
  debt.takeTrade({ id: 2, time: 62_000 }, 2_000);
  assert.equal(debt.since, 2_000);
});

Deno.test("BarDebt is paid within a second all through captured USD-M streams, and never when their klines are taken away", async () => {
  const all = await sharedLines("cryptofeed_binance_family_aggTrade_kline");
  if (all === undefined) return;
  // deno-lint-ignore no-explicit-any
  const lines = all.filter((line: any) => line.venue === "BINANCE_FUTURES") as any[];
  const worst = (keepsKlines: boolean) => {
    const debts = new Map<string, BarDebt>();
    let worstMs = 0;
    for (const { raw, recv_s } of lines) {
      const now = Number(recv_s) * 1_000;
      for (const { since = now } of debts.values()) worstMs = Math.max(worstMs, now - since);
      const message = decodeBinanceFrame(JSON.stringify(raw));
      if (!("symbol" in message)) continue;
      const debt = debts.get(message.symbol) ?? new BarDebt();
      debts.set(message.symbol, debt);
      if (message.kind === "aggregate-trade") {
        debt.takeTrade({ id: message.lastTradeId, time: message.tradeTime }, now);
      } else if (message.kind === "kline" && keepsKlines) {
        const { lastTradeId } = message.kline;
        debt.takeBar({ lastTrade: lastTradeId, eventTime: message.eventTime }, now);
      }
    }
    return worstMs;
  };
  assert.ok(worst(true) < 1_000, `${worst(true)} ms with klines`);
  assert.ok(worst(false) > 9_000, `${worst(false)} ms without`);
});
