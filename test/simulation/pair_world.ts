import { MinuteLedger } from "../../lib/bars/minute_ledger.ts";
import { venueOf } from "../../lib/feeds/venues.ts";
import type { FeedEvent } from "../../lib/model/feed_event.ts";
import { DAY, floorTo, HOUR, MINUTE, SECOND } from "../../lib/model/time.ts";
import { type Log, silentLog } from "../../lib/runtime/log.ts";
import type { EmbeddedServer, EmbeddedVenue } from "../../lib/simulator/embedded_venue.ts";
import type { FaultAction, FaultKind } from "../../lib/simulator/fault.ts";
import { drawnFrom, FAULT_NUMBERS } from "../../lib/simulator/fault_kinds.ts";
import { createMarketModel } from "../../lib/simulator/market_model.ts";
import type { PairStats } from "../../lib/simulator/pair_venue.ts";
import { SeededRandom } from "../../lib/simulator/seeded_random.ts";
import type { Truth } from "../../lib/simulator/truth.ts";
import type { ListenVenue } from "../../lib/simulator/venue_socket.ts";
import { VenueTime } from "../../lib/simulator/venue_time.ts";
import { checkTrades, type ToldTrade } from "./checker/trades.ts";
import { Network } from "./network.ts";
import { VirtualClock } from "./virtual_clock.ts";
import { WebNetwork } from "./web_network.ts";

export interface PairWorldOptions {
  readonly venue: "coinbase" | "kraken";
  readonly seed: number;
  /** @default 24 */
  readonly hours?: number;
  /** False: nothing goes wrong. @default true */
  readonly hasFaults?: boolean;
  /** What goes wrong, ms after the start. @default drawn from the seed */
  readonly plan?: readonly PlannedFault[];
  /** Called with every event and fault. @default none */
  readonly log?: (line: string) => void;
  /** Changes the feed's context or its frames, to see the harness go red. @default nothing */
  readonly mangle?: (text: string) => string | undefined;
}

/** What came of one simulated stretch. */
export interface PairOutcome {
  readonly seed: number;
  readonly compared: number;
  readonly lost: number;
  readonly doubled: number;
  readonly altered: number;
  readonly invented: number;
  readonly faults: number;
  readonly trades: number;
  readonly healedTrades: number;
  /** Minutes without a trade, which have no bar. */
  readonly empty: number;
  readonly findings: readonly string[];
}

const SYMBOLS = {
  coinbase: ["BTC-USD", "DOGE-USD"],
  kraken: ["BTC/USD", "DOGE/USD"],
} as const;
const URLS = {
  coinbase: { streamUrl: "ws://stream.simulated", restUrl: "http://rest.simulated" },
  kraken: { streamUrl: "ws://stream.simulated/v2", restUrl: "http://rest.simulated" },
} as const;
const FIRST_DAY = Date.UTC(2025, 11, 1);
const DAYS = 19;
const BACKFILL_MS = 2 * HOUR;
/** A few trades a minute: one minute in fifty has none. */
const TRADES_PER_MINUTE = 4;
/** Nothing goes wrong for so long before the end; a minute that ended later than that may be on its way. */
const CALM_END_MS = 4 * MINUTE;
const SETTLE_MS = 30 * SECOND;
const CLUSTERS_PER_HOUR = 3;
/** Refused from the start on, a feed rightly waits for long. */
const SERVED_MS = 2 * MINUTE;
const WEIGHTS: Readonly<Partial<Record<FaultKind, number>>> = { drop: 12, "lose-trades": 6 };

