import assert from "node:assert/strict";
import fc from "fast-check";
import { doctor } from "../../../lib/cli/doctor.ts";
import { record } from "../../../lib/cli/record.ts";
import { replay } from "../../../lib/cli/replay.ts";
import { simulate } from "../../../lib/cli/simulate.ts";
import { parseConfig } from "../../../lib/feeds/config.ts";
import { instrumentsOf, registerVenue, venueOf, venues } from "../../../lib/feeds/venues.ts";
import { startEmbeddedVenues, strikableVenues } from "../../../lib/market/embedded_venues.ts";
import { instrumentLabel } from "../../../lib/market/instrument_label.ts";
import type { Market } from "../../../lib/market/market.ts";
import { openMarket } from "../../../lib/market/open_market.ts";
import { compareWithTruth } from "../../../lib/market/truth_check.ts";
import { DAY, MINUTE } from "../../../lib/model/time.ts";
import * as panels from "../../../lib/notebook/panels/mod.ts";
import { systemClock } from "../../../lib/runtime/clock.ts";
import { silentLog } from "../../../lib/runtime/log.ts";
import { parseFaultScript, runFaults } from "../../../lib/simulator/fault_script.ts";
import { createMarketModel } from "../../../lib/simulator/market_model.ts";
import { fakeTerminal } from "../../cli/fake_terminal.ts";
import { until } from "../../support/simulated_market.ts";
import { withTempFolder } from "../../support/temp_folder.ts";
import { decodeFrame } from "./decode.ts";
import { inventedVenue } from "./venue.ts";

const YAML = `
clock: { speed: 120 }
data: { backfillHours: 1 }
ibkr: { futures: [{ symbol: ES, exchange: CME }] }
nimbus: { symbols: [BTCUSDT] }
`;
const ID = "BTC-USDT@nimbus";

/** With the venue registered, as long as it takes. */
async function registered(body: () => Promise<void> | void): Promise<void> {
  const takeAway = registerVenue(inventedVenue);
  try {
    await body();
  } finally {
    takeAway();
  }
}

/** Every minute of the market up to ten minutes ago is in, and equals the truth. */
async function assertTrue(market: Market): Promise<void> {
  const end = market.venueTime - 10 * MINUTE;
  await until(() => !market.hasHolesBefore(end), 15_000, market.status().message);
  for (const check of compareWithTruth(market, market.simulator!.truth, end)) {
    const { instrument, compared, lost, altered, invented } = check;
    assert.ok(compared > 50, `${instrument}: ${compared}`);
    assert.deepEqual({ lost, altered, invented }, { lost: 0, altered: 0, invented: 0 }, instrument);
  }
}

/** Lets so many minutes pass. */
async function passed(market: Market, minutes: number): Promise<void> {
  let seen = 0;
  for await (const event of market) {
    if (event.kind === "minute" && event.revision === 0 && ++seen >= minutes) return;
  }
}

Deno.test("a registered venue has a section, instruments, a role and a label, and is gone when taken away", async () => {
  const known = venues();
  await registered(() => {
    const config = parseConfig({ yaml: YAML, env: { COMOVE_NIMBUS_SYMBOLS: "[ETHUSDT]" } });
    assert.deepEqual(instrumentsOf(config).map(({ id }) => id), [
      "BTCUSDT",
      "ES",
      "ETH-USDT@nimbus",
    ]);
    assert.equal(venueOf("nimbus").role, "trading");
    const bitcoin = instrumentsOf(parseConfig({ yaml: YAML })).at(-1)!;
    assert.equal(instrumentLabel(bitcoin), "BTC/USDT (Nimbus)");
    assert.throws(
      () => parseConfig({ yaml: "nimbus: { symbls: [BTCUSDT] }" }),
      /unknown key nimbus\.symbls in the configuration; did you mean nimbus\.symbols\?/,
    );
    assert.throws(
      () => parseConfig({ yaml: "nimbus: { restUrl: here }" }),
      /nimbus\.restUrl .*must be a https:\/\/ or http:\/\/ address, got "here"/,
    );
    assert.throws(
      () => parseConfig({ yaml: "binance: { symbols: [] }\nibkr: { futures: [] }" }),
      /nimbus\.symbols, ibkr\.futures, .* must name at least one instrument between them/,
    );
    assert.throws(
      () => parseConfig({ yaml: `source: live\n${YAML}` }),
      /clock\.speed must be 1 against a real venue/,
    );
    assert.throws(() => registerVenue(inventedVenue), /nimbus is a section of the configuration/);
  });
  assert.deepEqual(venues(), known);
  assert.throws(() => parseConfig({ yaml: YAML }), /unknown key nimbus/);
  assert.throws(() => venueOf("nimbus"), /venue must be one of binance, .*got nimbus/);
  assert.throws(() => registerVenue({ ...inventedVenue, id: "data" }), /data is a section/);
  assert.throws(() => registerVenue({ ...inventedVenue, id: "My Venue" }), /got My Venue/);
});

