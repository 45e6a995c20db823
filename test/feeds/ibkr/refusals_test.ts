import assert from "node:assert/strict";
import { HOUR, MINUTE, SECOND } from "../../../lib/model/time.ts";
import { knownTwsCodes } from "../../../lib/wire/tws_codes.ts";
import { CompetingSession } from "../../../lib/feeds/ibkr/competing_session.ts";
import { RefusalBook } from "../../../lib/feeds/ibkr/refusal_book.ts";
import { Requests } from "../../../lib/feeds/ibkr/requests.ts";
import type { Gateway } from "../../../lib/feeds/ibkr/gateway.ts";
import { ManualClock } from "../../support/manual_clock.ts";
import { FakeVenue, QUARTERS, type Rig, rigOn } from "./fake_venue.ts";

/** Codes with which TWS refuses what it has served, with texts of TWS in several languages. */
const REFUSALS: readonly (readonly [code: number, text: string])[] = [
  [101, "Max number of tickers has been reached"],
  [162, "Trading TWS session is connected from a different IP address"],
  [162, "Historical Market Data Service error message:No market data permissions for CME FUT"],
  [162, "歷史數據查詢失敗"],
  [166, "HMDS Expired Contract Violation"],
  [200, "No security definition has been found for the request"],
  [320, "Error reading request"],
  [321, "Error validating request.-'bW' : cause - Please enter exchange"],
  [322, "Error processing request.-'bO' : cause - Duplicate ticker id"],
  [322, "Only 50 simultaneous API historical data requests allowed"],
  [323, "Server error: cause - timeout"],
  [354, "Requested market data is not subscribed."],
  [354, "Gewünschte Marktdaten nicht abonniert"],
  [386, "Duplicate ticker ID for API historical data query"],
  [420, "Invalid Real-time Query:Trading TWS session is connected from a different IP address"],
  [420, "Invalid Real-time Query:No market data permissions for CME FUT"],
  [420, "无效的实时查询"],
  [10089, "Requested market data requires additional subscription for API."],
  [10091, "Part of requested market data requires additional subscription for API."],
  [10167, "Requested market data is not subscribed. Displaying delayed market data."],
  [10168, "Delayed market data is not enabled"],
  [10182, "Failed to request live updates (disconnected)."],
  [10186, "Delayed market data is not enabled"],
  [10190, "Max number of tick-by-tick requests has been reached."],
  [10197, "No market data during competing live session"],
  [10225, "Bust event occurred, current subscription is deactivated."],
  [10999, "a code of tomorrow"],
];

const statesOf = ({ feed }: Rig) => feed.snapshot().streams.map(({ state }) => state);
const codesOf = ({ of }: Rig, instrument: string) =>
  of("failure").flatMap(({ error }) => error.instrument === instrument ? [error.code] : []);

/** Streams for three minutes. */
async function streaming(venue: FakeVenue, options: Parameters<typeof rigOn>[1] = {}) {
  const rig = rigOn(venue, options);
  rig.feed.start();
  await venue.clock.advance(3 * MINUTE);
  assert.deepEqual(statesOf(rig), rig.feed.snapshot().streams.map(() => "live"));
  return rig;
}

/** Ends every stream of the venue by a notice. */
function endStreams({ gateway }: FakeVenue, code: number, text: string): void {
  for (const id of [...gateway.streams.keys()]) {
    gateway.streams.delete(id);
    gateway.notice(code, text, id);
  }
}

Deno.test("streams that TWS refuses for twenty minutes, by any code, come back whole", async () => {
  for (const [code, text] of REFUSALS) {
    const venue = new FakeVenue();
    const rig = await streaming(venue);
    const { feed, differences } = rig;
    venue.refusals.set("bars", { code, text });
    endStreams(venue, code, text);
    const asked = venue.gateway.sent.length;
    await venue.clock.advance(20 * MINUTE);
    const name = `${code} ${text}`;
    assert.ok(!statesOf(rig).includes("failed"), name);
    assert.ok(!statesOf(rig).includes("live"), `${name}: no data, and called live`);
    assert.notEqual(feed.snapshot().state, "failed", name);
    const bars = venue.gateway.sent.slice(asked).filter((line) => line.startsWith("bars")).length;
    assert.ok(bars >= 6 && bars <= 110, `${name}: asked ${bars} times`);
    assert.ok(codesOf(rig, "ES").length <= 1, `${name}: reported ${codesOf(rig, "ES")}`);
    venue.refusals.clear();
    await venue.clock.advance(5 * MINUTE);
    assert.deepEqual(statesOf(rig), ["live", "live"], name);
    assert.deepEqual(feed.snapshot().streams.map(({ error }) => error), [undefined, undefined]);
    assert.deepEqual([...differences("ES"), ...differences("NQ")], [], name);
    await feed.close();
    assert.equal(venue.clock.pending, 0);
  }
});