/** Runs the feed of a venue of pairs against its server in virtual time, faults and all, and judges it by the truth. */
export async function simulatePairs(options: PairWorldOptions): Promise<PairOutcome> {
  const { venue, seed, hours = 24, hasFaults = true, log } = options;
  const random = (purpose: string) => new SeededRandom(seed, venue, purpose);
  const clock = new VirtualClock(Date.UTC(2031, 0, 1));
  const start = FIRST_DAY + (seed % DAYS) * DAY + Math.floor(random("start").next() * DAY);
  const time = new VenueTime({ clock: clock.of("world"), start });
  const network = new Network(clock, random("network"));
  const web = new WebNetwork(network, clock.of("client"), () => {});
  const truth = createMarketModel({
    seed,
    from: floorTo(start - DAY, DAY),
    tradesPerMinute: TRADES_PER_MINUTE,
  });
  const definition = venueOf(venue);
  const embedded = await definition.simulated!.load();
  const server = await startOn(embedded, { truth, time, clock: clock.of("world") }, web.listen);
  const durationMs = hours * HOUR;
  let struck = 0;
  const drawn = () => planOf(embedded.faults, random("faults"), durationMs - CALM_END_MS);
  const plan = options.plan ?? (hasFaults ? drawn() : []);
  for (const { at, action } of plan) {
    clock.deliver(at, "world", () => {
      struck++;
      log?.(`${new Date(time.now()).toISOString()} FAULT ${JSON.stringify(action)}`);
      server.strike(action);
    });
  }
  const settings = { ...URLS[venue], symbols: SYMBOLS[venue] };
  const instruments = definition.instruments(settings);
  const ledgers = new Map(instruments.map(({ id }) => [id, new MinuteLedger(id, () => true)]));
  const events: { readonly at: number; readonly event: FeedEvent }[] = [];
  const client = clock.of("client"), chance = random("client");
  const { mangle } = options;
  const feed = definition.createFeed(
    {
      clock: client,
      random: () => chance.next(),
      log: log === undefined ? silentLog : logTo(log, time),
      speed: 1,
      source: "simulated",
      backfillMs: BACKFILL_MS,
      ledgers,
      emit: (event) => {
        if (event.kind === "forming") return;
        log?.(`${new Date(time.now()).toISOString()} ${JSON.stringify(event).slice(0, 200)}`);
        events.push({ at: time.now(), event });
      },
    },
    settings,
    {
      clock: client,
      random: () => chance.next(),
      httpGet: web.httpGet,
      openWebSocket: mangle === undefined
        ? web.openSocket
        : (url, handlers) =>
          web.openSocket(url, {
            ...handlers,
            onText: (text) => {
              const changed = mangle(text);
              if (changed !== undefined) handlers.onText(changed);
            },
          }),
      connectTcp: () => {
        throw new Error("nothing speaks TCP here");
      },
      begin: (make) => Promise.resolve(make()),
    },
  );
  feed.start();
  await clock.run(durationMs);
  const { state, streams } = feed.snapshot();
  const to = time.now();
  await clock.during(feed.close(), MINUTE);
  const timers = clock.pending("client");
  await clock.during(server.close(), MINUTE);
  const findings: string[] = [];
  if (state !== "live") findings.push(`at the end the feed is ${state}`);
  if (timers > 0) findings.push(`${timers} timers were left running`);
  const { violations } = (server as EmbeddedServer & { stats(): PairStats }).stats();
  findings.push(...violations.map((rule) => `the venue says: ${rule}`));
  const count = { compared: 0, lost: 0, doubled: 0, altered: 0, invented: 0, empty: 0 };
  for (const [id, ledger] of ledgers) judgeMinutes({ id, ledger, truth, to }, count, findings);
  count.doubled = judgeEvents(events, findings);
  const tapes = streams.map(({ instrument, trades: coverage }) => {
    const all = events.flatMap(({ event }) =>
      event.kind === "trade" && event.instrument === instrument ? [event as ToldTrade] : []
    );
    return { instrument, trades: all, coverage };
  });
  // A market of pairs may be quiet at the end: what the truth has decides.
  const ofTrades = checkTrades(tapes, truth, to).map(({ text }) => text)
    .filter((text) => !text.includes(": no trade after "));
  findings.push(...ofTrades, ...tapes.flatMap((tape) => lateTrades(tape, truth, to)));
  return {
    seed,
    ...count,
    faults: struck,
    trades: tapes.reduce((sum, { trades }) => sum + trades.length, 0),
    healedTrades: tapes.reduce((sum, { coverage }) => sum + (coverage?.healed ?? 0), 0),
    findings,
  };
}

function startOn(
  embedded: EmbeddedVenue,
  given: Pick<Parameters<EmbeddedVenue["start"]>[0], "truth" | "time" | "clock">,
  listen: ListenVenue,
): Promise<EmbeddedServer> {
  const options = { ...given, host: "127.0.0.1", port: 0, listen, tickMs: 400 };
  return embedded.start(options);
}

export interface PlannedFault {
  readonly at: number;
  readonly action: FaultAction;
}

