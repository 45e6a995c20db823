/** Promises of `../README.md` that concern IBKR and are proved nowhere else. */
import assert from "node:assert/strict";
import type { FeedEvent } from "../../../lib/model/feed_event.ts";
import { isNightlyReset, UpstreamOutage } from "../../../lib/feeds/ibkr/nightly_reset.ts";
import { MINUTE, SECOND } from "../../../lib/model/time.ts";
import { FakeVenue, rigOn } from "./fake_venue.ts";

Deno.test("createIbkrFeed takes a closure that only the published hours know for closed, not for broken", async () => {
  const closes = Date.UTC(2025, 11, 4, 15);
  const run = async (tradingHours: string) => {
    const venue = new FakeVenue({ start: closes - 3 * MINUTE });
    venue.tradingHours = tradingHours;
    const rig = rigOn(venue);
    rig.feed.start();
    await venue.clock.advance(3 * MINUTE);
    venue.isStreamDead = true;
    for (let i = 0; i < 60; i++) venue.quietMinutes.add(closes + i * MINUTE);
    await venue.clock.advance(30 * MINUTE);
    const [es] = rig.feed.snapshot().streams;
    await rig.feed.close();
    const { state, resubscribes } = es!;
    return {
      ...{ state, resubscribes, gaps: rig.of("gap").length, sockets: venue.gateways.length },
      heals: rig.of("heal").length,
      missing: rig.ledgers.get("ES")!.coverage().missing.length,
    };
  };
  const published = await run("20251203:1700-20251204:0900;20251204:1700-20251205:1600");
  const calm = { state: "closed", resubscribes: 0, gaps: 0, sockets: 1, heals: 0, missing: 0 };
  assert.deepEqual(published, calm);
  const unpublished = await run("");
  assert.ok(unpublished.resubscribes > 0, "without the hours its silence is looked into");
  assert.equal(unpublished.sockets, 1, "and history shows that nothing trades");
  assert.equal(unpublished.missing, 1, "so the venue has no bars there");
});

Deno.test("createIbkrFeed says when TWS stays cut off past the nightly reset that it needs attention", async () => {
  const venue = new FakeVenue({ start: Date.UTC(2025, 11, 4, 5, 18) });
  const { feed, of, differences } = rigOn(venue);
  feed.start();
  await venue.clock.advance(MINUTE);
  venue.isStreamDead = true;
  for (let i = 0; i < 200; i++) {
    venue.gateway.notice(1100);
    await venue.clock.advance(30 * SECOND);
  }
  const told = of("failure").map((event) => event.error);
  assert.equal(told[0]!.code, "upstream-down");
  assert.match(told[0]!.message, /cut off .* for 5 minutes .* resets its servers now/);
  assert.equal(told.at(-1)!.code, "needs-attention");
  assert.match(told.at(-1)!.message, /for (9\d|100) minutes .*needs your attention/);
  assert.notEqual(feed.snapshot().state, "live");
  assert.equal(venue.gateways.filter((gateway) => !gateway.isOver).length <= 1, true);
  venue.isStreamDead = false;
  await venue.clock.advance(4 * MINUTE);
  assert.equal(feed.snapshot().state, "live");
  assert.deepEqual(differences("ES"), []);
  venue.isStreamDead = true;
  venue.gateway.notice(1100);
  await venue.clock.advance(5 * MINUTE + 2 * SECOND);
  assert.match(of("failure").at(-1)!.error.message, /for 5 minutes/, "counted afresh");
  await feed.close();
  assert.equal(venue.clock.pending, 0);
});