Deno.test("history that TWS refuses for twenty minutes, by any code, ends no stream and is healed", async () => {
  for (const [code, text] of REFUSALS) {
    const venue = new FakeVenue();
    const rig = await streaming(venue);
    venue.refusals.set("history", { code, text });
    venue.isStreamDead = true;
    await venue.clock.advance(12 * SECOND);
    venue.isStreamDead = false;
    await venue.clock.advance(20 * MINUTE);
    const name = `${code} ${text}`;
    assert.deepEqual(statesOf(rig), ["live", "live"], name);
    assert.ok(codesOf(rig, "ES").length <= 1, `${name}: reported ${codesOf(rig, "ES")}`);
    assert.equal(venue.gateways.length, 1, name);
    venue.refusals.clear();
    await venue.clock.advance(5 * MINUTE);
    assert.deepEqual([...rig.differences("ES"), ...rig.differences("NQ")], [], name);
    assert.equal(rig.feed.snapshot().streams[0]!.error, undefined, name);
    await rig.feed.close();
  }
});

Deno.test("a listing that TWS refuses at its refresh or after a reconnection passes", async () => {
  for (const [code, text] of REFUSALS) {
    const venue = new FakeVenue({ start: Date.UTC(2025, 11, 3, 6) });
    const rig = await streaming(venue);
    venue.refusals.set("futures", { code, text });
    venue.gateway.lose();
    await venue.clock.advance(10 * MINUTE);
    const name = `${code} ${text}`;
    assert.ok(!statesOf(rig).includes("failed"), name);
    assert.notEqual(rig.feed.snapshot().state, "failed", name);
    venue.refusals.clear();
    await venue.clock.advance(3 * MINUTE);
    assert.deepEqual(statesOf(rig), ["live", "live"], name);
    assert.deepEqual(rig.differences("ES"), [], name);
    await rig.feed.close();
  }
  const venue = new FakeVenue({ start: Date.UTC(2025, 11, 3, 6) });
  const rig = await streaming(venue);
  const [code, text] = [200, "No security definition has been found for the request"];
  venue.refusals.set("futures", { code, text });
  await venue.clock.advance(12.5 * HOUR);
  assert.deepEqual(statesOf(rig), ["live", "live"]);
  assert.deepEqual(codesOf(rig, "ES"), ["refused-for-now"]);
  assert.equal(venue.gateways.length, 1);
  await rig.feed.close();
});

Deno.test("no code that TWS may send about a stream that flows ends it for good", async () => {
  for (const code of [...knownTwsCodes(), 2176, 2187, 10999]) {
    if (code === 326) continue;
    for (const id of ["stream", "none"] as const) {
      const venue = new FakeVenue();
      const rig = await streaming(venue);
      venue.gateway.notice(code, "Text", id === "none" ? -1 : venue.gateway.streamOf("ES"));
      await venue.clock.advance(10 * MINUTE);
      assert.deepEqual(statesOf(rig), ["live", "live"], `${code} for ${id}`);
      assert.deepEqual(rig.differences("ES"), [], `${code} for ${id}`);
      await rig.feed.close();
    }
  }
});

Deno.test("a code that nobody knows leaves a stream that flows on its id", async () => {
  const venue = new FakeVenue();
  const rig = await streaming(venue);
  const id = venue.gateway.streamOf("ES");
  venue.gateway.notice(10999, "a code of tomorrow", id);
  assert.equal(statesOf(rig)[0], "stale");
  await venue.clock.advance(10 * SECOND);
  assert.equal(statesOf(rig)[0], "live");
  assert.equal(venue.gateway.streamOf("ES"), id);
  assert.deepEqual(rig.of("failure"), []);
  await rig.feed.close();
});

