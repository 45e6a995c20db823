/** The client that trades live, `@stoqey/ib` 1.6.10, against the simulated venue. */
import assert from "node:assert/strict";
import { HOUR, MINUTE, SECOND } from "../../../lib/model/time.ts";
import type { SimulatedBar } from "../../../lib/simulator/truth.ts";
import { type TwsServerOptions } from "../../../lib/simulator/tws/server.ts";
import { START } from "./hand_truth.ts";
import { type Fixture, minutesOf, until, withServer } from "./server_fixture.ts";
import { future, type Row, StoqeyClient } from "./stoqey_client.ts";

async function withClient(
  options: TwsServerOptions & { speed?: number; start?: number },
  body: (client: StoqeyClient, fixture: Fixture) => Promise<void>,
): Promise<void> {
  await withServer(options, async (fixture) => {
    const client = await StoqeyClient.ready(fixture.server.port);
    try {
      await body(client, fixture);
    } finally {
      await client.close();
    }
  });
}

function valuesOf({ open, high, low, close, volume, vwap, trades }: SimulatedBar): number[] {
  return [open, high, low, close, volume, vwap, trades];
}

function rowOf(bar: SimulatedBar): Row {
  return { date: String(bar.openTime / SECOND), values: valuesOf(bar) };
}

Deno.test("startTwsServer sends the client its version, account, next id, farms and time", async () => {
  await withClient({}, async (client, { time }) => {
    assert.equal(client.api.serverVersion, 193);
    await until("the notices", () => client.infos.length === 3);
    assert.deepEqual(client.infos.map(({ code }) => code), [2104, 2106, 2158]);
    client.api.reqCurrentTime();
    await until("the time", () => client.times.length > 0);
    assert.ok(Math.abs(client.times[0]! * SECOND - time.now()) < 2 * SECOND);
  });
});

Deno.test("startTwsServer lists every contract month of ES with its hours, nearest first", async () => {
  await withClient({}, async (client) => {
    client.api.reqContractDetails(client.id(), future("ES"));
    await until("the end of the list", () => client.isEnded);
    const symbols = client.details.map(({ contract }) => contract.localSymbol);
    assert.deepEqual(symbols, ["ESZ5", "ESH6", "ESM6"]);
    const [front] = client.details;
    assert.equal(front!.contract.lastTradeDate, "20251219");
    assert.equal(front!.contract.lastTradeDateOrContractMonth, "20251219 08:30:00 US/Central");
    assert.equal(front!.contract.multiplier, 50);
    assert.equal(front!.contractMonth, "202512");
    assert.equal(front!.minTick, 0.25);
    assert.equal(front!.timeZoneId, "US/Central");
    assert.match(front!.tradingHours!, /^20251202:1700-20251203:1600;/);
    assert.match(front!.tradingHours!, /;20251206:CLOSED;20251207:1700-20251208:1600$/);
    assert.match(front!.liquidHours!, /^20251203:0830-20251203:1600;/);
    assert.equal(new Set(client.details.map(({ contract }) => contract.conId)).size, 3);
  });
});

Deno.test("startTwsServer serves one-minute history equal to the truth to the last digit", async () => {
  await withClient({}, async (client, { truth }) => {
    const end = "20251203-14:00:00";
    const to = Date.UTC(2025, 11, 3, 14);
    const { rows } = await client.history(future("ES", "202512"), end, "7200 S", "1 min");
    const truthBars = minutesOf(truth, "ESZ5", to - 2 * HOUR, to);
    assert.ok(
      truthBars.length > 90 && truthBars.length < 120,
      "the test needs minutes without trades",
    );
    assert.deepEqual(rows, truthBars.map(rowOf));
  });
});

Deno.test("startTwsServer counts a duration in days by trading days", async () => {
  await withClient({}, async (client, { truth, time }) => {
    const { rows } = await client.history(future("NQ", "202603"), "", "2 D", "1 min");
    const from = Date.UTC(2025, 11, 1, 23);
    const bars = minutesOf(truth, "NQH6", from, Math.floor(time.now() / MINUTE) * MINUTE);
    assert.deepEqual(rows.slice(0, bars.length), bars.map(rowOf));
    assert.ok(rows.length - bars.length <= 1, "only the forming minute may follow");
  });
});

