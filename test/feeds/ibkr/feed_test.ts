import assert from "node:assert/strict";
import { HOUR, MINUTE, SECOND } from "../../../lib/model/time.ts";
import { FakeVenue, rigOn } from "./fake_venue.ts";

Deno.test("createIbkrFeed backfills, streams and closes every minute as the venue's truth", async () => {
  const venue = new FakeVenue();
  const { feed, states, differences, of, ledgers } = rigOn(venue);
  feed.start();
  await venue.clock.advance(10 * MINUTE);
  assert.equal(states(), "connecting handshake ready starting live");
  assert.deepEqual(differences("ES"), []);
  assert.deepEqual(differences("NQ"), []);
  assert.deepEqual(of("gap"), []);
  assert.deepEqual(of("heal"), []);
  const coverage = ledgers.get("ES")!.coverage();
  assert.equal(coverage.backfilled, 120 + 1);
  assert.equal(coverage.streamed, 9);
  const asked = venue.gateway.sent.filter((line) => line.startsWith("history ES"));
  assert.equal(asked.length, 2, "one backfill and one question for the minute it began in");
  assert.deepEqual(of("contract").map((event) => event.contract), ["ESZ5", "NQZ5"]);
  assert.ok(of("bar").every((event) => event.bar.contract?.endsWith("Z5")));
  await feed.close();
  assert.equal(venue.clock.pending, 0);
});

Deno.test("createIbkrFeed sends nothing before the venue is ready", async () => {
  const venue = new FakeVenue();
  venue.isStalled = true;
  const { feed, of } = rigOn(venue);
  feed.start();
  await venue.clock.advance(7 * SECOND);
  assert.deepEqual(venue.gateway.sent, []);
  await venue.clock.advance(2 * SECOND);
  assert.equal(of("failure")[0]!.error.code, "unreachable");
  await feed.close();
  assert.equal(venue.clock.pending, 0);
});

Deno.test("createIbkrFeed tells the gap of a lost connection and heals it to the truth", async () => {
  const venue = new FakeVenue();
  const { feed, of, differences } = rigOn(venue);
  feed.start();
  await venue.clock.advance(3 * MINUTE);
  venue.refusal = { kind: "lost", systemCode: "ECONNREFUSED", text: "refused" };
  venue.gateway.lose();
  await venue.clock.advance(4 * MINUTE);
  assert.equal(feed.snapshot().state, "recovering");
  assert.ok(feed.snapshot().streams.every((stream) => stream.state === "stale"));
  assert.equal(feed.snapshot().lastError?.code, "refused");
  venue.refusal = undefined;
  await venue.clock.advance(3 * MINUTE);
  assert.equal(feed.snapshot().state, "live");
  assert.equal(feed.snapshot().account, "paper", "its name begins with a D");
  assert.deepEqual(differences("ES"), []);
  assert.deepEqual(differences("NQ"), []);
  const [gap] = of("gap").filter((event) => event.instrument === "ES");
  assert.match(gap!.reason, /connection-lost|refused/);
  const filled = of("heal").filter((event) => event.instrument === "ES")
    .reduce((sum, heal) => sum + heal.filled, 0);
  assert.ok(filled >= 4, `healed ${filled} minutes`);
  await feed.close();
});

Deno.test("createIbkrFeed notices a half-open connection within 20 seconds", async () => {
  const venue = new FakeVenue();
  const { feed, of, differences } = rigOn(venue);
  feed.start();
  await venue.clock.advance(2 * MINUTE);
  venue.isStalled = true;
  const before = venue.clock.monotonic();
  await venue.clock.advance(20 * SECOND);
  assert.equal(of("failure")[0]!.error.code, "half-open");
  assert.ok(venue.clock.monotonic() - before <= 20 * SECOND);
  assert.ok(venue.gateways[0]!.isOver);
  venue.isStalled = false;
  await venue.clock.advance(3 * MINUTE);
  assert.equal(feed.snapshot().state, "live");
  assert.deepEqual(differences("ES"), []);
  await feed.close();
});