Deno.test("another session is named as such, in history and streams, by code or by what codes showed before", async () => {
  const ip = "Trading TWS session is connected from a different IP address";
  for (const [request, code] of [["bars", 420], ["history", 162]] as const) {
    const venue = new FakeVenue();
    venue.refusals.set(request, { code, text: ip });
    const rig = rigOn(venue);
    rig.feed.start();
    await venue.clock.advance(2 * MINUTE);
    assert.deepEqual(codesOf(rig, "ES"), ["competing-session"]);
    const { message, isPassing } = rig.of("failure")[0]!.error;
    assert.match(message, /Another session of the same IBKR user .*Close the other TWS/);
    assert.ok(!/permission/.test(message) && isPassing);
    venue.refusals.clear();
    await venue.clock.advance(3 * MINUTE);
    assert.deepEqual(statesOf(rig), ["live", "live"]);
    assert.deepEqual(rig.differences("ES"), []);
    await rig.feed.close();
  }
  const venue = new FakeVenue();
  const rig = await streaming(venue);
  venue.gateway.notice(10197, "竞争会话", venue.gateway.streamOf("NQ"));
  venue.refusals.set("bars ES", { code: 420, text: "无效的实时查询" });
  venue.gateway.notice(420, "无效的实时查询", venue.gateway.streamOf("ES"));
  assert.equal(rig.feed.snapshot().streams[0]!.error!.code, "competing-session");
  await rig.feed.close();
});

Deno.test("what TWS refuses for hours in an open market is given up, and said so as from the start", async () => {
  const cases = [
    [354, "no-permission", "configure"],
    [200, "unknown-contract", "configure"],
    [321, "request-refused", "give-up"],
    [420, "no-permission", "configure"],
  ] as const;
  for (const [code, name, remedy] of cases) {
    const venue = new FakeVenue();
    const rig = await streaming(venue);
    venue.refusals.set("bars", { code, text: "text" });
    endStreams(venue, code, "text");
    await venue.clock.advance(5 * HOUR);
    assert.notEqual(rig.feed.snapshot().state, "failed", `${code}: five hours`);
    await venue.clock.advance(3 * HOUR);
    assert.equal(rig.feed.snapshot().state, "failed", `${code}: eight hours, one of them closed`);
    assert.equal(rig.feed.snapshot().lastError!.code, name);
    assert.equal(rig.feed.snapshot().lastError!.remedy, remedy);
    await rig.feed.close();
  }
});

Deno.test("a closed market gives nothing up: refused over a weekend, live after it", async () => {
  const venue = new FakeVenue({ start: Date.UTC(2025, 11, 5, 20) });
  const rig = await streaming(venue);
  venue.refusals.set("bars", { code: 354, text: "Requested market data is not subscribed." });
  endStreams(venue, 354, "Requested market data is not subscribed.");
  await venue.clock.advance(52 * HOUR);
  assert.ok(!statesOf(rig).includes("failed"), statesOf(rig).join());
  venue.refusals.clear();
  await venue.clock.advance(5 * MINUTE);
  assert.deepEqual(statesOf(rig), ["live", "live"]);
  await rig.feed.close();
});

Deno.test("a start in a closed market proves a stream by its being granted", async () => {
  const venue = new FakeVenue({ start: Date.UTC(2025, 11, 6, 12) });
  const rig = rigOn(venue);
  rig.feed.start();
  await venue.clock.advance(2 * MINUTE);
  venue.refusals.set("bars", { code: 354, text: "Requested market data is not subscribed." });
  endStreams(venue, 354, "Requested market data is not subscribed.");
  await venue.clock.advance(HOUR);
  assert.ok(!statesOf(rig).includes("failed"));
  await rig.feed.close();
});

Deno.test("a start in the nightly reset takes no refusal for the last word", async () => {
  const venue = new FakeVenue({ start: Date.UTC(2025, 11, 3, 5, 30) });
  for (const request of ["futures", "bars", "history"]) {
    venue.refusals.set(request, { code: 200, text: "No security definition has been found" });
  }
  const rig = rigOn(venue);
  rig.feed.start();
  await venue.clock.advance(30 * MINUTE);
  assert.ok(!statesOf(rig).includes("failed"), statesOf(rig).join());
  venue.refusals.clear();
  await venue.clock.advance(3 * MINUTE);
  assert.deepEqual(statesOf(rig), ["live", "live"]);
  assert.deepEqual(rig.differences("ES"), []);
  await rig.feed.close();
});