Deno.test("startTwsServer ends a history up to now with the forming bar", async () => {
  await withClient({ start: START + 3 * MINUTE + 31 * SECOND }, async (client, { truth }) => {
    const { rows } = await client.history(future("ES", "202512"), "", "600 S", "1 min");
    const minute = START + 3 * MINUTE;
    const parts = truth.fiveSeconds("ESZ5", minute).filter((bar) =>
      bar.openTime < minute + 30 * SECOND
    );
    const whole = truth.minute("ESZ5", minute)!;
    assert.equal(rows.at(-1)!.date, String(minute / SECOND));
    assert.equal(rows.at(-1)!.values[4], parts.reduce((sum, { volume }) => sum + volume, 0));
    assert.ok(rows.at(-1)!.values[4]! < whole.volume, "the forming bar must not know its future");
    assert.equal(rows.at(-1)!.values[3], parts.at(-1)!.close);
  });
});

Deno.test("startTwsServer writes dates with their zone when asked for text", async () => {
  await withClient({}, async (client) => {
    const contract = future("ES", "202512");
    const texts = await client.history(contract, "", "300 S", "1 min", { formatDate: 1 });
    assert.match(texts.rows[0]!.date, /^20251203 08:5\d:00 US\/Central$/);
    const days = await client.history(contract, "", "3 D", "1 day", { formatDate: 2 });
    assert.deepEqual(days.rows.map(({ date }) => date), ["20251201", "20251202", "20251203"]);
  });
});

Deno.test("startTwsServer serves bids, asks and midpoints without volume", async () => {
  await withClient({}, async (client, { truth }) => {
    const end = "20251203 09:00:00 US/Central";
    const to = START;
    const bars = minutesOf(truth, "ESZ5", to - 10 * MINUTE, to);
    for (const [show, shift] of [["BID", -0.25], ["MIDPOINT", 0], ["ASK", 0.25]] as const) {
      const { rows } = await client.history(future("ES", "202512"), end, "600 S", "1 min", {
        show,
      });
      assert.deepEqual(rows.map(({ values }) => values[0]), bars.map(({ open }) => open + shift));
      assert.ok(rows.every(({ values }) => values[4] === -1 && values[6] === -1));
    }
  });
});

Deno.test("startTwsServer streams five-second bars that add up to the truth's minutes", async () => {
  await withClient({ speed: 1_200 }, async (client, { truth }) => {
    const id = client.id();
    client.api.reqRealTimeBars(id, future("ES", "202512"), 5, "TRADES" as never, false);
    await until("ten minutes of bars", () => (client.bars.get(id)?.length ?? 0) > 130);
    const bars = client.bars.get(id)!;
    const times = bars.map(([time]) => time! * SECOND);
    assert.deepEqual(
      times,
      times.map((_, i) => times[0]! + i * 5 * SECOND),
      "a bar every 5 s, in order",
    );
    let traded = 0;
    for (
      let minute = Math.ceil(times[0]! / MINUTE) * MINUTE;
      minute <= times.at(-1)! - MINUTE;
      minute += MINUTE
    ) {
      const parts = bars.filter(([time]) =>
        time! * SECOND >= minute && time! * SECOND < minute + MINUTE
      );
      assert.equal(parts.length, 12);
      const full = parts.filter((part) => part[5]! > 0);
      const whole = truth.minute("ESZ5", minute);
      if (whole === undefined) {
        assert.equal(full.length, 0);
        continue;
      }
      traded++;
      assert.equal(full[0]![1], whole.open);
      assert.equal(Math.max(...full.map((part) => part[2]!)), whole.high);
      assert.equal(Math.min(...full.map((part) => part[3]!)), whole.low);
      assert.equal(full.at(-1)![4], whole.close);
      assert.equal(full.reduce((sum, part) => sum + part[5]!, 0), whole.volume);
      assert.equal(full.reduce((sum, part) => sum + part[7]!, 0), whole.trades);
    }
    assert.ok(traded >= 7);
  });
});

