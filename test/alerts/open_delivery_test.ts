/** Alerts of an open market and their messages, from the configuration on. */
import assert from "node:assert/strict";
import { armAlerts } from "../../lib/alerts/open_alerts.ts";
import { isSignedWebhook, webhookKey } from "../../lib/alerts/channels/webhook_signature.ts";
import type { MarketEvent } from "../../lib/market/market_event.ts";
import { openMarket } from "../../lib/market/open_market.ts";
import { MarketError } from "../../lib/model/errors.ts";
import { isFinal } from "../../lib/model/delivery.ts";
import { startFakeChannelServer } from "./support/fake_channel_server.ts";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const RULE = { name: "any-price", metric: "price", of: "BTCUSDT", fire: "above 0" };
const SMALL = {
  source: "simulated",
  clock: { speed: 120 },
  data: { backfillHours: 1 },
  binance: { symbols: ["BTCUSDT"] },
  ibkr: { futures: [] },
  deribit: { enabled: false },
} as const;

Deno.test("an alert of the configuration reaches its webhook signed, and its receipt the status and the events", async () => {
  await using server = await startFakeChannelServer();
  server.plan({ status: 500 });
  const events: MarketEvent[] = [];
  const market = await openMarket({
    ...SMALL,
    alerts: {
      rules: [{ ...RULE, notify: ["desk"] }],
      channels: { desk: { kind: "webhook", url: `${server.url}/in/S3CRETpath`, secret: SECRET } },
    },
  }, { onEvent: (event) => void events.push(event) });
  const deadline = performance.now() + 20_000;
  while (server.asked.length < 2 && performance.now() < deadline) {
    await new Promise((done) => setTimeout(done, 50));
  }
  await market.close();
  const [first, second, ...more] = server.asked;
  assert.deepEqual(more, []);
  assert.equal(first?.body, second?.body);
  assert.ok(second!.at - first!.at >= 750, "tried again after a second, less a fifth");
  const body = JSON.parse(second!.body);
  const id = second!.headers["webhook-id"];
  assert.equal(id, `${body.id}:firing`);
  assert.equal(body.id, `any-price/BTCUSDT/${body.since}`);
  assert.equal(body.source, "simulated");
  const timestamp = Number(second!.headers["webhook-timestamp"]);
  const parts = { id: id!, timestamp, body: second!.body };
  const signature = second!.headers["webhook-signature"]!;
  assert.ok(isSignedWebhook(webhookKey(SECRET)!, parts, signature, Date.now()));
  const alert = events.find((event) => event.kind === "alert");
  assert.deepEqual(alert?.kind === "alert" && alert.change.body, body);
  const steps = events.flatMap((event) => event.kind === "delivery" ? [event.receipt] : []);
  assert.deepEqual(steps.map(({ state, attempts }) => [state, attempts]), [
    ["waiting", 0],
    ["sending", 1],
    ["waiting", 1],
    ["sending", 2],
    ["delivered", 2],
  ]);
  assert.ok(steps.slice(-1).every(isFinal));
  const [channel] = market.status().channels;
  assert.deepEqual([channel?.name, channel?.delivered, channel?.waiting], ["desk", 1, 0]);
  assert.ok(market.events !== undefined);
  assert.ok(!JSON.stringify([events, market.status()]).includes("S3CRET"));
});

Deno.test("a channel that is configured wrongly, or whose secret is missing, opens no market", async () => {
  const refusal = async (channel: { kind: string; [key: string]: string }) => {
    const opening = openMarket({ ...SMALL, alerts: { channels: { desk: channel } } });
    const error = await opening.then((market) => market.close(), (reason: unknown) => reason);
    assert.ok(error instanceof MarketError, String(error));
    return error.message;
  };
  assert.match(await refusal({ kind: "webhook" }), /alerts\.channels\.desk\.url must be a https:/);
  assert.match(
    await refusal({ kind: "telegram", token: "env:COMOVE_SECRET_NONE", chatId: "1" }),
    /alerts\.channels\.desk\.token is in the variable COMOVE_SECRET_NONE, which is not set/,
  );
  const plain = openMarket(
    { ...SMALL, alerts: { channels: { desk: "https://x/S3CRETpath" } } } as object,
  );
  const error = await plain.then((market) => market.close(), (reason: unknown) => reason);
  assert.match(String(error), /alerts\.channels\.desk/);
  assert.ok(!String(error).includes("S3CRET"), String(error));
});

Deno.test("rules that are armed later use the channels of the configuration, and no others", async () => {
  await using server = await startFakeChannelServer();
  const market = await openMarket({
    ...SMALL,
    alerts: { channels: { local: { kind: "webhook", url: server.url } } },
  });
  assert.throws(
    () => armAlerts(market, [{ ...RULE, notify: ["locl"] }]),
    /notify of rule any-price: must name channels of alerts\.channels \(local\), got locl; did you mean local\?/,
  );
  armAlerts(market, [{ ...RULE, notify: ["local"] }]);
  const deadline = performance.now() + 20_000;
  while (server.asked.length < 1 && performance.now() < deadline) {
    await new Promise((done) => setTimeout(done, 50));
  }
  await market.close();
  assert.equal(server.asked.length, 1);
});