Deno.test("createIbkrFeed asks a dead stream again, then reconnects, and loses nothing", async () => {
  const venue = new FakeVenue();
  const { feed, of, differences } = rigOn(venue);
  feed.start();
  await venue.clock.advance(2 * MINUTE);
  venue.isStreamDead = true;
  await venue.clock.advance(40 * SECOND);
  assert.equal(feed.snapshot().streams[0]!.state, "stale");
  assert.equal(feed.snapshot().streams[0]!.resubscribes, 1);
  assert.equal(feed.snapshot().state, "stale");
  assert.equal(venue.gateway.streams.size, 2, "no stream is asked for twice");
  await venue.clock.advance(5 * MINUTE);
  assert.ok(of("failure").some((event) => event.error.code === "dead-stream"));
  assert.deepEqual(differences("ES"), []);
  venue.isStreamDead = false;
  await venue.clock.advance(5 * MINUTE);
  assert.equal(feed.snapshot().state, "live");
  assert.deepEqual(differences("ES"), []);
  await feed.close();
});

Deno.test("createIbkrFeed takes a market without trades for quiet, not for broken", async () => {
  const venue = new FakeVenue();
  const { feed, of, ledgers, differences } = rigOn(venue);
  feed.start();
  await venue.clock.advance(2 * MINUTE);
  venue.isStreamDead = true;
  const now = venue.now();
  for (let i = 0; i < 20; i++) venue.quietMinutes.add(Math.ceil(now / MINUTE + i) * MINUTE);
  // The minute it stopped in is lost to the stream, so history has to agree that nothing follows.
  await venue.clock.advance(15 * MINUTE);
  assert.deepEqual(of("failure"), []);
  assert.equal(venue.gateways.length, 1);
  venue.isStreamDead = false;
  await venue.clock.advance(10 * MINUTE);
  assert.equal(feed.snapshot().state, "live");
  assert.deepEqual(differences("ES"), []);
  assert.ok(ledgers.get("ES")!.coverage().absent >= 14);
  await feed.close();
});

Deno.test("createIbkrFeed is calm while the session is closed", async () => {
  const venue = new FakeVenue({ start: Date.UTC(2025, 11, 3, 21, 55, 3) });
  const { feed, of, differences } = rigOn(venue);
  feed.start();
  await venue.clock.advance(30 * MINUTE);
  assert.deepEqual(feed.snapshot().streams.map((stream) => stream.state), ["closed", "closed"]);
  assert.equal(feed.snapshot().state, "live");
  await venue.clock.advance(50 * MINUTE);
  assert.deepEqual(of("failure"), []);
  assert.deepEqual(of("gap"), []);
  assert.equal(venue.gateways.length, 1);
  assert.deepEqual(feed.snapshot().streams.map((stream) => stream.state), ["live", "live"]);
  assert.deepEqual(differences("ES"), []);
  await feed.close();
});

Deno.test("createIbkrFeed asks again when upstream returns in a closed market, so that the open is whole", async () => {
  for (const [lost, back] of [[1100, 1102], [2103, 2104]] as const) {
    const venue = new FakeVenue({ start: Date.UTC(2025, 11, 3, 21, 55, 3) });
    const { feed, of, differences, ledgers } = rigOn(venue);
    feed.start();
    await venue.clock.advance(30 * MINUTE);
    const dead = [...venue.gateway.streams.keys()];
    venue.spoilBar = (bar) => dead.some((id) => venue.gateway.streams.has(id)) ? undefined : bar;
    venue.gateway.notice(lost);
    await venue.clock.advance(5 * SECOND);
    venue.gateway.notice(back);
    await venue.clock.advance(5 * SECOND);
    assert.equal(feed.snapshot().state, "live");
    assert.equal(feed.snapshot().streams[0]!.state, "closed");
    await venue.clock.advance(50 * MINUTE);
    assert.deepEqual(of("gap"), [], `after ${back}`);
    assert.equal(feed.snapshot().streams[0]!.resubscribes, 1);
    assert.equal(venue.gateway.streams.size, 2, "no stream stands twice");
    assert.equal(ledgers.get("ES")!.coverage().healed, 0);
    assert.deepEqual(differences("ES"), []);
    await feed.close();
  }
});

