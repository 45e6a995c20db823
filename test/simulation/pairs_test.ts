import assert from "node:assert/strict";
import { MINUTE, SECOND } from "../../lib/model/time.ts";
import type { HttpReply } from "../../lib/runtime/http.ts";
import { type PairOutcome, type PairWorldOptions, simulatePairs } from "./pair_world.ts";
import { everyKind, faultsAt } from "./scenarios.ts";
import { replayCommand } from "./summary.ts";
import { PAIR_VENUES, type PairVenueId } from "./venue.ts";

/** Fails with the first findings and the one command that shows the run again. */
function assertSound(outcome: PairOutcome): void {
  const { findings } = outcome.verdict;
  const shown = findings.slice(0, 5).map(({ property, text }) => `${property}: ${text}`);
  assert.equal(findings.length, 0, `${shown.join("; ")}. Again: ${replayCommand(outcome)}`);
}

for (const [venue, title] of [["coinbase", "Coinbase"], ["kraken", "Kraken"]] as const) {
  Deno.test(`${title}'s feed loses, doubles, alters and invents no minute under seeded faults`, async () => {
    const outcomes = [
      await simulatePairs({ venue, seed: 1, hours: 2 }),
      await simulatePairs({ venue, seed: 2, hours: 2 }),
    ];
    outcomes.forEach(assertSound);
    const sum = (of: (outcome: PairOutcome) => number) =>
      outcomes.reduce((all, outcome) => all + of(outcome), 0);
    assert.ok(sum(({ verdict }) => verdict.count.compared) > 800);
    assert.ok(sum(({ empty }) => empty) > 2 && sum(({ trades }) => trades) > 800);
    assert.ok(sum(({ faults }) => faults.length) > 12);
    assert.ok(sum(({ verdict }) => verdict.disconnects) > 6);
    const again = await simulatePairs({ venue, seed: 1, hours: 2 });
    assert.deepEqual([again.hash, again.events], [outcomes[0]!.hash, outcomes[0]!.events]);
    assert.notEqual(again.hash, outcomes[1]!.hash);
  });

  Deno.test(`${title}'s feed survives every kind of fault alone, one every six minutes`, async () => {
    const all = everyKind([venue]);
    assert.ok(all.length >= 20);
    const faults = faultsAt(...all.map((each, i) => [6 * (i + 1), each] as const));
    const outcome = await simulatePairs({
      venue,
      seed: 4,
      hours: (6 * all.length + 9) / 60,
      faults,
    });
    assertSound(outcome);
    assert.equal(outcome.faults.length, all.length);
  });
}

Deno.test("Kraken's feed lacks no trade at the end where one was lost and the market then fell quiet", async () => {
  // Its last fault loses a trade; one more follows, and nothing in the last minute and a half.
  assertSound(await simulatePairs({ venue: "kraken", seed: 170, hours: 12 }));
});

Deno.test("a feed of pairs starts though its first question for the time is lost, and asks for no minutes before", async () => {
  for (const venue of PAIR_VENUES) {
    for (const second of [0.02, 0.05, 0.08]) {
      const drop = { kind: "drop" } as const;
      const faults = faultsAt([second / 60, { who: venue, action: drop }]);
      const lines: string[] = [];
      const log = (line: string) => void lines.push(line);
      assertSound(await simulatePairs({ venue, seed: 47, hours: 0.25, faults, log }));
      assert.deepEqual(lines.filter((line) => /Invalid (time|arguments)/.test(line)), [], venue);
    }
  }
});

Deno.test("an answer of history that was cut short proves nothing absent", async () => {
  for (const venue of PAIR_VENUES) {
    for (const second of [0.1, 0.22, 0.3]) {
      const cut = { kind: "rest-short", count: 3 } as const;
      const faults = faultsAt([second / 60, { who: venue, action: cut }]);
      const outcome = await simulatePairs({ venue, seed: 22, hours: 0.5, faults });
      assertSound(outcome);
      assert.ok(outcome.verdict.count.compared > 200, `${outcome.verdict.count.compared}`);
    }
  }
});

