import assert from "node:assert/strict";
import { HOUR, MINUTE, SECOND } from "../../../lib/model/time.ts";
import { BTC, FakeDeribit, START } from "./fake_deribit.ts";

const HISTORY = "public/get_volatility_index_data";

async function withDeribit(
  body: (venue: FakeDeribit) => Promise<void>,
  options: ConstructorParameters<typeof FakeDeribit>[0] = {},
): Promise<void> {
  const venue = new FakeDeribit(options);
  venue.feed.start();
  try {
    await body(venue);
  } finally {
    await venue.close();
    assert.equal(venue.clock.pending("client"), 0, "timers were left running");
  }
}

const bars = ({ events }: FakeDeribit) =>
  events.flatMap((event) => event.kind === "bar" ? [event] : []);
const refusal = (code: number, message = "said") => () => ({ error: { code, message } });

Deno.test("the Deribit feed fills the past, closes each minute once and follows the live value", async () => {
  await withDeribit(async (venue) => {
    await venue.run(5 * MINUTE + 30 * SECOND);
    assert.equal(venue.feed.snapshot().state, "live");
    const times = venue.ledger.bars().map(({ openTime }) => openTime);
    assert.deepEqual(times, Array.from({ length: 65 }, (_, i) => START - HOUR + i * MINUTE));
    assert.ok(venue.ledger.bars().every(({ volume, closed }) => Number.isNaN(volume) && closed));
    const streamed = bars(venue).filter(({ origin }) => origin === "stream");
    assert.deepEqual(
      streamed.map(({ bar }) => bar.openTime),
      Array.from({ length: 5 }, (_, i) => START + i * MINUTE),
    );
    assert.equal(venue.events.filter(({ kind }) => kind === "gap" || kind === "heal").length, 0);
    const forming = venue.events.findLast((event) => event.kind === "forming");
    assert.ok(forming?.kind === "forming");
    assert.deepEqual([forming.bar.openTime, forming.bar.closed], [START + 5 * MINUTE, false]);
    assert.ok(Number.isNaN(forming.bar.volume));
    const [stream] = venue.feed.snapshot().streams;
    assert.deepEqual([stream?.instrument, stream?.state], ["DVOL", "live"]);
  });
});

Deno.test("the last value before a pause is emitted, at the pace, and none once the connection is over", async () => {
  await withDeribit(async (venue) => {
    await venue.run(30 * SECOND);
    const closes = () =>
      venue.events.flatMap((event) => event.kind === "forming" ? [event.bar.close] : []);
    const before = closes().length;
    for (const value of [42, 43, 44]) venue.value(value);
    await venue.clock.run(venue.clock.now + 10);
    assert.deepEqual(closes().slice(before), [42], "the others came too soon after it");
    await venue.clock.run(venue.clock.now + SECOND);
    assert.deepEqual(closes().slice(before), [42, 44]);
    for (const value of [45, 46]) venue.value(value);
    await venue.clock.run(venue.clock.now + 10);
    venue.cut();
    await venue.clock.run(venue.clock.now + SECOND);
    assert.deepEqual(closes().slice(before), [42, 44, 45]);
  });
});

Deno.test("a minute is closed by two reads that agree, the first three seconds after its end", async () => {
  await withDeribit(async (venue) => {
    await venue.run(30 * SECOND);
    const before = venue.calls.length;
    await venue.run(45 * SECOND);
    const reads = venue.calls.slice(before).filter(({ method }) => method === HISTORY);
    assert.equal(reads.length, 2);
    const [first, second] = reads.map(({ at }) => at - (START + MINUTE));
    assert.ok(first! >= 3_000 && first! < 4_000, `first read after ${first} ms`);
    assert.ok(second! >= 5_000 && second! < 6_000, `second read after ${second} ms`);
    const { params } = reads[0]!;
    assert.equal(params.resolution, "60");
    assert.ok((params.start_timestamp as number) <= START - 2 * MINUTE);
  });
});

