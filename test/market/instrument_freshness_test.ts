import assert from "node:assert/strict";
import { instrumentFreshness, standingOf } from "../../lib/market/instrument_freshness.ts";
import { NOW, streamSnapshot, venueSnapshot } from "../support/feed_snapshots.ts";

Deno.test("standingOf takes no stream for better than the connection that carries it", () => {
  const [live, closed, unknown] = (["live", "closed", "unknown"] as const)
    .map((state) => streamSnapshot({ state }));
  const lost = { reconnects: 1 };
  assert.equal(standingOf(venueSnapshot({}), live!), "live");
  assert.equal(standingOf(venueSnapshot({ ...lost, state: "recovering" }), live!), "stale");
  assert.equal(standingOf(venueSnapshot({ ...lost, state: "recovering" }), closed!), "stale");
  assert.equal(standingOf(venueSnapshot({ ...lost, state: "starting" }), live!), "catching up");
  assert.equal(standingOf(venueSnapshot({ state: "connecting" }), live!), "waiting");
  assert.equal(standingOf(venueSnapshot({}), unknown!), "unknown");
  assert.equal(standingOf(venueSnapshot({ state: "failed" }), live!), "failed");
});

Deno.test("standingOf takes a venue that fell silent for stale, though it never was lost", () => {
  const quiet = venueSnapshot({ state: "stale" });
  assert.equal(standingOf(quiet, streamSnapshot({ state: "stale" })), "stale");
});

Deno.test("instrumentFreshness says of each instrument how its data stands, and leaves unknown what is", () => {
  const venues = [
    venueSnapshot({
      clockOffsetMs: 12,
      clockUncertaintyMs: 3,
      streams: [
        streamSnapshot({ instrument: "BTCUSDT" }),
        streamSnapshot({ instrument: "ETHUSDT", lastBar: undefined, lastEventAgeMs: undefined }),
      ],
    }),
    venueSnapshot({
      venue: "ibkr",
      state: "recovering",
      reconnects: 2,
      clockOffsetMs: NaN,
      clockUncertaintyMs: NaN,
      streams: [streamSnapshot({ instrument: "ES", source: "delayed", lastEventAgeMs: 9_000 })],
    }),
  ];
  const all = instrumentFreshness({ venues, state: "degraded" });
  assert.deepEqual(all.map(({ instrument }) => instrument), ["BTCUSDT", "ETHUSDT", "ES"]);
  assert.deepEqual(all[0], {
    instrument: "BTCUSDT",
    standing: "live",
    source: "live",
    isDelayed: false,
    dataTime: NOW,
    ageMs: 400,
    lastAt: NOW - 400,
    offsetMs: 12,
    offsetUncertaintyMs: 3,
  });
  assert.deepEqual([all[1]!.dataTime, all[1]!.ageMs], [NaN, undefined]);
  assert.deepEqual([all[2]!.standing, all[2]!.source, all[2]!.offsetMs], ["stale", "delayed", NaN]);
  assert.equal(all[2]!.isDelayed, true);
  const asked = instrumentFreshness({ venues, state: "degraded" }, ["ES", "NQ", "BTCUSDT"]);
  assert.deepEqual(asked.map(({ instrument }) => instrument), ["ES", "BTCUSDT"]);
  const shut = instrumentFreshness({ venues, state: "closed" });
  assert.ok(
    shut.every(({ standing }) => standing === "stale"),
    "a closed market has nothing of now",
  );
});