Deno.test("startTwsServer keeps a history up to date until the minute equals the truth", async () => {
  await withClient({ speed: 900 }, async (client, { truth }) => {
    const contract = future("ES", "202512");
    const { id, rows } = await client.history(contract, "", "300 S", "1 min", { keep: true });
    assert.ok(rows.length > 0);
    await until("updates", () => (client.updates.get(id)?.length ?? 0) > 40);
    const last = new Map(client.updates.get(id)!.map((row) => [row.date, row]));
    const closed = [...last.values()].slice(0, -1).filter(({ date }) =>
      Number(date) * SECOND >= START
    );
    assert.ok(closed.length >= 2);
    for (const { date, values } of closed) {
      const whole = truth.minute("ESZ5", Number(date) * SECOND)!;
      assert.deepEqual(values.slice(0, 5), valuesOf(whole).slice(0, 5));
      assert.equal(values[6], whole.trades);
      assert.ok(Math.abs(values[5]! - whole.vwap) < 1e-8);
    }
    client.api.cancelHistoricalData(id);
    const { code, text } = await client.error(id);
    assert.equal(code, 162);
    assert.match(text, /query cancelled/);
  });
});

Deno.test("startTwsServer streams quotes that follow the trades, live", async () => {
  await withClient({ speed: 120 }, async (client, { truth, time }) => {
    const id = client.id();
    client.api.reqMktData(id, future("ES", "202512"), "", false, false);
    await until("several trades", () => client.ticks.filter(({ type }) => type === 45).length > 5);
    assert.deepEqual(client.dataTypes, [[id, 1]]);
    const types = new Set(client.ticks.map(({ type }) => type));
    for (const type of [0, 1, 2, 3, 4, 5, 8, 9, 45]) assert.ok(types.has(type), `tick ${type}`);
    const prices = new Set<number>();
    for (let minute = START - MINUTE; minute < time.now(); minute += MINUTE) {
      for (const { price } of truth.trades("ESZ5", minute)) prices.add(price);
    }
    const lasts = client.ticks.filter(({ type }) => type === 4);
    assert.ok(lasts.every(({ value }) => prices.has(value!)));
    client.api.cancelMktData(id);
  });
});

Deno.test("startTwsServer ends a snapshot of quotes", async () => {
  await withClient({}, async (client, { server }) => {
    const id = client.id();
    client.api.reqMktData(id, future("ES", "202512"), "", true, false);
    await until("the end of the snapshot", () => client.snapshotsEnded.has(id));
    assert.ok(client.ticks.some(({ type }) => type === 4));
    assert.equal(server.stats().subscriptions, 0);
  });
});

Deno.test("startTwsServer shows delayed data ten minutes late to those who ask for it", async () => {
  await withClient({ permissions: { ES: "delayed" } }, async (client, { truth, time }) => {
    const contract = future("ES", "202512");
    const refused = client.id();
    client.api.reqMktData(refused, contract, "", false, false);
    assert.equal((await client.error(refused)).code, 10089);
    const bars = client.id();
    client.api.reqRealTimeBars(bars, contract, 5, "TRADES" as never, false);
    assert.equal((await client.error(bars)).code, 420);
    client.api.reqMarketDataType(3);
    const id = client.id();
    client.api.reqMktData(id, contract, "", false, false);
    assert.equal((await client.error(id)).code, 10167);
    await until("delayed ticks", () => client.ticks.some(({ type }) => type === 88));
    assert.deepEqual(client.dataTypes, [[id, 3]]);
    assert.ok(client.ticks.every(({ type }) => type >= 66));
    const last = client.ticks.find(({ type }) => type === 88)!.value! * SECOND;
    assert.ok(last <= time.now() - 10 * MINUTE && last > time.now() - 15 * MINUTE);
    const { rows } = await client.history(contract, "", "1800 S", "1 min");
    const newest = Number(rows.at(-1)!.date) * SECOND;
    assert.ok(newest <= time.now() - 10 * MINUTE);
    assert.notEqual(truth.minute("ESZ5", newest), undefined);
  });
});