Deno.test("whoever accepts delayed data gets it at once, in the nightly reset too", async () => {
  const venue = new FakeVenue({ start: Date.UTC(2025, 11, 3, 5, 30) });
  venue.refusals.set("bars", {
    code: 420,
    text: "Invalid Real-time Query:No market data permissions for CME FUT",
  });
  const rig = rigOn(venue, { marketDataType: "live-or-delayed" });
  rig.feed.start();
  await venue.clock.advance(MINUTE);
  const labels = rig.events.filter((event) => event.kind === "label");
  assert.deepEqual(labels.map(({ source }) => source), ["delayed", "delayed"]);
  await rig.feed.close();
});

Deno.test("a refusal by an unknown text from the start is waited out, for it may be the pace", async () => {
  for (const isOver of [true, false]) {
    const venue = new FakeVenue();
    venue.refusals.set("bars", { code: 420, text: "Ungültige Echtzeitabfrage" });
    const rig = rigOn(venue);
    rig.feed.start();
    await venue.clock.advance(8 * MINUTE);
    assert.ok(!statesOf(rig).includes("failed"));
    if (isOver) venue.refusals.clear();
    await venue.clock.advance(4 * MINUTE);
    assert.equal(rig.feed.snapshot().state, isOver ? "live" : "failed");
    await rig.feed.close();
  }
});

Deno.test("a listing cut short in mid-stream is not believed", async () => {
  for (const quarters of [[], QUARTERS.filter((q) => !q.localSymbol.endsWith("Z5"))]) {
    for (const manualExpiry of [null, "202512"]) {
      const venue = new FakeVenue({ start: Date.UTC(2025, 11, 3, 6) });
      const rig = await streaming(venue, { manualExpiry });
      venue.quarters = quarters;
      await venue.clock.advance(12.1 * HOUR);
      assert.deepEqual(statesOf(rig), ["live", "live"]);
      assert.equal(rig.feed.snapshot().streams[0]!.contract, "ESZ5");
      venue.gateway.lose();
      await venue.clock.advance(5 * MINUTE);
      assert.notEqual(rig.feed.snapshot().state, "failed");
      venue.quarters = QUARTERS;
      await venue.clock.advance(3 * MINUTE);
      assert.deepEqual(statesOf(rig), ["live", "live"]);
      assert.deepEqual(rig.differences("ES"), []);
      await rig.feed.close();
    }
  }
});

/** Sends delayed ticks of every stream that is asked for, now. */
function delayedTicks({ gateway, now }: { gateway: FakeVenue["gateway"]; now: number }): void {
  for (const id of gateway.streams.keys()) {
    gateway.tell({ kind: "data-type", id, type: 3 });
    gateway.tell({ kind: "tick", id, field: 68, value: 6_000 });
    gateway.tell({ kind: "tick", id, field: 88, value: Math.floor((now - 10 * MINUTE) / SECOND) });
  }
}

Deno.test("an advisory before delayed data is no refusal, whatever its code", async () => {
  for (const code of [354, 10089, 10090, 10091, 10167, 2187]) {
    const venue = new FakeVenue();
    venue.spoilHistory = (bars) => bars.filter((bar) => bar.time < venue.now() - 10 * MINUTE);
    const rig = rigOn(venue, { marketDataType: "delayed" });
    rig.feed.start();
    await venue.clock.advance(SECOND);
    for (const id of venue.gateway.streams.keys()) venue.gateway.notice(code, "additional", id);
    for (let i = 0; i < 300; i++) {
      await venue.clock.advance(SECOND);
      if (i > 20) delayedTicks({ gateway: venue.gateway, now: venue.now() });
    }
    assert.deepEqual(statesOf(rig), ["live", "live"], `${code}`);
    assert.deepEqual(rig.of("failure"), [], `${code}`);
    assert.equal(venue.gateway.sent.filter((line) => line === "ticks ESZ5").length, 1);
    await rig.feed.close();
  }
});