Deno.test("a history that lags proves no quiet end of a minute whose last trades were lost", async () => {
  for (const venue of PAIR_VENUES) {
    // Every three minutes trades are lost at the end of a minute, while history lags by more than a minute.
    const lag = { kind: "rest-lag", delayMs: 75 * SECOND, durationMs: 50 * SECOND } as const;
    const lost = { kind: "lose-trades", count: 3 } as const;
    const times = Array.from({ length: 17 }, (_, i) => 3 * (i + 1) + 35 / 60);
    const faults = faultsAt(
      ...times.flatMap((minute) => [
        [minute, { who: venue, action: lag }] as const,
        [minute, { who: venue, action: lost }] as const,
      ]),
    );
    const outcome = await simulatePairs({ venue, seed: 3, hours: 1, faults });
    assertSound(outcome);
    assert.ok(outcome.healedTrades >= 10, `${venue}: ${outcome.healedTrades}`);
  }
});

Deno.test("a socket of pairs on which not even heartbeats come is noticed within twelve seconds", async () => {
  const stall = { kind: "stall", durationMs: 50 * SECOND } as const;
  for (const venue of PAIR_VENUES) {
    const faults = faultsAt(
      ...[10.3, 20.5, 30.7].map((minute) => [minute, { who: venue, action: stall }] as const),
    );
    const outcome = await simulatePairs({ venue, seed: 3, hours: 0.75, faults });
    assertSound(outcome);
    const { detect } = outcome.verdict.times;
    assert.equal(detect.length, 3, venue);
    assert.ok(detect.every((ms) => ms <= 12 * SECOND), `${venue}: ${detect}`);
  }
});

/** A run without a fault, but with what reaches the feed changed. */
async function spoilt(
  venue: PairVenueId,
  mangle: PairWorldOptions["mangle"],
  faults: PairWorldOptions["faults"] = [],
) {
  const outcome = await simulatePairs({
    ...{ venue, seed: 3, hours: 0.75, faults },
    ...(mangle === undefined ? {} : { mangle }),
  });
  const { findings, count } = outcome.verdict;
  return { count, texts: findings.map(({ property, text }) => `${property}: ${text}`) };
}

/** Texts of the stream pass through it; undefined loses one. */
const streamed = (
  change: (text: string) => string | readonly string[] | undefined,
): PairWorldOptions["mangle"] =>
({ httpGet, openWebSocket }) => ({
  httpGet,
  openWebSocket: (url, handlers) =>
    openWebSocket(url, {
      ...handlers,
      onText: (text) => {
        for (const each of [change(text) ?? []].flat()) handlers.onText(each);
      },
    }),
});

/** Bodies of answers to requests whose address has that in it. */
const answered = (
  part: string,
  change: (text: string) => string,
): PairWorldOptions["mangle"] =>
({ httpGet, openWebSocket }) => ({
  openWebSocket,
  httpGet: async (url, options) => {
    const reply: HttpReply = await httpGet(url, options);
    return url.includes(part) ? { ...reply, text: change(reply.text) } : reply;
  },
});

Deno.test("the judge of pairs sees a late subscription, and excuses that of a client that stood still", async () => {
  const freeze = { kind: "freeze", durationMs: 20 * SECOND } as const;
  const faults = faultsAt([0.12 / 60, { who: "client", action: freeze }]);
  const options = { venue: "coinbase", seed: 86, hours: 0.25 } as const;
  assertSound(await simulatePairs({ ...options, faults }));
  // What the feed sends is lost on the way.
  const mangle: PairWorldOptions["mangle"] = ({ openWebSocket, ...outside }) => ({
    ...outside,
    openWebSocket: (url, handlers) => ({ ...openWebSocket(url, handlers), send: () => {} }),
  });
  const { findings } = (await simulatePairs({ ...options, faults, mangle })).verdict;
  assert.ok(findings.some(({ text }) => text.includes("no subscription within five seconds")));
});

Deno.test("the judge of pairs finds nothing in a run that nobody has spoilt", async () => {
  for (const venue of PAIR_VENUES) {
    assert.deepEqual((await spoilt(venue, undefined)).texts, [], venue);
  }
});

