import assert from "node:assert/strict";
import { checkDeribit } from "../../../lib/feeds/deribit/doctor.ts";
import { DAY } from "../../../lib/model/time.ts";
import { systemClock } from "../../../lib/runtime/clock.ts";
import { fetchGet } from "../../../lib/runtime/http.ts";
import { talkTcp } from "../../../lib/runtime/probe.ts";
import { connectTcp } from "../../../lib/runtime/tcp_socket.ts";
import { openWebSocket } from "../../../lib/runtime/web_socket.ts";
import { startDeribitServer } from "../../../lib/simulator/deribit/server.ts";
import { createMarketModel } from "../../../lib/simulator/market_model.ts";
import { VenueTime } from "../../../lib/simulator/venue_time.ts";

const START = Date.UTC(2025, 11, 3, 14, 0, 30);
const PROBES = {
  clock: systemClock,
  get: fetchGet,
  openStream: openWebSocket,
  talk: talkTcp,
  connectTcp,
  random: () => 0,
  mayReach: () => Promise.resolve(true),
  limitMs: 1_000,
};

async function withServer(
  body: (url: string, server: Awaited<ReturnType<typeof startDeribitServer>>) => Promise<void>,
): Promise<void> {
  const truth = createMarketModel({ seed: 1, from: START - DAY });
  const time = new VenueTime({ clock: systemClock, start: START });
  const server = await startDeribitServer({ truth, time, clock: systemClock });
  try {
    await body(`ws://127.0.0.1:${server.port}/ws/api/v2`, server);
  } finally {
    await server.close();
  }
}

Deno.test("doctor shows the newest value of each index", async () => {
  await withServer(async (url, server) => {
    const findings = await checkDeribit({ url, indices: ["BTC", "ETH"] }, PROBES);
    assert.deepEqual(findings.map(({ fix }) => fix), [undefined, undefined]);
    assert.match(findings[0]!.what, /^127\.0\.0\.1:\d+ answers: DVOL \d+\.?\d* at 2025-12-03 14:0/);
    assert.match(findings[1]!.what, /DVOL-ETH/);
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal(server.stats().liveSockets, 0, "the connection must be gone");
  });
});

Deno.test("doctor says what is wrong with Deribit and what to do", async () => {
  await withServer(async (url, server) => {
    const check = (checked = { url, indices: ["BTC"] as const }) =>
      checkDeribit(checked, PROBES).then(([finding]) => finding!);
    server.strike({ kind: "maintenance", durationMs: 60_000 });
    assert.match((await check()).what, /refuses: 11051 system_maintenance/);
    const elsewhere = await check({ url: url.replace("/ws/api/v2", "/"), indices: ["BTC"] });
    assert.match(elsewhere.what, /answers, but not as Deribit/);
    assert.match(elsewhere.fix!, /deribit\.url/);
    server.stall(60_000);
    assert.match((await check()).what, /no answer in time/);
  });
  const url = "ws://127.0.0.1:9/ws/api/v2";
  const [gone] = await checkDeribit({ url, indices: ["BTC"] }, PROBES);
  assert.match(gone!.what, /nothing listens there/);
  const forbidden = { ...PROBES, mayReach: () => Promise.resolve(false) };
  const [barred] = await checkDeribit({ url, indices: ["BTC"] }, forbidden);
  assert.match(barred!.fix!, /deno task doctor/);
});