Deno.test("delayed data that does not follow its advisory in time is not to be had", async () => {
  for (const code of [354, 10089, 10091, 10167]) {
    const venue = new FakeVenue();
    const rig = rigOn(venue, { marketDataType: "delayed" });
    rig.feed.start();
    await venue.clock.advance(SECOND);
    for (const id of venue.gateway.streams.keys()) venue.gateway.notice(code, "additional", id);
    await venue.clock.advance(50 * SECOND);
    assert.notEqual(rig.feed.snapshot().state, "failed", `${code}`);
    await venue.clock.advance(20 * SECOND);
    assert.equal(rig.feed.snapshot().state, "failed", `${code}`);
    assert.match(rig.feed.snapshot().lastError!.message, /no delayed data for (ES|NQ).*additional/);
    await rig.feed.close();
  }
});

Deno.test("delayed data once seen comes back after 10168, 10186 and an advisory without data", async () => {
  for (const code of [354, 10089, 10168, 10186, 10197, 420, 200]) {
    const venue = new FakeVenue();
    venue.spoilHistory = (bars) => bars.filter((bar) => bar.time < venue.now() - 10 * MINUTE);
    const rig = rigOn(venue, { marketDataType: "delayed" });
    rig.feed.start();
    await venue.clock.advance(2 * SECOND);
    delayedTicks({ gateway: venue.gateway, now: venue.now() });
    venue.refusals.set("ticks", { code, text: "text" });
    endStreams(venue, code, "text");
    await venue.clock.advance(20 * MINUTE);
    assert.notEqual(rig.feed.snapshot().state, "failed", `${code}`);
    assert.ok(!statesOf(rig).includes("failed"), `${code}`);
    venue.refusals.clear();
    await venue.clock.advance(2 * MINUTE);
    assert.equal(venue.gateway.streams.size, 2, `${code}: asked for again`);
    delayedTicks({ gateway: venue.gateway, now: venue.now() });
    assert.deepEqual(statesOf(rig), ["live", "live"], `${code}`);
    await rig.feed.close();
  }
});

Deno.test("Requests waits for an answer after a remark on it, but not for long, and gives the remark as the reason", async () => {
  const clock = new ManualClock();
  const cancelled: number[] = [];
  const gateway = { history: () => {}, cancelHistory: (id: number) => cancelled.push(id) };
  let lastId = 0;
  const requests = new Requests({
    gateway: gateway as unknown as Gateway,
    clock,
    freshId: () => ++lastId,
  });
  const request = { future: QUARTERS[0]!, end: "", duration: "60 S" };
  const served = requests.history(request, 30_000);
  requests.advise(1, 10089, "additional");
  await clock.advance(5_000);
  requests.take({ kind: "history", id: 1, bars: [] });
  assert.deepEqual(await served, { kind: "ok", value: [] });
  const missed = requests.history(request, 30_000);
  requests.advise(2, 10089, "additional");
  requests.advise(2, 10167, "a second remark changes nothing");
  await clock.advance(10_000);
  assert.deepEqual(await missed, { kind: "refused", code: 10089, text: "additional" });
  assert.deepEqual(cancelled, [2]);
  requests.advise(2, 10089, "too late");
  const late = requests.history(request, 4_000);
  await clock.advance(3_000);
  requests.advise(3, 10089, "additional");
  await clock.advance(1_000);
  assert.equal((await late).kind, "refused", "the limit is not prolonged");
  assert.equal(clock.pending, 0);
});

Deno.test("a connection that has had data is tried again whatever stands in its way, and one that never had is not", async () => {
  const causes = [
    { kind: "not-tws", bytes: "HTTP/1.1 502" },
    { kind: "unsupported-version", version: 201 },
  ] as const;
  for (const cause of causes) {
    for (const hadData of [true, false]) {
      const venue = new FakeVenue();
      const rig = rigOn(venue);
      if (!hadData) venue.refusal = cause;
      rig.feed.start();
      await venue.clock.advance(3 * MINUTE);
      venue.refusal = cause;
      if (hadData) venue.gateway.lose();
      await venue.clock.advance(10 * MINUTE);
      assert.equal(rig.feed.snapshot().state, hadData ? "recovering" : "failed");
      const attempts = venue.gateways.length;
      assert.ok(hadData ? attempts >= 8 && attempts <= 13 : attempts === 1, `${attempts} attempts`);
      venue.refusal = undefined;
      await venue.clock.advance(3 * MINUTE);
      assert.equal(rig.feed.snapshot().state, hadData ? "live" : "failed");
      if (hadData) assert.deepEqual(rig.differences("ES"), []);
      await rig.feed.close();
    }
  }
});