Deno.test("an invented venue runs beside the others: market, status, panels, labels, faults", () =>
  registered(async () => {
    const config = parseConfig({ yaml: YAML });
    await using market = await openMarket({}, { config });
    assert.deepEqual(market.pairs.map(({ name }) => name), [
      "BTCUSDT/BTC-USDT@nimbus",
      "BTCUSDT/ES",
      "BTC-USDT@nimbus/ES",
    ]);
    market.follow("ETH-USDT@nimbus");
    const faults = parseFaultScript(
      `[{ "at": "+2m", "venue": "nimbus", "kind": "drop" },
        { "at": "+5m", "venue": "nimbus", "kind": "corrupt", "count": 3 },
        { "at": "+8m", "venue": "nimbus", "kind": "stall", "durationMs": 90000 },
        { "at": "+14m", "venue": "nimbus", "kind": "delay", "delayMs": 3000 },
        { "at": "+17m", "venue": "nimbus", "kind": "refuse", "durationMs": 20000 }]`,
      await strikableVenues(),
    );
    const { servers, time } = market.simulator!;
    const running = runFaults(faults, servers, time, silentLog);
    await passed(market, 30);
    running.cancel();
    const status = market.status();
    const { venue, reconnects, rejectedFrames } = status.venues.find((v) => v.venue === "nimbus")!;
    assert.equal(venue, "nimbus");
    assert.ok(reconnects >= 2, `${reconnects} reconnects`);
    assert.ok(rejectedFrames >= 1, "the spoilt frames must have been seen");
    const { heals, streamed } = market.coverage(ID);
    assert.ok(heals.length >= 1, "what the stall lost must have been healed");
    assert.ok(streamed >= 15, `${streamed} minutes came by the stream`);
    const stream = status.streams.find(({ instrument }) => instrument === ID)!;
    assert.deepEqual([stream.venue, stream.label], ["nimbus", "simulated"]);
    const [row] = market.correlation({ pair: "BTCUSDT/BTC-USDT@nimbus" });
    const { estimate } = row!;
    assert.ok(
      estimate.kind !== "insufficient" && estimate.value > 0.999,
      "one truth: the same coin on two venues is the same price",
    );
    for (const panel of [panels.tradingView(market), panels.ticker(market)]) {
      assert.match((await panel.draw("id")).text, /BTC.USDT/);
    }
    assert.match((await panels.connectionTable(market).draw("id")).html, /nimbus/i);
    await assertTrue(market);
  }));

Deno.test("a venue that is down is named by its title, and its market's outage counts it", () =>
  registered(async () => {
    const yaml = `${YAML}binance: { symbols: [] }\n`.replace(
      /ibkr:.*\n/,
      "ibkr: { futures: [] }\n",
    );
    const config = parseConfig({ yaml });
    await using market = await openMarket({}, { config });
    await until(() => market.status().state === "live", 10_000, market.status().message);
    market.simulator!.server("nimbus").refuse(DAY);
    await until(() => market.status().state === "down", 10_000, market.status().message);
    assert.match(
      market.status().message,
      /NO DATA from any trading venue .*Nimbus (is|has been) down/,
    );
  }));