Deno.test("createIbkrFeed starts in a closed market without waiting for bars", async () => {
  const venue = new FakeVenue({ start: Date.UTC(2025, 11, 6, 12) });
  const { feed, states } = rigOn(venue, {}, { backfillMs: 24 * HOUR });
  feed.start();
  await venue.clock.advance(10 * SECOND);
  assert.equal(states(), "connecting handshake ready starting live");
  assert.equal(feed.snapshot().streams[0]!.state, "closed");
  await feed.close();
});

Deno.test("createIbkrFeed marks everything stale at 1100, and heals after 1102 with streams kept", async () => {
  const venue = new FakeVenue();
  const { feed, differences, of } = rigOn(venue);
  feed.start();
  await venue.clock.advance(2 * MINUTE);
  venue.isStreamDead = true;
  venue.gateway.notice(1100);
  assert.equal(feed.snapshot().state, "stale");
  await venue.clock.advance(90 * SECOND);
  venue.isStreamDead = false;
  venue.gateway.notice(1102);
  await venue.clock.advance(2 * MINUTE);
  assert.equal(feed.snapshot().state, "live");
  assert.equal(feed.snapshot().streams[0]!.resubscribes, 0);
  assert.equal(venue.gateways.length, 1);
  assert.equal(of("gap").filter((event) => event.instrument === "ES").length >= 1, true);
  assert.deepEqual(differences("ES"), []);
  await feed.close();
});

Deno.test("createIbkrFeed asks again when 1102 or 2104 is followed by silence", async () => {
  for (const [lost, back] of [[1100, 1102], [2103, 2104]] as const) {
    const venue = new FakeVenue();
    const { feed, differences } = rigOn(venue);
    feed.start();
    await venue.clock.advance(2 * MINUTE);
    const dead = [...venue.gateway.streams.keys()];
    venue.spoilBar = (bar) => dead.some((id) => venue.gateway.streams.has(id)) ? undefined : bar;
    venue.gateway.notice(lost);
    assert.equal(feed.snapshot().streams[0]!.state, "stale");
    await venue.clock.advance(5 * SECOND);
    venue.gateway.notice(back);
    await venue.clock.advance(12 * SECOND);
    assert.equal(feed.snapshot().streams[0]!.resubscribes, 1, `after ${back}`);
    await venue.clock.advance(2 * MINUTE);
    assert.equal(feed.snapshot().state, "live");
    assert.equal(venue.gateways.length, 1, "the socket is kept");
    assert.deepEqual(differences("ES"), []);
    await feed.close();
  }
});

Deno.test("createIbkrFeed asks for every stream again at 1101, each once, with fresh ids", async () => {
  const venue = new FakeVenue();
  const { feed, differences } = rigOn(venue);
  feed.start();
  await venue.clock.advance(2 * MINUTE);
  const old = new Set(venue.gateway.streams.keys());
  venue.gateway.notice(1100);
  venue.gateway.streams.clear();
  await venue.clock.advance(70 * SECOND);
  venue.gateway.notice(1101);
  const fresh = [...venue.gateway.streams.keys()];
  assert.equal(fresh.length, 2);
  assert.ok(fresh.every((id) => !old.has(id)));
  await venue.clock.advance(3 * MINUTE);
  assert.equal(feed.snapshot().state, "live");
  assert.deepEqual(differences("NQ"), []);
  await feed.close();
});

Deno.test("createIbkrFeed reconnects when TWS stays cut off from IBKR", async () => {
  const venue = new FakeVenue();
  const { feed, of } = rigOn(venue);
  feed.start();
  await venue.clock.advance(2 * MINUTE);
  venue.isStreamDead = true;
  venue.gateway.notice(1100);
  await venue.clock.advance(5 * MINUTE + 2 * SECOND);
  assert.equal(of("failure").at(-1)!.error.code, "needs-attention");
  await feed.close();
});

Deno.test("createIbkrFeed takes another client id at 326, and its own again later", async () => {
  const venue = new FakeVenue();
  const { feed, of } = rigOn(venue);
  feed.start();
  await venue.clock.advance(1);
  venue.gateway.notice(326, "Unable to connect as the client id is already in use");
  await venue.clock.advance(3 * SECOND);
  assert.deepEqual(venue.opened.map(({ clientId }) => clientId), [17, 5_500]);
  assert.match(of("failure")[0]!.error.message, /Client id 17 is in use.*Trying again as 5500/);
  assert.equal(of("failure")[0]!.error.remedy, "wait");
  await venue.clock.advance(MINUTE);
  venue.gateway.lose();
  await venue.clock.advance(MINUTE);
  assert.equal(venue.opened.at(-1)!.clientId, 17);
  await feed.close();
});

