import assert from "node:assert/strict";
import { DAY, HOUR, MINUTE, SECOND } from "../../../lib/model/time.ts";
import { systemClock } from "../../../lib/runtime/clock.ts";
import { type DeribitServer, startDeribitServer } from "../../../lib/simulator/deribit/server.ts";
import { createMarketModel } from "../../../lib/simulator/market_model.ts";
import { VenueTime } from "../../../lib/simulator/venue_time.ts";
import { get, RpcClient } from "./rpc_client.ts";

const START = Date.UTC(2025, 11, 3, 14, 0);
const truth = createMarketModel({ seed: 1, from: START - 2 * DAY });
const BTC = "deribit_volatility_index.btc_usd";

/** @param speed venue seconds per second. */
async function withServer(
  speed: number,
  body: (server: DeribitServer, time: VenueTime) => Promise<void>,
): Promise<void> {
  const time = new VenueTime({ clock: systemClock, start: START, speed });
  const server = await startDeribitServer({ truth, time, clock: systemClock });
  try {
    await body(server, time);
  } finally {
    await server.close();
  }
}

async function withClient(
  speed: number,
  body: (client: RpcClient, server: DeribitServer, time: VenueTime) => Promise<void>,
): Promise<void> {
  await withServer(speed, async (server, time) => {
    const client = await RpcClient.open(server.port);
    try {
      await body(client, server, time);
    } finally {
      await client.close();
    }
  });
}

const page = (from: number, to: number, resolution = "60", currency = "BTC") => ({
  currency,
  resolution,
  start_timestamp: from,
  end_timestamp: to,
});

Deno.test("the Deribit server answers calls as Deribit does, and says that it is simulated", async () => {
  await withClient(1, async (client, server, time) => {
    assert.equal(client.headers["x-comove-simulated"], "1");
    const reply = await client.call("public/get_time");
    assert.ok(Math.abs(reply.result - time.now()) < SECOND);
    assert.deepEqual([reply.jsonrpc, reply.testnet, reply.usOut - reply.usIn], [
      "2.0",
      false,
      reply.usDiff,
    ]);
    assert.deepEqual((await client.call("public/test")).result, { version: "1.2.26" });
    const hello = { client_name: "test", client_version: "1" };
    assert.deepEqual((await client.call("public/hello", hello)).result, { version: "1.2.26" });
    const status = (await client.call("public/status")).result;
    assert.deepEqual(status, { locked: "false", locked_indices: [] });
    const byHttp = await get(server.port, "/api/v2/public/get_time");
    assert.equal(byHttp.status, 200);
    assert.equal(byHttp.headers["x-comove-simulated"], "1");
    assert.ok(Math.abs(byHttp.body.result - time.now()) < SECOND);
  });
});

Deno.test("the Deribit server refuses what Deribit refuses, by its codes", async () => {
  await withClient(1, async (client, server) => {
    const code = async (method: string, params?: unknown) =>
      (await client.call(method, params)).error?.code;
    assert.equal(await code("public/nothing"), -32601);
    assert.equal(await code("public/set_heartbeat", { interval: 9 }), -32602);
    assert.equal(await code("public/get_volatility_index_data", { currency: "BTC" }), -32602);
    assert.equal(
      await code("public/get_volatility_index_data", { ...page(0, 1), resolution: 60 }),
      -32602,
    );
    assert.equal(await code("public/subscribe", { channels: ["trades.BTC-PERPETUAL.raw"] }), 13778);
    client.send("{");
    client.send('{"jsonrpc":"2.0","method":"public/test"}');
    await client.until(() => client.messages.filter(({ id }) => id === undefined).length === 2);
    const [broken, anonymous] = client.messages.filter(({ id }) => id === undefined);
    assert.deepEqual([broken.error.code, anonymous.error.code], [-32700, -32600]);
    const byHttp = await get(server.port, "/api/v2/public/subscribe?channels=x");
    assert.deepEqual([byHttp.status, byHttp.body.error.code], [400, 10030]);
    assert.equal((await get(server.port, "/api/v2/private/x")).status, 404);
  });
});

