import assert from "node:assert/strict";
import { ConnectionLog } from "../../lib/market/connection_log.ts";
import type { MarketEvent, SummaryEvent } from "../../lib/market/market_event.ts";
import { exportMarket } from "../../lib/market/market_export.ts";
import { type HistoryEvent, isHistory } from "../../lib/market/market_history.ts";
import { MarketJournal } from "../../lib/market/market_journal.ts";
import { openMarket } from "../../lib/market/open_market.ts";
import { backlogText, streamLine, type StreamOverview } from "../../lib/market/stream_overview.ts";
import { SummaryPace } from "../../lib/market/minute_watch.ts";
import { MarketError } from "../../lib/model/errors.ts";
import type { ConnectionState } from "../../lib/model/feed_event.ts";
import { MINUTE } from "../../lib/model/time.ts";
import { parseConfig } from "../../lib/feeds/config.ts";
import type { Log } from "../../lib/runtime/log.ts";
import { SteadyClock } from "../support/steady_clock.ts";

const NOON = Date.UTC(2025, 11, 3, 12);
const SPEED = 600;

interface Line {
  readonly source: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A log that keeps its lines. */
function keptLog(lines: Line[]): (source: string) => Log {
  return (source) => {
    const keep = (message: string, fields = {}) => void lines.push({ source, message, fields });
    return { debug: keep, info: keep, warn: keep, error: keep };
  };
}

Deno.test("every transition is told once, with its reason, in the events, the log, the journal and the export", async () => {
  using clock = new SteadyClock();
  const lines: Line[] = [], events: MarketEvent[] = [];
  const config = parseConfig({
    overrides: { source: "simulated", clock: { speed: SPEED }, data: { backfillHours: 1 } },
  });
  const market = await openMarket({}, {
    clock,
    config,
    log: keptLog(lines),
    onEvent: (event) => events.push(event),
  });
  const until = async (isSo: () => boolean) => {
    const deadline = clock.monotonic() + 8_000;
    while (!isSo()) {
      assert.ok(clock.monotonic() < deadline, market.status().message);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const live = () => events.filter((e) => e.kind === "transition" && e.to === "live").length;
  await until(() => live() === 3);
  for (const server of market.simulator!.servers) server.drop();
  await until(() => live() === 6);
  await market.close();

  const told = events.flatMap((event) => event.kind === "transition" ? [event] : []);
  for (const venue of ["binance", "ibkr", "deribit"] as const) {
    const path = told.filter((event) => event.venue === venue);
    assert.equal(path[0]!.from, "idle");
    assert.equal(path.at(-1)!.to, "closed");
    path.forEach((event, i) => {
      assert.notEqual(event.from, event.to);
      assert.ok(event.reason.length > 3, `${event.to} has a reason`);
      if (i > 0) assert.equal(event.from, path[i - 1]!.to, "no step is left out or told twice");
    });
    assert.ok(path.some(({ to }) => to === "recovering"));
    const logged = lines.filter(({ source, message }) =>
      source === venue && message.includes(" → ")
    );
    assert.deepEqual(
      logged.map(({ message, fields }) => [message, fields.reason]),
      path.map(({ from, to, reason }) => [`${venue}: ${from} → ${to}`, reason]),
    );
    const entered = market.journal.entries.filter(({ source, text }) =>
      source === venue && text.includes(" → ")
    );
    assert.deepEqual(
      entered.map(({ text }) => text.split(":")[0]),
      path.map(({ from, to }) => `${from} → ${to}`),
    );
  }
  const history = events.filter((event): event is HistoryEvent => isHistory(event));
  let exported = "";
  await exportMarket(market, "out", {
    files: {
      readText: () => Promise.reject(new Error("nothing is read")),
      exists: () => Promise.resolve(false),
      writeText: () => Promise.resolve(),
      async writePieces(path, pieces) {
        if (path.endsWith("events.jsonl")) {
          exported = await new Response(ReadableStream.from(pieces)).text();
        }
      },
    },
    events: history,
  });
  const rows = exported.trim().split("\n").map((line) => JSON.parse(line));
  assert.deepEqual(
    rows.filter(({ kind }) => kind === "transition").map((
      { from, to, reason },
    ) => [from, to, reason]),
    told.map(({ from, to, reason }) => [from, to, reason]),
  );
});

Deno.test("Market sums up each stream every five venue minutes, in its events and its journal", async () => {
  using clock = new SteadyClock();
  const summaries: SummaryEvent[] = [];
  const config = parseConfig({
    overrides: { source: "simulated", clock: { speed: 1_200 }, data: { backfillHours: 1 } },
  });
  await using market = await openMarket({}, { clock, config });
  let minutes = 0;
  for await (const event of market) {
    if (event.kind === "summary") summaries.push(event);
    if (event.kind === "minute" && event.revision === 0 && ++minutes === 27) break;
  }
  assert.ok(summaries.length >= 4 && summaries.length <= 6, `${summaries.length} in 27 minutes`);
  summaries.forEach(({ time, streams }, i) => {
    assert.equal(time % (5 * MINUTE), 0);
    if (i > 0) assert.ok(time > summaries[i - 1]!.time);
    assert.deepEqual(streams.map(({ instrument }) => instrument), ["BTCUSDT", "ES", "NQ", "DVOL"]);
  });
  const { streams } = summaries.at(-1)!;
  for (const stream of streams) {
    assert.deepEqual([stream.label, stream.breaker, stream.attempt], ["simulated", "closed", 0]);
    assert.ok(stream.minutes >= 60 && Number.isFinite(stream.offsetMs), streamLine(stream));
  }
  const entry = market.journal.entries.findLast(({ source }) => source === "summary")!;
  assert.match(
    entry.text,
    /^BTCUSDT live: \d+ minutes, \d+ gaps?, \d+ missing(?:, history [^·]+)?, \d+ reconnects?, age \d+\.\d s, venue clock \d+\.\d days behind · ES live/,
  );
  const { droppedEvents, waitingEvents } = market.status();
  assert.deepEqual([droppedEvents, waitingEvents], [0, 0]);
});

Deno.test("SummaryPace is due at each whole five minutes, once after a pause, and not between", () => {
  const pace = new SummaryPace();
  const due = (minute: number) => {
    pace.passed(NOON + minute * MINUTE);
    return pace.takeDue();
  };
  assert.deepEqual([0, 1, 2, 3].map(due), [undefined, undefined, undefined, undefined]);
  assert.equal(due(4), NOON + 5 * MINUTE);
  assert.equal(pace.takeDue(), undefined);
  for (let minute = 5; minute < 42; minute++) pace.passed(NOON + minute * MINUTE);
  assert.equal(pace.takeDue(), NOON + 40 * MINUTE);
  assert.equal(pace.takeDue(), undefined);
});

function transition(from: ConnectionState, to: ConnectionState, minute: number, time = true) {
  return {
    ...{ kind: "transition", venue: "ibkr", from, to, reason: `because of ${to}` } as const,
    ...{ time: time ? NOON + minute * MINUTE : undefined, receivedAt: NOON + 7 + minute * MINUTE },
  };
}

Deno.test("ConnectionLog knows downtimes in venue time", () => {
  const log = new ConnectionLog();
  const go = (...steps: Parameters<typeof transition>) => log.take(transition(...steps));
  go("idle", "connecting", 0);
  go("connecting", "recovering", 1);
  assert.deepEqual(log.downtimes("ibkr"), [], "what never was up was not lost");
  go("recovering", "connecting", 2);
  go("connecting", "live", 3);
  go("live", "stale", 10);
  go("stale", "recovering", 12);
  go("recovering", "connecting", 13);
  go("connecting", "recovering", 14);
  go("starting", "live", 20, false);
  assert.deepEqual(log.downtimes("ibkr"), [{
    ...{ venue: "ibkr", from: NOON + 10 * MINUTE, to: NOON + 20 * MINUTE },
    reason: "because of stale",
  }]);
  go("live", "failed", 30);
  assert.equal(log.downtimes("ibkr").at(-1)!.to, Infinity);
  assert.deepEqual(log.downtimes("binance"), []);
});

const STREAM: StreamOverview = {
  isDelayed: false,
  ...{ instrument: "ES", venue: "ibkr", state: "live", connection: "live", breaker: "closed" },
  ...{ attempt: 0, retryAt: undefined, reconnects: 1, resubscribes: 0, rejectedFrames: 0 },
  ...{ label: "live", contract: "ESZ5", ageMs: 420, backlog: undefined },
  ...{ lastBar: NOON, minutes: 305, missing: 2, absent: 0, healed: 3, gaps: 1, revisions: 0 },
  ...{ repeats: 0, rejected: 0, offsetMs: -1_234.4, offsetUncertaintyMs: 3, error: undefined },
};

Deno.test("streamLine tells a stream in one line, and unknown for what is not known", () => {
  assert.equal(
    streamLine(STREAM),
    "ES live: 305 minutes, 1 gap, 2 missing, 1 reconnect, age 0.4 s, venue clock 1,234 ms behind",
  );
  assert.match(
    streamLine({ ...STREAM, ageMs: undefined, offsetMs: NaN }),
    /no data yet, venue clock unknown$/,
  );
});

Deno.test("streamLine says what is still wanted of history, and when the venue's limits let it be asked", () => {
  const backlog = { minutes: 3_000, requests: 3, position: 1, nextInMs: 2_400, lastInMs: 41_000 };
  assert.match(
    streamLine({ ...STREAM, backlog }),
    /2 missing, history 3 requests, the first in 3 s, the last in 41 s, after 1 other instrument, 1 rec/,
  );
  assert.equal(backlogText({ ...backlog, requests: 1, position: 0 }), "history 1 request in 3 s");
  assert.equal(
    backlogText({ ...backlog, requests: 1, position: 2, nextInMs: 0 }),
    "history 1 request now, after 2 other instruments",
  );
});

Deno.test("MarketJournal keeps two hours of summaries, and never lets them drive out what happened", () => {
  const journal = new MarketJournal();
  journal.take(transition("live", "stale", 0));
  for (let i = 0; i < 1_000; i++) {
    journal.take({ kind: "summary", time: NOON + i, streams: [STREAM], receivedAt: NOON + i });
  }
  assert.equal(journal.entries.length, 25);
  assert.match(journal.entries[0]!.text, /live → stale/);
  assert.equal(journal.entries.at(-1)!.receivedAt, NOON + 999);
  journal.take({
    kind: "summary",
    time: NOON,
    streams: [{ ...STREAM, state: "stale" }],
    receivedAt: NOON,
  });
  assert.equal(journal.entries.at(-1)!.level, "warning");
});

Deno.test("MarketJournal masks secrets that a venue's error repeats", () => {
  const journal = new MarketJournal();
  const message = "wss://me:hunter2@host refused the token=s3cr3t.";
  const error = new MarketError("refused", "retry", message);
  journal.take({ kind: "failure", venue: "ibkr", error, receivedAt: NOON });
  journal.take({ ...transition("live", "recovering", 0), reason: message });
  assert.deepEqual(journal.entries.map(({ text }) => text), [
    "wss://***@host refused the token=***",
    "live → recovering",
  ]);
});