Deno.test("createIbkrFeed fails one instrument without permission and goes on with the other", async () => {
  const venue = new FakeVenue();
  venue.refusals.set("bars ES", { code: 354, text: "Requested market data is not subscribed." });
  const { feed, of, differences } = rigOn(venue);
  feed.start();
  await venue.clock.advance(3 * MINUTE);
  const [es, nq] = feed.snapshot().streams;
  assert.equal(es!.state, "failed");
  assert.equal(
    es!.error!.message,
    "IBKR has no live market-data permission for ES (code 354). Subscribe to CME Real-Time in Account Management, or set ibkr.marketDataType: delayed to see delayed data, labelled so.",
  );
  assert.equal(nq!.state, "live");
  assert.equal(feed.snapshot().state, "live");
  assert.equal(of("failure").length, 1);
  assert.deepEqual(differences("NQ"), []);
  assert.ok(!venue.gateway.sent.includes("type 3"), "nothing falls back silently");
  await feed.close();
});

Deno.test("createIbkrFeed fails as a whole when every instrument failed", async () => {
  const cases = [
    ["bars", 10089, "no-permission", "configure"],
    ["bars", 354, "no-permission", "configure"],
    ["futures", 200, "unknown-contract", "configure"],
    ["bars", 321, "request-refused", "give-up"],
  ] as const;
  for (const [request, code, name, remedy] of cases) {
    const venue = new FakeVenue();
    venue.refusals.set(request, { code, text: "as told by the venue" });
    const { feed, of } = rigOn(venue);
    feed.start();
    await venue.clock.advance(MINUTE);
    assert.equal(feed.snapshot().state, "failed");
    assert.deepEqual(of("failure").map((event) => event.error.code), [name, name]);
    assert.equal(feed.snapshot().lastError!.remedy, remedy);
    assert.equal(venue.gateways.length, 1);
    await feed.close();
    assert.equal(venue.clock.pending, 0);
  }
});

Deno.test("createIbkrFeed asks again later when real-time bars are refused for pacing", async () => {
  const venue = new FakeVenue();
  venue.refusals.set("bars ES", { code: 420, text: "Invalid Real-time Query: pacing violation" });
  const { feed } = rigOn(venue);
  feed.start();
  await venue.clock.advance(5 * SECOND);
  venue.refusals.clear();
  await venue.clock.advance(30 * SECOND);
  assert.equal(feed.snapshot().streams[0]!.state, "live");
  assert.equal(venue.gateway.sent.filter((line) => line === "bars ESZ5").length, 2);
  await feed.close();
});

Deno.test("createIbkrFeed tells of a competing session and asks again slowly", async () => {
  const venue = new FakeVenue();
  const { feed, of } = rigOn(venue);
  feed.start();
  await venue.clock.advance(MINUTE);
  venue.gateway.notice(
    10197,
    "No market data during competing live session",
    venue.gateway.streamOf("ES"),
  );
  assert.equal(feed.snapshot().streams[0]!.state, "stale");
  assert.equal(of("failure").at(-1)!.error.code, "competing-session");
  await venue.clock.advance(30 * SECOND);
  assert.equal(venue.gateway.streams.size, 1);
  await venue.clock.advance(30 * SECOND);
  assert.equal(feed.snapshot().streams[0]!.state, "live");
  assert.equal(feed.snapshot().streams[0]!.error, undefined);
  await feed.close();
});

Deno.test("createIbkrFeed asks at once when IBKR ends a stream (10225)", async () => {
  const venue = new FakeVenue();
  const { feed, differences } = rigOn(venue);
  feed.start();
  await venue.clock.advance(MINUTE);
  venue.gateway.notice(10225, "Bust event", venue.gateway.streamOf("ES"));
  assert.equal(venue.gateway.streams.size, 2);
  await venue.clock.advance(2 * MINUTE);
  assert.equal(feed.snapshot().streams[0]!.state, "live");
  assert.deepEqual(differences("ES"), []);
  await feed.close();
});