Deno.test("history pages backwards by continuation and is that of the truth", async () => {
  await withClient(1, async (client) => {
    const from = START - 40 * HOUR;
    let end: number | null = START - 1;
    const rows: number[][] = [];
    let pages = 0;
    while (end !== null) {
      const { result } = await client.call("public/get_volatility_index_data", page(from, end));
      const times = result.data.map(([time]: number[]) => time);
      assert.deepEqual(times, times.toSorted((a: number, b: number) => a - b));
      rows.unshift(...result.data);
      end = result.continuation;
      pages++;
    }
    assert.equal(pages, 3);
    assert.equal(rows.length, 40 * 60);
    rows.forEach((row, i) => {
      const bar = truth.minute("DVOL", from + i * MINUTE)!;
      assert.deepEqual(row, [from + i * MINUTE, bar.open, bar.high, bar.low, bar.close]);
    });
  });
});

Deno.test("history has other steps, ETH, and empty lists for currencies without an index", async () => {
  await withServer(1, async (server) => {
    const ask = async (query: Record<string, unknown>) => {
      const text = new URLSearchParams(query as Record<string, string>);
      const { body } = await get(
        server.port,
        `/api/v2/public/get_volatility_index_data?${text}`,
      );
      return body.result;
    };
    const hour = await ask(page(START - HOUR, START - 1, "3600"));
    const minutes = Array.from(
      { length: 60 },
      (_, i) => truth.minute("DVOL", START - HOUR + i * MINUTE)!,
    );
    assert.deepEqual(hour.data, [[
      START - HOUR,
      minutes[0]!.open,
      Math.max(...minutes.map(({ high }) => high)),
      Math.min(...minutes.map(({ low }) => low)),
      minutes[59]!.close,
    ]]);
    const eth = await ask(page(START - MINUTE, START - 1, "60", "ETH"));
    assert.equal(eth.data[0][4], truth.minute("DVOL-ETH", START - MINUTE)!.close);
    const none = await ask(page(START - HOUR, START, "60", "USDC"));
    assert.deepEqual(none, { data: [], continuation: null });
  });
});

Deno.test("channels are accepted where they exist, and bring the truth's values in time", async () => {
  await withClient(20, async (client, server, time) => {
    const channels = [BTC, "deribit_volatility_index.sol_usd", "platform_state"];
    const { result } = await client.call("public/subscribe", { channels });
    assert.deepEqual(result, [BTC, "platform_state"]);
    await client.until(() => client.notices(BTC).length >= 20);
    const seen = client.notices(BTC);
    const minute = START;
    const values = [0, 1, 2].flatMap((i) => truth.values("DVOL", minute + i * MINUTE));
    const first = values.findIndex((value) => value.time === seen[0].timestamp);
    seen.forEach((data, i) => {
      assert.deepEqual(data, {
        timestamp: values[first + i]!.time,
        volatility: values[first + i]!.value,
        index_name: "btc_usd",
      });
      assert.ok(data.timestamp <= time.now());
    });
    assert.equal(server.stats().subscriptions, 2);
    const gone = await client.call("public/unsubscribe", { channels: [BTC, "x"] });
    assert.deepEqual(gone.result, [BTC]);
    assert.equal((await client.call("public/unsubscribe_all")).result, "ok");
    assert.equal(server.stats().subscriptions, 0);
  });
});

Deno.test("who does not answer a test_request is sent away, and who does stays", async () => {
  await withClient(20, async (client, server) => {
    assert.equal((await client.call("public/set_heartbeat", { interval: 10 })).result, "ok");
    const asked = () =>
      client.messages.filter(({ params }) => params?.type === "test_request").length;
    await client.until(() => asked() === 1);
    await client.call("public/test");
    await client.until(() => asked() === 2);
    assert.equal(client.end, undefined);
    await client.until(() => client.end !== undefined);
    assert.equal(server.stats().unanswered, 1);
  });
});