Deno.test("a row that changes between two reads is not believed until it stands", async () => {
  await withDeribit(async (venue) => {
    await venue.run(50 * SECOND);
    let reads = 0;
    venue.answers.set(HISTORY, (params) => {
      venue.values.set(START, [41, 42, 40, 41 + Math.min(++reads, 3) / 10]);
      return { result: { data: venue.rows(params), continuation: null } };
    });
    await venue.run(40 * SECOND);
    assert.equal(venue.ledger.at(START)?.close, 41.3);
    assert.equal(venue.ledger.at(START)?.revision, 0);
  });
});

Deno.test("a row that Deribit changes afterwards is a revision", async () => {
  await withDeribit(async (venue) => {
    await venue.run(80 * SECOND);
    venue.values.set(START, [41, 43, 40, 42]);
    await venue.run(MINUTE);
    const { close, revision } = venue.ledger.at(START)!;
    assert.deepEqual([close, revision], [42, 1]);
  });
});

Deno.test("history is read page by page, backwards, by its continuation", async () => {
  const venue = new FakeDeribit();
  venue.answers.set(HISTORY, (params) => {
    const rows = venue.rows(params);
    const page = rows.slice(-10);
    const continuation = rows.length > 10 ? page[0]![0]! - MINUTE : null;
    return { result: { data: page, continuation } };
  });
  venue.feed.start();
  await venue.run(10 * SECOND);
  assert.equal(venue.ledger.bars().length, 60);
  const ends = venue.calls.filter(({ method }) => method === HISTORY).slice(0, 7)
    .map(({ params }) => params.end_timestamp as number);
  assert.deepEqual(ends, ends.toSorted((a, b) => b - a));
  await venue.close();
});

Deno.test("a continuation that does not go back ends the reading", async () => {
  await withDeribit(async (venue) => {
    venue.answers.set(HISTORY, (params) => ({
      result: { data: venue.rows(params), continuation: params.end_timestamp },
    }));
    await venue.run(10 * SECOND);
    assert.ok(venue.countOf(HISTORY) < 6, `${venue.countOf(HISTORY)} calls`);
  });
});

Deno.test("a minute that Deribit does not have is a gap with a reason, and never filled", async () => {
  await withDeribit(async (venue) => {
    venue.absent.add(START + MINUTE);
    await venue.run(12 * MINUTE);
    assert.equal(venue.ledger.at(START + MINUTE), undefined);
    const gaps = venue.events.flatMap((event) => event.kind === "gap" ? [event] : []);
    assert.deepEqual(gaps.map(({ from, to }) => [from, to]), [[
      START + MINUTE,
      START + 2 * MINUTE,
    ]]);
    const { absent, missing } = venue.ledger.coverage();
    assert.equal(absent, 1);
    assert.deepEqual(missing.map(({ from }) => from), [START + MINUTE]);
    assert.equal(venue.feed.snapshot().state, "live");
  });
});

Deno.test("rows of the future and rows that are damaged change nothing", async () => {
  await withDeribit(async (venue) => {
    venue.answers.set(HISTORY, (params) => {
      const rows = venue.rows(params);
      const ahead = venue.now + HOUR;
      const data = [...rows, [ahead - ahead % MINUTE, 90, 91, 89, 90], [START, 41, 40, -1, 41]];
      return { result: { data, continuation: null } };
    });
    await venue.run(2 * MINUTE);
    assert.ok(venue.ledger.to <= venue.now);
    assert.ok(venue.ledger.bars().every(({ close }) => close === 41.25));
    assert.ok(venue.feed.snapshot().rejectedFrames > 2);
  });
});

Deno.test("test_request is answered at once, whatever else is under way", async () => {
  await withDeribit(async (venue) => {
    await venue.run(10 * SECOND);
    for (let i = 0; i < 20; i++) {
      const before = venue.countOf("public/test");
      venue.push("heartbeat", { type: "test_request" });
      await venue.clock.run(venue.clock.now + 1);
      assert.equal(venue.countOf("public/test"), before + 1);
    }
    assert.deepEqual(
      venue.calls.find(({ method }) => method === "public/set_heartbeat")?.params,
      { interval: 30 },
    );
  });
});

