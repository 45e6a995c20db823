/**
 * Whether memory stays flat while rules fire, repeat and resolve for weeks and their messages are delivered: desk,
 * sink and outbox on bars that are there already, so that nothing else grows.
 * By hand: `TEST_ALERT_HOURS=200 deno test -A --v8-flags=--expose-gc test/acceptance/alert_memory.ts`.
 */
import assert from "node:assert/strict";
import type { Channel } from "../../lib/alerts/channels/channel.ts";
import { AlertDesk } from "../../lib/alerts/alert_desk.ts";
import { AlertSink } from "../../lib/alerts/alert_sink.ts";
import { historyMarket } from "../../lib/alerts/history_market.ts";
import { metrics } from "../../lib/alerts/metrics/mod.ts";
import { Outbox } from "../../lib/alerts/outbox.ts";
import { rehearsedBars } from "../../lib/alerts/rehearse.ts";
import { parseRule } from "../../lib/alerts/rule.ts";
import type { MarketEvent } from "../../lib/market/market_event.ts";
import type { Instrument } from "../../lib/model/instrument.ts";
import { HOUR, MINUTE } from "../../lib/model/time.ts";
import { systemClock } from "../../lib/runtime/clock.ts";
import { silentLog } from "../../lib/runtime/log.ts";
import { seededRandom } from "../../lib/stats/seeded_random.ts";
import { mb, slopeOf } from "../support/memory_growth.ts";
import { say } from "../support/say.ts";

const HOURS = Number(Deno.env.get("TEST_ALERT_HOURS") ?? 0);
const START = Date.UTC(2025, 10, 1);
/** Messages until all that is bounded is full: 20,000 that are known, 2,000 changes, 200 receipts. */
const WARM_UP_MESSAGES = 22_000;
const MAX_GROWTH_PER_HOUR = 32 * 1_024;
const collectGarbage = (globalThis as { gc?: () => void }).gc;

function instrument(id: string, kind: Instrument["kind"] = "crypto"): Instrument {
  return { id, venue: "binance", kind, exchange: "spot", currency: "USDT" };
}

Deno.test({
  name: "memory stays flat while rules of every metric fire, repeat and resolve, and are delivered",
  ignore: collectGarbage === undefined || !(HOURS > 0),
  async fn() {
    const instruments = [instrument("AUSDT"), instrument("BUSDT"), instrument("VOL", "index")];
    const random = seededRandom(9);
    // Moves that both share arm the divergence.
    const shared = Array.from({ length: 60 * HOURS }, () => random() - 0.5);
    const market = historyMarket(instruments.map((one) => {
      const openTime = Float64Array.from({ length: 60 * HOURS }, (_, i) => START + i * MINUTE);
      let price = 100;
      const moveOf = (i: number) => 0.001 * (shared[i]! + random() - 0.5);
      const close = openTime.map((_, i) => price *= Math.exp(moveOf(i)));
      const volume = openTime.map(() => 1 + random());
      const bars = { openTime, open: close, high: close, low: close, close, volume };
      return rehearsedBars(one, bars, { source: "live" });
    }));
    const ofKind = { pair: "AUSDT/BUSDT", instrument: "AUSDT", contact: "binance" };
    const rules = metrics().flatMap(({ name, of }) =>
      [0, 1, 2].map((i) =>
        parseRule({
          name: `${name}-${i}`,
          metric: name,
          of: name === "dvol" ? "VOL" : ofKind[of],
          fire: FIRES[name]!,
          notify: ["hook"],
          repeat: "1m",
        }, { instruments })
      )
    );
    const channel: Channel = {
      name: "hook",
      kind: "webhook",
      host: "hooks.example:443",
      isChat: false,
      isDeduplicating: true,
      pace: { burst: 1e9, refillMs: 0.001 },
      parallel: 4,
      send: () => Promise.resolve({ kind: "delivered", receipt: "HTTP 200" }),
    };
    const outbox = new Outbox({ channels: [channel], clock: systemClock });
    const desk = new AlertDesk({ market, rules, now: () => 0, deliveries: () => outbox.status });
    const sink = new AlertSink(desk, { outbox, log: silentLog });
    const samples: { readonly hour: number; readonly bytes: number; readonly sent: number }[] = [];
    const fired = new Set<string>();
    let changes = 0;
    for (let minute = 0; minute < 60 * HOURS; minute++) {
      const freshness = new Map(
        instruments.map(({ id }) => [id, { lastAt: NaN, offsetMs: minute % 7 - 3 }]),
      );
      const openTime = START + minute * MINUTE;
      const event = { kind: "minute", openTime, revision: 0, freshness } as unknown as MarketEvent;
      const changed = desk.judge(event);
      changes += changed.length;
      for (const change of changed) {
        fired.add(change.body.metric);
        await sink.take({ kind: "alert", change } as unknown as MarketEvent);
      }
      await sink.take(event);
      // Deliveries take their turns.
      await new Promise((done) => setTimeout(done, 0));
      if ((minute + 1) % (HOUR / MINUTE) !== 0) continue;
      collectGarbage?.();
      const { heapUsed, external } = Deno.memoryUsage();
      const sent = outbox.status.channels[0]!.delivered;
      samples.push({ hour: (minute + 1) / 60, bytes: heapUsed + external, sent });
    }
    const steady = samples.filter(({ sent }) => sent > WARM_UP_MESSAGES);
    assert.ok(steady.length >= 10, "too few hours: nothing is full yet");
    const growth = slopeOf(steady.map(({ hour, bytes }) => [hour, bytes]));
    const { channels: [status], receipts } = outbox.status;
    say(
      `${HOURS} hours, ${rules.length} rules, ${changes} changes, ${
        status!.delivered
      } delivered; ` +
        `heap ${mb(steady[0]!.bytes)} → ${mb(steady.at(-1)!.bytes)} MB from hour ${
          steady[0]!.hour
        } on, ${(growth / 1e6).toFixed(4)} MB an hour`,
    );
    await outbox.close();
    assert.deepEqual(
      Object.keys(FIRES).filter((name) => !fired.has(name) && name !== "silence"),
      [],
    );
    assert.ok(status!.delivered > 50 * HOURS && status!.waiting < 100);
    assert.ok(desk.history.length === 1_000 && receipts.length <= 200);
    assert.ok(growth < MAX_GROWTH_PER_HOUR, `memory grows by ${growth} bytes an hour`);
  },
});

/** Thresholds that are crossed every few minutes; nothing is silent here. */
const FIRES: Readonly<Record<string, string>> = {
  price: "above 100",
  change: "above 0",
  volume: "above 1",
  "vwap-distance": "above 0",
  "volatility-ratio": "above 1",
  dvol: "above 100",
  correlation: "above 0",
  divergence: "beyond 0.7",
  spread: "above 0",
  zscore: "beyond 0.7",
  silence: "above 2",
  offset: "beyond 1",
};