Deno.test("a recording of an invented venue replays exactly", () =>
  registered(() =>
    withTempFolder(async (dir) => {
      await Deno.writeTextFile(`${dir}/config.yaml`, YAML);
      const live = fakeTerminal();
      const code = await record(
        ["--config", `${dir}/config.yaml`, "--out", `${dir}/tapes`, "--minutes", "8"],
        live.terminal,
      );
      assert.equal(code, 0, live.err());
      const [, folder = ""] = /deno task replay (\S+)/.exec(live.out()) ?? [];
      const again = fakeTerminal();
      assert.equal(
        await replay([folder, "--export", `${dir}/again`], again.terminal),
        0,
        again.err(),
      );
      assert.match(again.out(), /did exactly what it did/);
      const bars = await Deno.readTextFile(`${dir}/again/bars_${ID}_1m.csv`);
      assert.match(bars, /(,replay\n){1}/);
    })
  ));

Deno.test("simulate serves an invented venue, doctor checks it, and its data is labelled simulated", () =>
  registered(async () => {
    const truth = createMarketModel({ seed: 9, from: Date.UTC(2025, 11, 1) });
    const start = Date.UTC(2025, 11, 3, 15, 0);
    const venues = await startEmbeddedVenues({ truth, clock: systemClock, start, speed: 120 });
    try {
      const web = `127.0.0.1:${venues.server("nimbus").port}`;
      const yaml = `source: live
clock: { speed: 120 }
data: { backfillHours: 1 }
ibkr: { futures: [] }
binance: { symbols: [] }
nimbus: { symbols: [BTCUSDT, ETHUSDT], streamUrl: "ws://${web}", restUrl: "http://${web}" }`;
      await using market = await openMarket({}, { config: parseConfig({ yaml }) });
      await until(() => market.bars(ID).length > 60, 10_000, market.status().message);
      assert.equal(market.source, "simulated");
      assert.ok(market.bars(ID).every((bar) => bar.source === "simulated"));
      await withTempFolder(async (dir) => {
        await Deno.writeTextFile(`${dir}/config.yaml`, yaml);
        const healthy = fakeTerminal();
        await doctor(["--config", `${dir}/config.yaml`], healthy.terminal);
        assert.match(healthy.out(), /^ok {3}Nimbus: 127\.0\.0\.1:\d+ answers$/m);
        await Deno.writeTextFile(`${dir}/config.yaml`, yaml.replaceAll(web, "127.0.0.1:1"));
        const broken = fakeTerminal();
        assert.equal(await doctor(["--config", `${dir}/config.yaml`], broken.terminal), 1);
        assert.match(broken.out(), /^fix {2}Nimbus: .* → check nimbus\.restUrl$/m);
      });
    } finally {
      await venues.close();
    }
    const { terminal, out, stop } = fakeTerminal();
    const running = simulate(
      ["--port", "nimbus=0", "--port", "ibkr=0", "--binance-port=0"],
      terminal,
    );
    await until(() => /nimbus: \{ streamUrl: "ws:/.test(out()), 5_000, "it announces itself");
    stop();
    assert.equal(await running, 0);
  }));

Deno.test("the invented decoder gives a message for any text", () => {
  const good = [
    '["m","BTCUSDT",1764770400000,[1764770400,"1","2","0.5","1.5","3",4,1.2],7,false]',
    '["t","BTCUSDT",1764770400001,[[1,1764770400001,"1.5","2","b"]]]',
  ];
  assert.deepEqual(good.map((text) => decodeFrame(text).kind), ["bar", "trades"]);
  const spoilt = fc.tuple(fc.constantFrom(...good), fc.nat(80), fc.string({ maxLength: 3 }))
    .map(([text, at, by]) => text.slice(0, at) + by + text.slice(at + 1));
  const kinds = new Set<string>();
  fc.assert(fc.property(fc.oneof(fc.json(), fc.string(), spoilt), (text) => {
    kinds.add(decodeFrame(text).kind);
  }));
  assert.ok(kinds.has("rejected"));
  assert.deepEqual(decodeFrame('["?",5]'), { kind: "question", answer: '["!",5]' });
});