Deno.test("a channel that is not accepted is reported once and asked for again, slowly", async () => {
  await withDeribit(async (venue) => {
    venue.answers.set("public/subscribe", () => ({ result: ["platform_state"] }));
    await venue.run(2 * MINUTE);
    assert.deepEqual(venue.codes(), ["channel-missing"]);
    const asked = venue.countOf("public/subscribe");
    assert.ok(asked >= 4 && asked <= 6, `${asked} times`);
    assert.equal(venue.ledger.at(START)?.close, 41.25, "minutes are read all the same");
    assert.equal(venue.feed.snapshot().streams[0]?.error?.code, "channel-missing");
    venue.answers.delete("public/subscribe");
    await venue.run(40 * SECOND);
    assert.equal(venue.feed.snapshot().state, "live");
    assert.equal(venue.feed.snapshot().streams[0]?.error, undefined);
  });
});

Deno.test("a silent index is stale, and its channel is asked for again", async () => {
  await withDeribit(async (venue) => {
    await venue.run(20 * SECOND);
    venue.sendsValues = false;
    const before = venue.countOf("public/subscribe");
    await venue.run(16 * SECOND);
    assert.equal(venue.feed.snapshot().state, "stale");
    assert.equal(venue.countOf("public/subscribe"), before + 1);
    assert.deepEqual(venue.codes(), ["silent"]);
    venue.sendsValues = true;
    await venue.run(3 * SECOND);
    assert.equal(venue.feed.snapshot().state, "live");
    assert.equal(venue.dials, 1);
  });
});

Deno.test("a locked index is no reason for a new connection", async () => {
  await withDeribit(async (venue) => {
    await venue.run(20 * SECOND);
    venue.push("subscription", {
      channel: "platform_state",
      data: { price_index: "btc_usd", locked: true },
    });
    venue.sendsValues = false;
    await venue.run(5 * MINUTE);
    assert.equal(venue.dials, 1);
    assert.deepEqual(venue.codes(), ["locked"]);
    assert.equal(venue.feed.snapshot().state, "stale");
    venue.sendsValues = true;
    await venue.run(3 * SECOND);
    assert.equal(venue.feed.snapshot().state, "live");
  });
});

Deno.test("indices that stay silent for long lead to a new connection", async () => {
  await withDeribit(async (venue) => {
    await venue.run(20 * SECOND);
    venue.sendsValues = false;
    await venue.run(100 * SECOND);
    assert.equal(venue.dials, 2);
  });
});

Deno.test("a connection that does not answer is given up", async () => {
  await withDeribit(async (venue) => {
    await venue.run(20 * SECOND);
    venue.sendsValues = false;
    for (const method of ["public/test", HISTORY, "public/subscribe", "public/get_time"]) {
      venue.answers.set(method, () => undefined);
    }
    await venue.run(20 * SECOND);
    assert.ok(venue.codes().includes("unanswered"), venue.codes().join());
    venue.answers.clear();
    venue.sendsValues = true;
    await venue.run(25 * SECOND);
    assert.equal(venue.feed.snapshot().state, "live");
  });
});

Deno.test("after a lost connection everything is set anew, and what was lost is healed", async () => {
  await withDeribit(async (venue) => {
    await venue.run(90 * SECOND);
    venue.refusals.push(
      ...Array.from({ length: 5 }, () => ({
        kind: "broken" as const,
        fault: "refused" as const,
        cause: undefined,
      })),
    );
    venue.cut();
    await venue.run(3 * MINUTE);
    assert.equal(venue.feed.snapshot().state, "live");
    assert.equal(venue.countOf("public/set_heartbeat"), 2);
    assert.equal(venue.countOf("public/subscribe"), 2);
    assert.equal(venue.ledger.wanted(venue.now - 10 * SECOND).length, 0);
    assert.equal(venue.ledger.coverage().absent, 0);
  });
});