const VIX = [{ symbol: "VIX", exchange: "CBOE" }];

/** A delayed value of VIX. */
function value({ gateway, now }: { gateway: FakeVenue["gateway"]; now: number }): void {
  const [id] = gateway.indices.keys();
  gateway.tell({ kind: "tick", id: id!, field: 68, value: 17 });
  gateway.tell({
    kind: "tick",
    id: id!,
    field: 88,
    value: Math.floor((now - 15 * MINUTE) / SECOND),
  });
}

Deno.test("an index that TWS refuses in mid-stream, by any code, comes back within a minute", async () => {
  for (const [code, text] of REFUSALS) {
    if (code === 162) continue;
    const venue = new FakeVenue();
    const rig = rigOn(venue, { indices: VIX });
    rig.feed.start();
    await venue.clock.advance(MINUTE);
    value({ gateway: venue.gateway, now: venue.now() });
    const vix = () => rig.feed.snapshot().streams.at(-1)!;
    assert.equal(vix().state, "live");
    venue.refusals.set("ticks VIX", { code, text });
    const [id] = venue.gateway.indices.keys();
    venue.gateway.indices.delete(id!);
    venue.gateway.notice(code, text, id);
    await venue.clock.advance(10 * MINUTE);
    assert.notEqual(vix().state, "failed", `${code} ${text}`);
    assert.ok(codesOf(rig, "VIX").length <= 1, `${code} ${text}`);
    venue.refusals.clear();
    await venue.clock.advance(2 * MINUTE);
    value({ gateway: venue.gateway, now: venue.now() });
    assert.deepEqual([vix().state, vix().error], ["live", undefined], `${code} ${text}`);
    assert.deepEqual(rig.differences("ES"), []);
    await rig.feed.close();
  }
});

Deno.test("an index is stale while TWS is cut off, and asked for again when it is back", async () => {
  for (const [lost, back] of [[1100, 1102], [2103, 2104], [1100, 1101]] as const) {
    const venue = new FakeVenue();
    const rig = rigOn(venue, { indices: VIX });
    rig.feed.start();
    await venue.clock.advance(MINUTE);
    value({ gateway: venue.gateway, now: venue.now() });
    venue.gateway.notice(lost);
    assert.equal(rig.feed.snapshot().streams.at(-1)!.state, "stale");
    await venue.clock.advance(20 * SECOND);
    venue.gateway.notice(back);
    await venue.clock.advance(5 * SECOND);
    const asked = venue.gateway.sent.filter((line) => line === "index ticks VIX").length;
    assert.equal(asked, 2, `${back}`);
    venue.gateway.notice(back);
    await venue.clock.advance(5 * SECOND);
    await rig.feed.close();
  }
});

Deno.test("RefusalBook counts the refusals of an open market alone, and forgets them with data", () => {
  const book = new RefusalBook();
  const slowly = { kind: "slowly", givesUpMs: HOUR } as const;
  assert.equal(book.stageOf("stream"), "first");
  book.tick(0, { isOpen: true });
  assert.equal(book.refused(slowly).kind, "slowly");
  book.tick(10 * HOUR, { isOpen: false });
  assert.equal(book.refused(slowly).kind, "slowly");
  book.tick(10.5 * HOUR, { isOpen: true });
  book.delivered("stream");
  assert.deepEqual([book.stageOf("stream"), book.stageOf("history")], ["served", "served"]);
  assert.equal(book.stageOf("listing"), "first");
  book.tick(20 * HOUR, { isOpen: true });
  assert.equal(book.refused(slowly).kind, "slowly");
  book.tick(21 * HOUR, { isOpen: true });
  assert.equal(book.refused(slowly).kind, "final");
  book.reset();
  assert.equal(book.stageOf("stream"), "first");
});

Deno.test("CompetingSession is likely for a quarter of an hour after a code has named it", () => {
  const session = new CompetingSession();
  assert.equal(session.isLikely(0), false);
  session.seen(1_000);
  assert.equal(session.isLikely(15 * MINUTE), true);
  assert.equal(session.isLikely(15 * MINUTE + 1_000), false);
});