Deno.test("startTwsServer refuses data without permission", async () => {
  await withClient({ permissions: { NQ: "none" } }, async (client) => {
    const contract = future("NQ", "202512");
    client.api.reqMarketDataType(3);
    const ticks = client.id();
    client.api.reqMktData(ticks, contract, "", false, false);
    assert.equal((await client.error(ticks)).code, 354);
    const bars = client.id();
    client.api.reqRealTimeBars(bars, contract, 5, "TRADES" as never, false);
    assert.equal((await client.error(bars)).code, 420);
    const { error } = await client.history(contract, "", "300 S", "1 min");
    assert.match(error!, /^162 .*No market data permissions/);
    const live = await client.history(future("ES", "202512"), "", "300 S", "1 min");
    assert.ok(live.rows.length > 0);
  });
});

Deno.test("startTwsServer answers what it cannot serve with the venue's codes", async () => {
  await withClient({}, async (client) => {
    const unknown = client.id();
    client.api.reqContractDetails(unknown, future("XQ"));
    assert.equal((await client.error(unknown)).code, 200);
    const ambiguous = await client.history(future("ES"), "", "300 S", "1 min");
    assert.match(ambiguous.error!, /^200 .*ambiguous/);
    const es = future("ES", "202512");
    const saturday = await client.history(es, "20251129-12:00:00", "3600 S", "1 min");
    assert.match(saturday.error!, /^162 .*HMDS query returned no data: ESZ5@CME Trades/);
    assert.match((await client.history(es, "yesterday", "300 S", "1 min")).error!, /^321 /);
    assert.match((await client.history(es, "", "5 X", "1 min")).error!, /^321 /);
    assert.match((await client.history(es, "", "300 S", "7 mins")).error!, /^321 .*1 min/);
    client.api.cancelRealTimeBars(900);
    assert.equal((await client.error(900)).code, 300);
    client.api.cancelHistoricalData(901);
    assert.equal((await client.error(901)).code, 366);
    const first = await client.history(es, "20251203-14:00:00", "300 S", "5 secs");
    assert.equal(first.error, undefined);
    const again = await client.history(es, "20251203-14:00:00", "300 S", "5 secs");
    assert.match(again.error!, /^162 .*pacing violation/);
  });
});

Deno.test("startTwsServer refuses a client id that is in use and says goodbye", async () => {
  await withClient({}, async (_, { server }) => {
    const second = new StoqeyClient(server.port, 7);
    await until("the end", () => second.isDisconnected);
    assert.deepEqual(second.infos.map(({ code }) => code), [326]);
    await second.close();
    const third = await StoqeyClient.ready(server.port, 8);
    await third.close();
  });
});

Deno.test("startTwsServer can name a version the client does not speak, or keep its next id", async () => {
  await withServer({ handshake: "version-194" }, async ({ server }) => {
    const client = new StoqeyClient(server.port);
    await until("the refusal", () => client.errors.some(({ code }) => code === 506));
    await client.close();
  });
  await withServer({ handshake: "no-next-valid-id" }, async ({ server }) => {
    const client = new StoqeyClient(server.port);
    await until("the notices", () => client.infos.length === 3);
    assert.equal(client.nextId, undefined);
    await client.close();
  });
});

Deno.test("startTwsServer speaks version 176 with its shorter contract details", async () => {
  await withClient({ version: 176 }, async (client) => {
    assert.equal(client.api.serverVersion, 176);
    client.api.reqContractDetails(client.id(), future("ES", "202512"));
    await until("the end of the list", () => client.isEnded);
    assert.deepEqual(client.errors, []);
    assert.equal(client.details[0]!.contract.localSymbol, "ESZ5");
    assert.equal(client.details[0]!.contract.lastTradeDate, undefined);
    assert.equal(client.details[0]!.suggestedSizeIncrement, 1);
  });
});