Deno.test("10028 ends the connection and is waited out", async () => {
  await withDeribit(async (venue) => {
    await venue.run(50 * SECOND);
    venue.answers.set(HISTORY, refusal(10028, "too_many_requests"));
    await venue.run(20 * SECOND);
    assert.ok(venue.codes().includes("rate-limited"));
    assert.equal(venue.dials, 1, "ten seconds have not passed");
    venue.answers.delete(HISTORY);
    await venue.run(20 * SECOND);
    assert.equal(venue.dials, 2);
    assert.equal(venue.feed.snapshot().state, "live");
  });
});

Deno.test("maintenance is reported once and ends nothing for good", async () => {
  await withDeribit(async (venue) => {
    await venue.run(50 * SECOND);
    venue.answers.set(HISTORY, refusal(11051, "system_maintenance"));
    await venue.run(5 * MINUTE);
    assert.deepEqual(venue.codes(), ["maintenance"]);
    assert.equal(venue.dials, 1);
    venue.answers.delete(HISTORY);
    await venue.run(MINUTE);
    assert.equal(venue.ledger.wanted(venue.now - 30 * SECOND).length, 0);
    assert.equal(venue.feed.snapshot().streams[0]?.error, undefined);
  });
});

Deno.test("11056 is waited out for minutes, while values go on", async () => {
  await withDeribit(async (venue) => {
    await venue.run(50 * SECOND);
    venue.answers.set(HISTORY, refusal(11056));
    const before = venue.countOf(HISTORY);
    await venue.run(4 * MINUTE);
    assert.deepEqual(venue.codes(), ["public-disabled"]);
    assert.equal(venue.countOf(HISTORY), before + 1);
    assert.equal(venue.feed.snapshot().state, "live");
    venue.answers.delete(HISTORY);
    await venue.run(3 * MINUTE);
    assert.equal(venue.ledger.wanted(venue.now - 30 * SECOND).length, 0);
  });
});

Deno.test("a refusal that stands is asked again after ten minutes, not before", async () => {
  await withDeribit(async (venue) => {
    await venue.run(50 * SECOND);
    venue.answers.set(HISTORY, refusal(10020, "invalid_or_unsupported_instrument"));
    const before = venue.countOf(HISTORY);
    await venue.run(9 * MINUTE);
    assert.equal(venue.countOf(HISTORY), before + 1);
    assert.equal(venue.feed.snapshot().streams[0]?.state, "failed");
    assert.deepEqual(venue.codes(), ["refused"]);
    venue.answers.delete(HISTORY);
    await venue.run(3 * MINUTE);
    assert.equal(venue.feed.snapshot().streams[0]?.state, "live");
    assert.equal(venue.ledger.wanted(venue.now - 30 * SECOND).length, 0);
  });
});

Deno.test("an index without any history is said so, and kept waiting", async () => {
  await withDeribit(async (venue) => {
    venue.answers.set(HISTORY, () => ({ result: { data: [], continuation: null } }));
    await venue.run(5 * MINUTE);
    assert.deepEqual(venue.codes(), ["no-history"]);
    assert.ok(venue.countOf(HISTORY) <= 6);
    assert.equal(venue.ledger.coverage().absent, 0);
  });
});

Deno.test("fractions are shown in per cent, and the log says so once", async () => {
  await withDeribit(async (venue) => {
    venue.answers.set(HISTORY, (params) => {
      const data = venue.rows(params).map(([time]) => [time, 0.41, 0.415, 0.405, 0.4125]);
      return { result: { data, continuation: null } };
    });
    await venue.run(3 * MINUTE);
    assert.equal(venue.ledger.at(START)?.close, 41.25);
    assert.equal(venue.warnings.filter((text) => text.includes("fraction")).length, 1);
  });
});

Deno.test("a value ahead of Deribit's clock is not taken", async () => {
  await withDeribit(async (venue) => {
    await venue.run(20 * SECOND);
    const { rejectedFrames } = venue.feed.snapshot();
    venue.value(99, venue.now + MINUTE);
    await venue.run(5 * SECOND);
    assert.equal(venue.feed.snapshot().rejectedFrames, rejectedFrames + 1);
    const shown = venue.events.flatMap((event) => event.kind === "forming" ? [event.bar.high] : []);
    assert.ok(shown.every((high) => high < 50));
  });
});