Deno.test("createIbkrFeed replaces damaged bars from history", async () => {
  const venue = new FakeVenue();
  let n = 0;
  venue.spoilBar = (bar) => {
    n++;
    if (n % 37 === 0) return { ...bar, high: bar.low - 1 };
    if (n % 41 === 0) return { ...bar, time: bar.time + 7 * 24 * HOUR };
    if (n % 43 === 0) return { ...bar, close: NaN };
    if (n % 47 === 0) return undefined;
    return n % 53 === 0 ? { ...bar, volume: -1 } : bar;
  };
  const { feed, differences, of, ledgers } = rigOn(venue);
  feed.start();
  await venue.clock.advance(15 * MINUTE);
  assert.deepEqual(differences("ES"), []);
  assert.deepEqual(differences("NQ"), []);
  assert.ok(of("heal").length >= 5);
  assert.ok(of("gap").some((event) => event.reason.includes("damaged")));
  assert.ok(Math.abs(feed.snapshot().venueTime - venue.now()) < 2 * SECOND);
  venue.spoilBar = undefined;
  const streamed = ledgers.get("ES")!.coverage().streamed;
  await venue.clock.advance(5 * MINUTE);
  assert.ok(ledgers.get("ES")!.coverage().streamed >= streamed + 4, "the stream counts again");
  await feed.close();
});

Deno.test("createIbkrFeed believes no damaged answer of history, nor the forming row", async () => {
  const venue = new FakeVenue();
  let n = 0;
  venue.spoilHistory = (bars) => {
    n++;
    if (n > 4) return bars;
    // A row with a damaged time leaves a hole between good rows, which must not pass for proof.
    return bars.map((bar, i) =>
      i % 5 === 2 ? { ...bar, high: bar.low - 1 } : i % 7 === 3 ? { ...bar, time: 7 } : bar
    );
  };
  const { feed, differences, ledgers } = rigOn(venue);
  feed.start();
  await venue.clock.advance(5 * MINUTE);
  assert.deepEqual(differences("ES"), []);
  assert.equal(ledgers.get("ES")!.coverage().absent, 0);
  assert.ok(Object.keys(ledgers.get("ES")!.coverage().rejected).length > 0);
  await feed.close();
});

Deno.test("createIbkrFeed gives a minute up only on proof", async () => {
  const venue = new FakeVenue();
  // History runs a minute late at first: what it lacks then is not absent.
  const until = venue.now() + 3 * MINUTE;
  venue.spoilHistory = (bars) => venue.now() < until ? bars.slice(0, -3) : bars;
  const { feed, differences, ledgers } = rigOn(venue);
  feed.start();
  await venue.clock.advance(6 * MINUTE);
  assert.deepEqual(differences("ES"), []);
  assert.equal(ledgers.get("ES")!.coverage().absent, 0);
  await feed.close();
});

Deno.test("createIbkrFeed waits out pacing errors of history and then succeeds", async () => {
  const venue = new FakeVenue();
  const text =
    "Historical Market Data Service error message:Historical data request pacing violation";
  venue.refusals.set("history", { code: 162, text });
  const { feed, differences, states } = rigOn(venue);
  feed.start();
  await venue.clock.advance(50 * SECOND);
  const asked = venue.gateway.sent.filter((line) => line.startsWith("history ESZ5"));
  assert.equal(asked.length, 2, "at once and after 15 s, the next after 60 s");
  venue.refusals.clear();
  await venue.clock.advance(2 * MINUTE);
  assert.equal(states(), "connecting handshake ready starting live");
  assert.deepEqual(differences("ES"), []);
  await feed.close();
});

Deno.test("createIbkrFeed reconnects when history goes unanswered", async () => {
  const venue = new FakeVenue();
  venue.isHistoryDead = true;
  const { feed, of, differences } = rigOn(venue);
  feed.start();
  await venue.clock.advance(3 * MINUTE);
  assert.equal(of("failure")[0]!.error.code, "unanswered");
  assert.ok(venue.gateways[0]!.sent.some((line) => line.startsWith("cancel history")));
  venue.isHistoryDead = false;
  await venue.clock.advance(3 * MINUTE);
  assert.equal(feed.snapshot().state, "live");
  assert.deepEqual(differences("ES"), []);
  await feed.close();
});