/** Clusters of one to four faults, half of them round the edge of a minute or while the feed recovers. */
function planOf(kinds: readonly FaultKind[], random: SeededRandom, until: number): PlannedFault[] {
  const total = kinds.reduce((sum, kind) => sum + (WEIGHTS[kind] ?? 1), 0);
  const planned: PlannedFault[] = [];
  const clusters = Math.max(2, Math.round(until / HOUR * CLUSTERS_PER_HOUR));
  for (let i = 0; i < clusters; i++) {
    let at = (i + random.next()) * until / clusters;
    const size = 1 + Math.floor(random.next() * 4);
    for (let j = 0; j < size; j++) {
      if (random.next() < 0.4) at = Math.round(at / MINUTE) * MINUTE + random.gaussian() * 300;
      let left = random.next() * total;
      const kind = kinds.find((one) => (left -= WEIGHTS[one] ?? 1) < 0) ?? "drop";
      const numbers = Object.entries(FAULT_NUMBERS[kind])
        .map(([name, range]) => [name, drawnFrom(range, random.next())]);
      const action = { kind, ...Object.fromEntries(numbers) } as FaultAction;
      const lastsMs = "durationMs" in action ? action.durationMs : 0;
      if (at > SERVED_MS && at + lastsMs < until) planned.push({ at: Math.round(at), action });
      at += random.next() * (lastsMs + 20 * SECOND);
    }
  }
  return planned.sort((a, b) => a.at - b.at);
}

type Count = Record<"compared" | "lost" | "altered" | "invented" | "empty", number>;

function judgeMinutes(
  { id, ledger, truth, to }: {
    readonly id: string;
    readonly ledger: MinuteLedger;
    readonly truth: Truth;
    readonly to: number;
  },
  count: Count,
  findings: string[],
): void {
  for (let time = ledger.from; time + MINUTE <= to - SETTLE_MS; time += MINUTE) {
    const real = truth.minute(id, time), bar = ledger.at(time);
    count.compared++;
    const name = `${id} ${new Date(time).toISOString()}`;
    if (real === undefined) {
      count.empty++;
      if (bar !== undefined) count.invented++, findings.push(`${name} was invented`);
    } else if (bar === undefined) {
      count.lost++;
      findings.push(`${name} is lost`);
    } else {
      const isEqual = (["open", "high", "low", "close", "volume"] as const)
        .every((key) => Object.is(bar[key], real[key]));
      if (isEqual && bar.revision === 0) continue;
      count.altered++;
      findings.push(`${name} was altered: ${JSON.stringify(bar)} is not ${JSON.stringify(real)}`);
    }
  }
}

/** Trades made before the last minute and a half that were not emitted. */
function lateTrades(
  { instrument, trades }: { readonly instrument: string; readonly trades: readonly ToldTrade[] },
  truth: Truth,
  to: number,
): string[] {
  const newest = trades.at(-1)?.id ?? 0;
  for (let minute = floorTo(to, MINUTE); minute > to - 10 * MINUTE; minute -= MINUTE) {
    const missed = truth.trades(instrument, minute)
      .find(({ id, time }) => id > newest && time < to - 90 * SECOND);
    if (missed !== undefined) return [`${instrument}: trade ${missed.id} did not come`];
  }
  return [];
}

/** Each minute is emitted once, and not before its end. @returns how many were emitted again. */
function judgeEvents(
  events: readonly { readonly at: number; readonly event: FeedEvent }[],
  findings: string[],
): number {
  const seen = new Set<string>();
  let doubled = 0;
  for (const { at, event } of events) {
    if (event.kind !== "bar") continue;
    const name = `${event.instrument} ${new Date(event.bar.openTime).toISOString()}`;
    if (event.change === "revision" || seen.has(name)) {
      doubled++;
      findings.push(`${name} came again: ${event.change}`);
    }
    seen.add(name);
    if (at < event.bar.openTime + MINUTE) findings.push(`${name} was closed early`);
  }
  return doubled;
}

function logTo(log: (line: string) => void, time: VenueTime): Log {
  const at = (level: string) => (message: string, fields: Record<string, unknown> = {}) =>
    log(`${new Date(time.now()).toISOString()} ${level} ${message} ${JSON.stringify(fields)}`);
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}
