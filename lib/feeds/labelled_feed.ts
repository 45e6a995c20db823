import type { FeedEvent } from "../model/feed_event.ts";
import { MarketError } from "../model/errors.ts";
import type { Instrument } from "../model/instrument.ts";
import type { Feed, FeedContext, FeedSnapshot } from "./feed.ts";
import type { Outside } from "./outside.ts";
import { saysSimulated, SourceLabel } from "./source_label.ts";

/** Makes the feed that is to be labelled. */
type MakeFeed = (context: FeedContext, outside: Outside) => Feed;

/**
 * A feed whose data is labelled `simulated` as soon as a server it talks to says so: by a header that is looked for
 * in every HTTP answer and WebSocket upgrade, or by what the feed itself finds (`context.label`).
 */
export function labelledFeed(context: FeedContext, outside: Outside, make: MakeFeed): Feed {
  return new LabelledFeed(context, outside, make);
}

class LabelledFeed implements Feed {
  readonly #context: FeedContext;
  readonly #label: SourceLabel;
  readonly #feed: Feed;

  constructor(context: FeedContext, outside: Outside, make: MakeFeed) {
    this.#context = context;
    this.#label = new SourceLabel(context.source, () => {
      context.log.info("The server says that it is simulated; its data is labelled so");
      for (const instrument of this.#feed.instruments) this.#emitLabel(instrument);
    });
    const emit = (event: FeedEvent) => context.emit(relabelled(event, this.#label));
    this.#feed = make({ ...context, emit, label: this.#label }, watched(outside, this.#label));
  }

  get venue() {
    return this.#feed.venue;
  }

  get instruments() {
    return this.#feed.instruments;
  }

  start(): void {
    this.#feed.start();
  }

  snapshot(): FeedSnapshot {
    const snapshot = whileStopped(this.#feed.snapshot());
    if (!this.#label.isSimulated) return snapshot;
    const streams = snapshot.streams.map((stream) => ({
      ...stream,
      source: this.#label.of(stream.source),
      isDelayed: stream.source === "delayed",
      ...(stream.error === undefined ? {} : { error: ofSimulator(stream.error) }),
    }));
    const { lastError } = snapshot;
    const errors = lastError === undefined ? {} : { lastError: ofSimulator(lastError) };
    return { ...snapshot, ...errors, streams };
  }

  venueTimeAtLeast(): number {
    return this.#feed.venueTimeAtLeast();
  }

  follow(instrument: Instrument): void {
    this.#feed.follow(instrument);
    if (this.#label.isSimulated) this.#emitLabel(instrument);
  }

  unfollow(id: string): void {
    this.#feed.unfollow(id);
  }

  stop(): Promise<void> {
    return this.#feed.stop();
  }

  close(): Promise<void> {
    return this.#feed.close();
  }

  #emitLabel({ id }: Instrument): void {
    const { emit, clock } = this.#context;
    const stream = this.#feed.snapshot().streams.find(({ instrument }) => instrument === id);
    emit({
      kind: "label",
      instrument: id,
      source: "simulated",
      isDelayed: stream?.source === "delayed",
      receivedAt: clock.now(),
    });
  }
}

/** A stopped venue owes nothing, waits for nothing, and has nothing to complain of. */
function whileStopped(snapshot: FeedSnapshot): FeedSnapshot {
  if (snapshot.state !== "stopped") return snapshot;
  const streams = snapshot.streams.map((stream) => {
    const { backlog: _, ...rest } = stream;
    return { ...rest, state: "stopped" as const, error: undefined };
  });
  return { ...snapshot, lastError: undefined, streams };
}

function relabelled(event: FeedEvent, label: SourceLabel): FeedEvent {
  if (!label.isSimulated) return event;
  switch (event.kind) {
    case "forming":
      return { ...event, bar: { ...event.bar, source: label.of(event.bar.source) } };
    case "label":
      return { ...event, source: label.of(event.source), isDelayed: event.source === "delayed" };
    case "failure":
      return { ...event, error: ofSimulator(event.error) };
    default:
      return event;
  }
}

/** Failures that say what a venue does not have. */
const UNKNOWN: readonly string[] = ["unknown-symbol", "unknown-contract"];

/** What a simulator does not have says nothing about the venue that it stands in for. */
function ofSimulator(error: MarketError): MarketError {
  const { code, remedy, message, venue, instrument, cause } = error;
  if (!UNKNOWN.includes(code)) return error;
  return new MarketError(code, remedy, `Simulated ${message}`, {
    ...(venue === undefined ? {} : { venue }),
    ...(instrument === undefined ? {} : { instrument }),
    cause,
  });
}

/** The same outside, with every answer's headers looked at. */
function watched(outside: Outside, label: SourceLabel): Outside {
  const look = (headers: Readonly<Record<string, string>>) => {
    if (saysSimulated(headers)) label.simulated();
  };
  return {
    clock: outside.clock,
    random: outside.random,
    connectTcp: outside.connectTcp,
    begin: (make) => outside.begin(make),
    httpGet: (url, options) =>
      outside.httpGet(url, options).then((reply) => {
        look(reply.headers);
        return reply;
      }),
    openWebSocket: (url, handlers) =>
      outside.openWebSocket(url, {
        onOpen(opened) {
          look(opened.headers);
          handlers.onOpen(opened);
        },
        onText: (text) => handlers.onText(text),
        onEnd: (end) => handlers.onEnd(end),
      }),
  };
}