Deno.test("createIbkrFeed moves to the next quarter at the roll and heals each side from its own", async () => {
  const rollAt = Date.UTC(2025, 11, 14, 23);
  const venue = new FakeVenue({ start: rollAt - 10 * MINUTE });
  const { feed, of, differences, ledgers } = rigOn(venue, {}, { backfillMs: 52 * HOUR });
  feed.start();
  await venue.clock.advance(9 * MINUTE);
  assert.equal(feed.snapshot().streams[0]!.contract, "ESZ5");
  await venue.clock.advance(5 * MINUTE);
  venue.gateway.lose();
  await venue.clock.advance(9 * MINUTE);
  const quarters = of("contract").filter((event) => event.instrument === "ES");
  assert.deepEqual(
    [...new Set(quarters.map((event) => event.contract))],
    ["ESZ5", "ESH6"],
  );
  assert.equal(ledgers.get("ES")!.at(rollAt - 49 * HOUR - MINUTE)!.contract, "ESZ5");
  assert.equal(ledgers.get("ES")!.at(rollAt)!.contract, "ESH6");
  assert.deepEqual(differences("ES", (time) => time < rollAt ? 101 : 102), []);
  assert.equal(venue.gateway.streams.size, 2);
  await feed.close();
});

Deno.test("createIbkrFeed rolls cleanly at 3600 venue seconds a second", async () => {
  const rollAt = Date.UTC(2025, 11, 14, 23);
  const venue = new FakeVenue({ start: rollAt - 2 * MINUTE, speed: 3_600 });
  const { feed, differences, ledgers } = rigOn(venue);
  feed.start();
  await venue.clock.advance(SECOND);
  const bars = ledgers.get("ES")!.bars(rollAt);
  assert.ok(bars.length > 30);
  assert.ok(bars.every((bar) => bar.contract === "ESH6"), "late bars of the old quarter stay out");
  const settled = differences("ES", () => 102).filter((line) => !line.endsWith("≠ none"));
  assert.deepEqual(settled, []);
  await feed.close();
});

Deno.test("createIbkrFeed does not take a minute without trades for a gap", async () => {
  const venue = new FakeVenue();
  const quiet = Math.ceil(venue.now() / MINUTE) * MINUTE + 2 * MINUTE;
  venue.quietMinutes.add(quiet).add(quiet + MINUTE);
  const { feed, of, ledgers, differences } = rigOn(venue);
  feed.start();
  await venue.clock.advance(8 * MINUTE);
  assert.deepEqual(of("gap"), []);
  assert.deepEqual(of("heal"), []);
  assert.deepEqual(differences("ES"), []);
  assert.equal(ledgers.get("ES")!.coverage().absent, 2);
  await feed.close();
});

Deno.test("createIbkrFeed stays on the expiry the user chose", async () => {
  for (const manualExpiry of ["202603", "20260320"]) {
    const venue = new FakeVenue();
    const { feed, ledgers } = rigOn(venue, { manualExpiry });
    feed.start();
    await venue.clock.advance(2 * MINUTE);
    assert.equal(feed.snapshot().streams[0]!.contract, "ESH6");
    assert.equal(ledgers.get("ES")!.last!.contract, "ESH6");
    await feed.close();
  }
});

Deno.test("createIbkrFeed names the listed expiries when the chosen one is not among them", async () => {
  const venue = new FakeVenue();
  const { feed } = rigOn(venue, { manualExpiry: "202712" });
  feed.start();
  await venue.clock.advance(10 * SECOND);
  assert.equal(feed.snapshot().state, "failed");
  assert.match(
    feed.snapshot().lastError!.message,
    /lists no (ES|NQ) that expires in 202712; it lists 20251219, 20260320, 20260618/,
  );
  await feed.close();
});