Deno.test("the judge of pairs sees altered minutes where a price was changed on the way", async () => {
  let turn = 0;
  const { count, texts } = await spoilt(
    "coinbase",
    streamed((text) =>
      text.includes('"match"') && ++turn % 40 === 0
        ? text.replace(/"price":"(\d)/, '"price":"9$1')
        : text
    ),
  );
  assert.ok(count.altered >= 1, "a bar of a changed price");
  assert.ok(texts.some((text) => /^P11: .* is not the venue's/.test(text)), "a changed trade");
});

Deno.test("the judge of pairs sees minutes that are revised though the venue never did", async () => {
  // Rows of history that are no longer those of the trades: the audit enters them.
  const { count, texts } = await spoilt(
    "coinbase",
    answered("/candles", (text) => text.replaceAll(/,([\d.]+)\]/g, ",9$1]")),
  );
  assert.ok(count.altered >= 1);
  assert.ok(count.duplicated >= 1, "a minute that came again");
  assert.ok(texts.some((text) => /^P2: .* was revised/.test(text)), texts.join("\n"));
});

Deno.test("the judge of pairs sees minutes that are lost with their trades and their rows", async () => {
  for (const venue of PAIR_VENUES) {
    const outage = faultsAt([20, {
      who: venue,
      action: { kind: "refuse", durationMs: 3 * MINUTE },
    }]);
    assert.deepEqual((await spoilt(venue, undefined, outage)).texts, [], venue);
    const empty = venue === "coinbase"
      ? () => "[]"
      : () => '{"error":[],"result":{"X":[],"last":1}}';
    const lost = (
      { httpGet, openWebSocket }: Parameters<NonNullable<PairWorldOptions["mangle"]>>[0],
    ) => ({
      openWebSocket,
      httpGet: async (url: string, options: Parameters<typeof httpGet>[1]) => {
        const reply = await httpGet(url, options);
        const isHistory = /candles|OHLC|[tT]rades/.test(url);
        return isHistory && reply.status === 200 ? { ...reply, text: empty() } : reply;
      },
    });
    const { count, texts } = await spoilt(venue, lost, outage);
    assert.ok(count.lost >= 2, `${venue}: ${JSON.stringify(count)}`);
    assert.ok(texts.some((text) => text.startsWith("P1: ")), texts.join("\n"));
  }
});

Deno.test("the judge of pairs sees minutes that are invented where nothing traded", async () => {
  // A minute without a trade gets a row of its own.
  const { count, texts } = await spoilt(
    "kraken",
    answered("/OHLC", (text) => text.replaceAll('"0.0","0.00000000",0]', '"0.0","0.00000000",1]')),
  );
  assert.ok(count.invented >= 1, JSON.stringify(count));
  assert.ok(texts.some((text) => /^P3: .* was invented/.test(text)));
});

Deno.test("the judge of pairs sees a trade that is believed under the id of another", async () => {
  let turn = 0;
  const { count, texts } = await spoilt(
    "kraken",
    streamed((text) => {
      const isTurn = text.includes('"update"') && text.includes('"trade_id"') && ++turn % 40 === 0;
      if (!isTurn) return text;
      return [
        text,
        text.replace(/"trade_id":(\d+)(?!.*"trade_id")/, (_, id) => `"trade_id":${+id + 1}`),
      ];
    }),
  );
  assert.ok(count.altered >= 1, "its size is in the minute twice");
  assert.ok(texts.some((text) => /^P11: .* is not the venue's/.test(text)), texts.join("\n"));
});

Deno.test("the judge of pairs sees that Kraken's trades are dead behind its heartbeats", async () => {
  const dead = faultsAt([20.2, { who: "kraken", action: { kind: "dead-streams" } }]);
  assert.deepEqual((await spoilt("kraken", undefined, dead)).texts, []);
  const none = answered("/Trades", () => '{"error":[],"result":{"X":[],"last":"1"}}');
  const { texts } = await spoilt("kraken", none, dead);
  assert.ok(
    texts.some((text) => /^P6: kraken did not notice dead-streams/.test(text)),
    texts.join("\n"),
  );
});