Deno.test("isNightlyReset follows New York's clock through summer time, and Friday's longer reset", () => {
  const cases = [
    ["2025-12-04T05:14:59Z", false],
    ["2025-12-04T05:15:00Z", true],
    ["2025-12-04T06:44:59Z", true],
    ["2025-12-04T06:45:00Z", false],
    ["2025-07-03T04:15:00Z", true],
    ["2025-07-03T05:45:00Z", false],
    ["2025-12-06T03:59:59Z", false],
    ["2025-12-06T04:00:00Z", true],
    ["2025-12-06T07:59:59Z", true],
    ["2025-12-06T08:00:00Z", false],
  ] as const;
  for (const [text, expected] of cases) {
    assert.equal(isNightlyReset(Date.parse(text)), expected, text);
  }
  assert.equal(isNightlyReset(NaN), false);
});

Deno.test("UpstreamOutage counts from the first word until data comes", () => {
  const outage = new UpstreamOutage();
  assert.equal(outage.lastsMs(5), NaN);
  outage.begin(NaN);
  outage.begin(10);
  outage.begin(20);
  assert.equal(outage.lastsMs(25), 15);
  outage.end();
  assert.equal(outage.lastsMs(30), NaN);
});

Deno.test("createIbkrFeed asks a new connection for each stream once and sends it nothing of the old one", async () => {
  const venue = new FakeVenue();
  const { feed, differences } = rigOn(venue);
  feed.start();
  await venue.clock.advance(2 * MINUTE);
  const old = [...venue.gateway.streams.keys()];
  // Requests are under way and due when it breaks, and more fall due while nobody can be reached.
  venue.isHistoryDead = venue.isStreamDead = true;
  await venue.clock.advance(65 * SECOND);
  venue.refusal = { kind: "lost", systemCode: "ECONNREFUSED", text: "refused" };
  venue.gateway.lose();
  await venue.clock.advance(5 * MINUTE);
  assert.ok(venue.gateways.slice(1).every((gateway) => gateway.sent.length === 0));
  venue.refusal = undefined;
  venue.isHistoryDead = venue.isStreamDead = false;
  await venue.clock.advance(2 * MINUTE);
  const { sent, streams } = venue.gateway;
  assert.deepEqual(sent.slice(0, 2), ["type 1", "time"], "nothing before the venue is ready");
  const once = sent.filter((line) => /^(bars|futures) /.test(line));
  assert.deepEqual(once, ["futures ES", "futures NQ", "bars ESZ5", "bars NQZ5"]);
  assert.ok(!sent.some((line) => line.startsWith("cancel")));
  assert.ok([...streams.keys()].every((id) => !old.includes(id)));
  await venue.clock.advance(2 * MINUTE);
  assert.deepEqual(differences("ES"), []);
  await feed.close();
});

Deno.test("createIbkrFeed fails an instrument whose history IBKR forbids from the start", async () => {
  const venue = new FakeVenue();
  const text =
    "Historical Market Data Service error message:No market data permissions for CME FUT";
  venue.refusals.set("history ES", { code: 162, text });
  const { feed, differences } = rigOn(venue);
  feed.start();
  await venue.clock.advance(3 * MINUTE);
  const [es, nq] = feed.snapshot().streams;
  assert.equal(es!.state, "failed");
  assert.equal(es!.error!.code, "no-permission");
  assert.match(es!.error!.message, /Subscribe to CME Real-Time/);
  assert.equal(nq!.state, "live");
  assert.deepEqual(differences("NQ"), []);
  assert.equal(venue.gateways.length, 1);
  await feed.close();
});

Deno.test("createIbkrFeed passes over a cancelled history request and asks again", async () => {
  const venue = new FakeVenue();
  venue.refusals.set("history", { code: 162, text: "API historical data query cancelled: 3" });
  const { feed, of, differences, ledgers } = rigOn(venue);
  feed.start();
  await venue.clock.advance(15 * SECOND);
  venue.refusals.clear();
  await venue.clock.advance(3 * MINUTE);
  assert.deepEqual(of("failure"), []);
  assert.equal(ledgers.get("ES")!.coverage().absent, 0);
  assert.deepEqual(differences("ES"), []);
  await feed.close();
});