Deno.test("createIbkrFeed in delayed mode closes minutes from history and labels them", async () => {
  const venue = new FakeVenue();
  venue.spoilHistory = (bars) => bars.filter((bar) => bar.time < venue.now() - 10 * MINUTE);
  const { feed, of, ledgers, states } = rigOn(venue, { marketDataType: "delayed" });
  feed.start();
  await venue.clock.advance(SECOND);
  assert.ok(venue.gateway.sent.includes("type 3"));
  const id = venue.gateway.streamOf("ES");
  venue.gateway.notice(10167, "Requested market data is not subscribed. Displaying delayed", id);
  venue.gateway.tell({ kind: "data-type", id, type: 3 });
  const seconds = Math.floor((venue.now() - 10 * MINUTE) / SECOND);
  venue.gateway.tell({ kind: "tick", id, field: 68, value: 6_000 });
  venue.gateway.tell({ kind: "tick", id, field: 88, value: seconds });
  venue.gateway.tell({ kind: "tick", id, field: 71, value: 3 });
  venue.gateway.tell({ kind: "tick", id, field: 68, value: 6_001 });
  assert.deepEqual(of("label").map((event) => event.source), ["delayed"]);
  const forming = of("forming").at(-1)!.bar;
  assert.equal(forming.close, 6_001);
  assert.equal(forming.volume, 3);
  assert.equal(forming.closed, false);
  await venue.clock.advance(30 * MINUTE);
  assert.match(states(), /starting live/);
  assert.ok(of("bar").length > 250);
  assert.ok(of("bar").every((event) => event.bar.source === "delayed"));
  assert.deepEqual(of("gap"), []);
  assert.equal(ledgers.get("ES")!.coverage().absent, 0);
  assert.ok(ledgers.get("ES")!.last!.openTime >= venue.now() - 13 * MINUTE);
  await feed.close();
});

Deno.test("createIbkrFeed in delayed mode asks once more at 10168 and then fails clearly", async () => {
  const venue = new FakeVenue();
  venue.refusals.set("ticks", { code: 10168, text: "Delayed market data is not enabled" });
  const { feed } = rigOn(venue, { marketDataType: "delayed" });
  feed.start();
  await venue.clock.advance(20 * SECOND);
  assert.equal(venue.gateway.sent.filter((line) => line === "ticks ESZ5").length, 2);
  assert.equal(feed.snapshot().state, "failed");
  assert.match(feed.snapshot().lastError!.message, /no delayed data/);
  await feed.close();
});

Deno.test("createIbkrFeed works at 60 and at 3600 venue seconds a second", async () => {
  for (const speed of [60, 3_600]) {
    const venue = new FakeVenue({ speed });
    const { feed, differences, of } = rigOn(venue);
    feed.start();
    await venue.clock.advance(4 * SECOND);
    venue.gateway.lose();
    await venue.clock.advance(6 * SECOND);
    assert.equal(feed.snapshot().state, "live", `at ${speed}`);
    await venue.clock.advance(SECOND);
    const late = differences("ES").filter((line) => !line.endsWith("≠ none"));
    assert.deepEqual(late, [], `at ${speed}`);
    const missing = differences("ES").length;
    assert.ok(missing <= speed / 60, `at ${speed}: ${missing} minutes still to heal`);
    assert.equal(of("failure").length, 1, `at ${speed}`);
    await feed.close();
  }
});

Deno.test("createIbkrFeed closes in every state and leaves nothing behind", async () => {
  for (const ms of [0, 1, 4, 6, 12, 20, 1_000, 7_000, 61_000]) {
    const venue = new FakeVenue();
    const { feed } = rigOn(venue);
    feed.start();
    await venue.clock.advance(ms);
    await Promise.all([feed.close(), feed.close()]);
    assert.equal(feed.snapshot().state, "closed");
    assert.equal(venue.clock.pending, 0, `closed after ${ms} ms`);
    assert.ok(venue.gateways.every((gateway) => gateway.isOver || ms === 0));
  }
});

Deno.test("createIbkrFeed refuses wrong options by name", () => {
  const venue = new FakeVenue();
  assert.throws(() => rigOn(venue, { port: 0 }), /ibkr\.port must be a whole number/);
  assert.throws(() => rigOn(venue, { futures: [] }), /ibkr\.futures must name at least one/);
  assert.throws(() => rigOn(venue, { manualExpiry: "Dec" }), /YYYYMM, YYYYMMDD or null, got Dec/);
});