Deno.test("calls beyond the credits are refused with 10028, which ends the connection", async () => {
  await withClient(1, async (client, server) => {
    for (let id = 1_000; id < 1_150; id++) {
      client.send(JSON.stringify({ jsonrpc: "2.0", id, method: "public/test" }));
    }
    await client.until(() => client.end !== undefined);
    const answers = client.messages.filter(({ id }) => id >= 1_000);
    assert.deepEqual(answers.at(-1).error, {
      code: 10028,
      message: "too_many_requests",
      data: null,
    });
    assert.ok(answers.length > 95 && answers.length < 150, `${answers.length} answers`);
    assert.equal(server.stats().creditsExceeded, 1);
  });
});

Deno.test("each fault of Deribit shows as it would at Deribit", async () => {
  await withServer(20, async (server) => {
    const clients: RpcClient[] = [];
    const fresh = async () => {
      const client = await RpcClient.open(server.port);
      clients.push(client);
      await client.call("public/subscribe", { channels: [BTC, "platform_state"] });
      await client.until(() => client.notices(BTC).length > 0);
      return client;
    };
    const dropped = await fresh();
    server.strike({ kind: "drop" });
    await dropped.until(() => dropped.end !== undefined);

    const beaten = await fresh();
    server.strike({ kind: "heartbeat-lost" });
    await beaten.until(() => beaten.end?.kind === "closed" && beaten.end.code === 1000);

    const poor = await fresh();
    server.strike({ kind: "credits", count: 1 });
    assert.equal((await poor.call("public/test")).error.code, 10028);
    await poor.until(() => poor.end !== undefined);

    const lacking = await fresh();
    server.strike({ kind: "channel-missing", durationMs: 10 * SECOND });
    const asked = await lacking.call("public/subscribe", { channels: [BTC] });
    assert.deepEqual(asked.result, []);
    await new Promise((resolve) => setTimeout(resolve, 600));

    const locked = await fresh();
    server.strike({ kind: "lock-index", durationMs: 10 * SECOND });
    assert.equal((await locked.call("public/status")).result.locked, "partial");
    await locked.until(() => locked.notices("platform_state").length === 4);
    assert.deepEqual(locked.notices("platform_state")[0], { price_index: "btc_usd", locked: true });
    assert.deepEqual(locked.notices("platform_state")[2], {
      price_index: "btc_usd",
      locked: false,
    });

    server.strike({ kind: "maintenance", durationMs: 10 * SECOND });
    assert.equal((await locked.call("public/get_time")).error.code, 11051);
    await locked.until(() => locked.end !== undefined);
    assert.ok(locked.notices("platform_state").some(({ maintenance }) => maintenance === true));
    await new Promise((resolve) => setTimeout(resolve, 600));
    assert.ok((await get(server.port, "/api/v2/public/get_time")).body.result > START);
    await Promise.all(clients.map((client) => client.close()));
  });
});

Deno.test("faults of history cut it, spoil it, and put a row of the future into it", async () => {
  await withClient(1, async (client, server) => {
    const ask = () =>
      client.call("public/get_volatility_index_data", page(START - 10 * MINUTE, START - 1));
    assert.equal((await ask()).result.data.length, 10);
    server.strike({ kind: "history-short", count: 1 });
    assert.equal((await ask()).result.data.length, 5);
    server.strike({ kind: "future-row", count: 1 });
    const ahead = (await ask()).result.data;
    assert.equal(ahead.length, 11);
    assert.ok(ahead.at(-1)[0] > START + MINUTE);
    const before = client.texts.length;
    server.strike({ kind: "corrupt", count: 3 });
    for (let id = 900; id < 903; id++) {
      client.send(JSON.stringify({
        jsonrpc: "2.0",
        id,
        method: "public/get_volatility_index_data",
        params: page(START - MINUTE, START - 1),
      }));
    }
    await client.until(() => client.texts.length === before + 3);
    const [cut, negative, text] = client.texts.slice(-3);
    assert.throws(() => JSON.parse(cut!));
    assert.equal(JSON.parse(negative!).result.data[0][2], -1);
    assert.equal(JSON.parse(text!).result.data[0][1], "NaN");
    assert.throws(() => server.strike({ kind: "lifetime" }), RangeError);
  });
});