Deno.test("createIbkrFeed with live-or-delayed shows delayed data where live is not permitted, and says so", async () => {
  const venue = new FakeVenue();
  venue.refusals.set("bars ES", { code: 354, text: "Requested market data is not subscribed." });
  const { feed, of, differences, ledgers } = rigOn(venue, { marketDataType: "live-or-delayed" });
  feed.start();
  await venue.clock.advance(5 * MINUTE);
  const [es, nq] = feed.snapshot().streams;
  assert.equal(es!.source, "delayed");
  assert.notEqual(es!.state, "failed");
  assert.equal(nq!.source, "simulated");
  assert.equal(nq!.state, "live");
  assert.equal(feed.snapshot().state, "live");
  const [told, ...more] = of("failure");
  assert.deepEqual(more, []);
  assert.equal(told!.error.code, "delayed-instead");
  assert.match(told!.error.message, /^ES is shown with delayed data.*labelled.*Account Management/);
  assert.match(`${told!.error.cause}`, /\(code 354\)/);
  assert.ok(told!.error.isPassing, "it was allowed, and nobody has to act");
  venue.gateway.tell({ kind: "data-type", id: venue.gateway.streamOf("ES"), type: 3 });
  const [label, ...again] = of("label").filter((event) => event.instrument === "ES");
  assert.equal(label!.source, "delayed");
  assert.deepEqual(again, [], "told once");
  const { sent } = venue.gateway;
  const type = sent.indexOf("type 3");
  assert.ok(type > sent.indexOf("bars ESZ5") && type < sent.indexOf("ticks ESZ5"), "type first");
  assert.deepEqual(differences("NQ"), []);
  const shown = of("bar").filter(({ instrument, receivedAt }) =>
    instrument === "ES" && receivedAt > label!.receivedAt
  );
  assert.ok(shown.length > 100);
  assert.ok(shown.every((event) => event.bar.source === "delayed"));
  assert.ok(ledgers.get("NQ")!.bars().every((bar) => bar.source === "simulated"));
  venue.gateway.lose();
  await venue.clock.advance(MINUTE);
  assert.ok(!venue.gateway.sent.includes("bars ESZ5"), "the next connection knows");
  assert.ok(venue.gateway.sent.includes("bars NQZ5"));
  assert.equal(feed.snapshot().state, "live");
  await feed.close();
  assert.equal(venue.clock.pending, 0);
});

Deno.test("createIbkrFeed with live-or-delayed fails clearly when delayed data is not to be had either", async () => {
  const venue = new FakeVenue();
  for (const request of ["bars", "ticks"]) {
    venue.refusals.set(request, { code: 10168, text: "Delayed market data is not enabled" });
  }
  const { feed } = rigOn(venue, { marketDataType: "live-or-delayed" });
  feed.start();
  await venue.clock.advance(20 * SECOND);
  assert.equal(feed.snapshot().state, "failed");
  assert.match(feed.snapshot().lastError!.message, /no delayed data/);
  assert.equal(venue.gateways.length, 1);
  await feed.close();
});

Deno.test("createIbkrFeed never changes what it has told", async () => {
  const venue = new FakeVenue();
  const told: { event: FeedEvent; text: string }[] = [];
  const emit = (event: FeedEvent) => void told.push({ event, text: JSON.stringify(event) });
  const { feed } = rigOn(venue, {}, { emit });
  feed.start();
  await venue.clock.advance(3 * MINUTE);
  venue.gateway.lose();
  await venue.clock.advance(3 * MINUTE);
  await feed.close();
  assert.ok(told.some(({ event }) => event.kind === "forming"));
  for (const { event, text } of told) assert.equal(JSON.stringify(event), text);
});

Deno.test("createIbkrFeed needs no permission but the network", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const subject = new URL("subject_net_only.ts", import.meta.url).href;
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      "--no-check",
      "--allow-net=127.0.0.1",
      subject,
      `${port}`,
    ],
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
  assert.equal(code, 0, text(stderr));
  assert.equal(text(stdout), "refused");
});
