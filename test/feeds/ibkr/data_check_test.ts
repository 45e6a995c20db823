import assert from "node:assert/strict";
import { askForData, type DataReport } from "../../../lib/feeds/ibkr/data_check.ts";
import { FakeVenue } from "./fake_venue.ts";

const LIMIT_MS = 9_000;

/** Asks a venue for ES, NQ and VIX. */
async function asked(venue: FakeVenue, { manualExpiry = null as string | null } = {}) {
  let report: DataReport | undefined;
  const asking = askForData({
    host: "127.0.0.1",
    port: 4002,
    futures: [{ symbol: "ES", exchange: "CME" }, { symbol: "NQ", exchange: "CME" }],
    indices: [{ symbol: "VIX", exchange: "CBOE" }],
    manualExpiry,
    openGateway: venue.open,
    clock: venue.clock,
    random: () => 0.5,
    limitMs: LIMIT_MS,
  }).then((done) => report = done);
  const before = venue.clock.monotonic();
  while (report === undefined) {
    assert.ok(venue.clock.monotonic() - before <= LIMIT_MS, "it outlives its limit");
    await venue.clock.advance(50);
  }
  await asking;
  assert.equal(venue.clock.pending, 0, "a timer is left behind");
  assert.ok(venue.gateway.isOver, "the connection is left open");
  const outcomes = Object.fromEntries(
    report.answers.map(({ instrument, outcome }) => [instrument, outcome]),
  );
  return { report, outcomes, sent: venue.gateway.sent, tookMs: venue.clock.monotonic() - before };
}

const type = (type: number) => ({ kind: "data-type", type }) as const;
const tick = (field: number) => ({ kind: "tick", field, value: 6_000 }) as const;
const notice = (code: number) => ({ kind: "notice", code, text: `text of ${code}` }) as const;

Deno.test("askForData asks for one snapshot each, as delayed, and reads what it is of", async () => {
  const venue = new FakeVenue();
  venue.snapshots.set("ES", [type(1), tick(4)]);
  venue.snapshots.set("NQ", [notice(10167), type(3), tick(68)]);
  venue.snapshots.set("VIX", [tick(75)]);
  const { report, outcomes, sent, tookMs } = await asked(venue);
  assert.deepEqual(outcomes, {
    ES: { kind: "live" },
    NQ: { kind: "delayed" },
    VIX: { kind: "delayed" },
  });
  assert.equal(report.isSimulated, false);
  const [es = ""] = report.answers.map(({ contract }) => contract);
  assert.match(es, /^ES[HMUZ]\d$/);
  assert.deepEqual(sent.slice(0, 2), ["time", "type 3"]);
  assert.deepEqual(
    sent.filter((each) => each.startsWith("snapshot")).sort(),
    [`snapshot ${es}`, `snapshot ${es.replace("ES", "NQ")}`, "snapshot VIX"],
  );
  assert.ok(tookMs < 1_000, `${tookMs} ms`);
  const { clientId } = venue.opened[0]!;
  assert.equal(clientId, 5_500, "a spare id, so that none in use is taken away");
});

Deno.test("askForData keeps refusals apart: no permission, another session, no contract, no answer", async () => {
  const venue = new FakeVenue();
  venue.snapshots.set("ES", [notice(354)]);
  venue.snapshots.set("NQ", [notice(10197)]);
  const { outcomes, tookMs } = await asked(venue);
  assert.deepEqual(outcomes, {
    ES: { kind: "refused", cause: "permission", code: 354 },
    NQ: { kind: "refused", cause: "competing", code: 10197 },
    VIX: { kind: "silent" },
  });
  assert.ok(tookMs >= LIMIT_MS, `VIX is waited for until time is up, ${tookMs} ms`);
  const other = new FakeVenue();
  other.snapshots.set("VIX", [notice(10168)]);
  const { outcomes: unlisted } = await asked(other, { manualExpiry: "203012" });
  assert.deepEqual(unlisted, {
    ES: { kind: "refused", cause: "contract", code: undefined },
    NQ: { kind: "refused", cause: "contract", code: undefined },
    VIX: { kind: "refused", cause: "no-delayed", code: 10168 },
  });
});

Deno.test("askForData takes the type of the data for an answer where no value comes: a shut market", async () => {
  const venue = new FakeVenue();
  venue.snapshots.set("ES", [type(1)]);
  venue.snapshots.set("NQ", [notice(10167), type(3)]);
  const { outcomes } = await asked(venue);
  assert.deepEqual(outcomes["ES"], { kind: "live" });
  assert.deepEqual(outcomes["NQ"], { kind: "delayed" });
});

Deno.test("askForData waits a while for the delayed data that a remark offers, and not for ever", async () => {
  const venue = new FakeVenue();
  venue.snapshots.set("ES", [notice(354)]);
  venue.snapshots.set("NQ", [notice(10089)]);
  venue.snapshots.set("VIX", [notice(10167), notice(10167)]);
  const { outcomes, tookMs } = await asked(venue);
  assert.deepEqual(outcomes["VIX"], { kind: "refused", cause: "permission", code: 10167 });
  assert.ok(tookMs > 2_000 && tookMs < 4_000, `${tookMs} ms`);
});

Deno.test("askForData gives no answers where the connection does not come about", async () => {
  const venue = new FakeVenue();
  venue.refusal = { kind: "lost", systemCode: "ECONNREFUSED", text: "refused" };
  const { report, tookMs } = await asked(venue);
  assert.deepEqual(report, { answers: [], isSimulated: false });
  assert.ok(tookMs < 1_000);
  const stalled = new FakeVenue();
  stalled.isStalled = true;
  assert.deepEqual((await asked(stalled)).report.answers, []);
});