Deno.test("calls keep to five a second", async () => {
  await withDeribit(async (venue) => {
    venue.answers.set(HISTORY, (params) => {
      const end = params.end_timestamp as number;
      return {
        result: { data: [[end - end % MINUTE, 41, 42, 40, 41]], continuation: end - MINUTE },
      };
    });
    await venue.run(30 * SECOND);
    const times = venue.calls.map(({ at }) => at);
    for (let i = 10; i < times.length; i++) {
      assert.ok(times[i]! - times[i - 10]! >= 900, "more than ten calls in a second");
    }
    assert.ok(times.length > 60);
  });
});

Deno.test("an index can be followed and given up while the feed runs", async () => {
  await withDeribit(async (venue) => {
    await venue.run(10 * SECOND);
    const { feed } = venue;
    const [dvol] = feed.instruments;
    feed.follow({ ...dvol!, id: "DVOL-ETH" });
    await venue.run(20 * SECOND);
    assert.ok(venue.ledgers.get("DVOL-ETH")!.bars().length >= 60);
    feed.unfollow("DVOL");
    await venue.run(5 * SECOND);
    assert.deepEqual(
      venue.calls.find(({ method }) => method === "public/unsubscribe")?.params,
      { channels: [BTC] },
    );
    const { length } = bars(venue);
    await venue.run(2 * MINUTE);
    assert.ok(bars(venue).slice(length).every(({ instrument }) => instrument === "DVOL-ETH"));
    assert.throws(() => feed.follow({ ...dvol!, id: "DVOL-SOL" }), RangeError);
  });
});

Deno.test("each way not to be Deribit is explained, and only the user's part is not retried", async () => {
  const upgrade = (status: number) =>
    ({ kind: "refused-upgrade", status, retryAfterMs: undefined }) as const;
  const cases = [
    [upgrade(404), "not-deribit", "failed"],
    [upgrade(403), "forbidden", "recovering"],
    [upgrade(451), "geo-blocked", "failed"],
    [upgrade(429), "rate-limited", "recovering"],
    [upgrade(502), "server-error", "recovering"],
    [{ kind: "broken", fault: "not-permitted", cause: undefined }, "not-permitted", "failed"],
    [{ kind: "broken", fault: "host-not-found", cause: undefined }, "host-not-found", "recovering"],
  ] as const;
  for (const [end, code, state] of cases) {
    const venue = new FakeDeribit();
    venue.refusals.push(end);
    venue.feed.start();
    await venue.clock.run(100);
    const snapshot = venue.feed.snapshot();
    assert.deepEqual([snapshot.lastError?.code, snapshot.state], [code, state]);
    await venue.close();
  }
});

Deno.test("a Deribit that refuses the place after it has served it is asked again", async () => {
  const venue = new FakeDeribit();
  venue.feed.start();
  await venue.run(2 * MINUTE);
  assert.equal(venue.feed.snapshot().state, "live");
  venue.refusals.push({ kind: "refused-upgrade", status: 451, retryAfterMs: undefined });
  venue.cut();
  await venue.run(20 * SECOND);
  const { lastError, state } = venue.feed.snapshot();
  assert.deepEqual([lastError?.code, state], ["geo-blocked", "recovering"]);
  await venue.run(15 * MINUTE);
  assert.equal(venue.feed.snapshot().state, "live");
  await venue.close();
});

Deno.test("a server that answers nonsense is no Deribit", async () => {
  const venue = new FakeDeribit();
  venue.answers.set("public/get_time", () => ({ result: "now" }));
  venue.feed.start();
  await venue.run(2 * SECOND);
  assert.equal(venue.feed.snapshot().state, "failed");
  assert.equal(venue.feed.snapshot().lastError?.code, "not-deribit");
  await venue.close();
});
