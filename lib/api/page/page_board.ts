import { metrics } from "../../alerts/metrics/mod.ts";
import { beatText } from "../../charts/live_markup.ts";
import { shortLabels } from "../../market/instrument_label.ts";
import { venueTitle } from "../../feeds/venues.ts";
import { lesserOf } from "../../market/lesser_source.ts";
import type { MarketEvent } from "../../market/market_event.ts";
import type { Market } from "../../market/market.ts";
import type { Source } from "../../model/instrument.ts";
import { sentenceOf } from "../../model/sentence_of.ts";
import { SECOND } from "../../model/time.ts";
import { CORRELATED_TIMEFRAMES } from "../../model/timeframe.ts";
import { VERSION } from "../../model/version.ts";
import { Heartbeat } from "../../notebook/heartbeat.ts";
import { Outputs } from "../../notebook/outputs.ts";
import { SharedNotes } from "../../notebook/shared_notes.ts";
import type { Clock, Timer } from "../../runtime/clock.ts";
import type { Log } from "../../runtime/log.ts";
import type { Random } from "../../runtime/random.ts";
import type { ServerSocket } from "../../runtime/web_server.ts";
import type { PageChoice } from "./page_choice.ts";
import type { PageBeat, PageMessage, PageOffer, PagePanelPlace } from "./page_message.ts";
import { PageReader } from "./page_reader.ts";
import { PAGE_VIEWS, type PagePanel, type PageView } from "./page_views.ts";
import { KEPT_MS, PanelRun } from "./panel_run.ts";

export interface PageBoardParts {
  readonly market: Market;
  /** The machine's own clock. */
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** @default all there are */
  readonly views?: readonly PageView[];
}

const BEAT_MS = SECOND;
/** More pages than a desk has; each costs memory. */
const MOST_READERS = 200;
/** Panels drawn at a time, over all readers' choices. */
const MOST_RUNS = 200;

/** The dashboard: draws each panel once for all who look at it, and feeds their pages. */
export class PageBoard {
  readonly #parts: PageBoardParts;
  readonly #views: readonly PageView[];
  readonly #heartbeat: Heartbeat;
  readonly #sharedNotes: SharedNotes;
  readonly #run: string;
  readonly #readers = new Set<PageReader>();
  readonly #runs = new Map<string, PanelRun>();
  readonly #leaving = new Map<string, Timer>();
  readonly #stopWatching: () => void;
  #beatTimer: Timer | undefined;
  #dropped = 0;
  #isClosed = false;

  constructor(parts: PageBoardParts) {
    const { clock, random, market } = parts;
    this.#parts = parts;
    this.#views = parts.views ?? PAGE_VIEWS;
    const broadcast = () => this.#sendAll(this.#pulse);
    const outputs = new Outputs({ jupyter: { broadcast }, clock, random });
    this.#run = outputs.kernel;
    this.#heartbeat = new Heartbeat(outputs, clock);
    // Each panel says what is wrong by itself: there is no first line as a notebook has.
    this.#sharedNotes = new SharedNotes({ hasPlace: () => false, onChange: () => {} });
    this.#stopWatching = market.onEvent((event) => {
      if (!isOfOffer(event)) return;
      this.#sendAll({ type: "offer", offer: this.offer });
      for (const run of this.#runs.values()) run.tryAgain();
    }, "page");
    this.#beat();
  }

  /** Pages that are open, panels that are drawn, and pages that were dropped because they were too slow. */
  get counts(): { readonly readers: number; readonly panels: number; readonly dropped: number } {
    return { readers: this.#readers.size, panels: this.#runs.size, dropped: this.#dropped };
  }

  get offer(): PageOffer {
    const { market } = this.#parts;
    const labelOf = shortLabels(market.instruments);
    const { venues, channels } = market.status();
    return {
      version: VERSION,
      run: this.#run,
      views: this.#views.map(({ name, title, uses, forms = [], areFormsBelow = false }) => ({
        name,
        title,
        uses,
        forms,
        areFormsBelow,
      })),
      pairs: market.pairs.map(({ name, a, b }) => ({
        id: name,
        title: `${labelOf(a)} – ${labelOf(b)}`,
      })),
      timeframes: CORRELATED_TIMEFRAMES,
      instruments: market.instruments.map(({ id }) => ({ id, title: labelOf(id) })),
      metrics: metrics().map(({ name }) => name),
      venues: venues.map(({ venue, state }) => {
        return { id: venue, title: venueTitle(venue), isStopped: state === "stopped" };
      }),
      channels: channels.map(({ name }) => name),
    };
  }

  /** Serves a page that has connected. */
  take(socket: ServerSocket): void {
    const { clock } = this.#parts;
    if (this.#isClosed || this.#readers.size >= MOST_READERS) {
      return socket.close(1013, "too many pages are open");
    }
    const reader = new PageReader(socket, {
      clock,
      onChoice: (choice) => this.#show(reader, choice),
      onEnd: (isTooSlow) => {
        if (isTooSlow) this.#dropped++;
        this.#leaveAll(reader);
        this.#readers.delete(reader);
      },
    });
    this.#readers.add(reader);
    socket.onOpen(() => {
      reader.send({ type: "offer", offer: this.offer });
      reader.send(this.#beatNow());
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopWatching();
    this.#beatTimer?.cancel();
    for (const timer of this.#leaving.values()) timer.cancel();
    for (const reader of [...this.#readers]) reader.close(1001, "the server stops");
    const runs = [...this.#runs.values()];
    this.#runs.clear();
    await Promise.all(runs.map((run) => run.end()));
  }

  #show(reader: PageReader, choice: PageChoice): void {
    const view = this.#views.find(({ name }) => name === choice.view);
    if (view === undefined) {
      const known = this.#views.map(({ name }) => name).join(", ");
      const message = `view must be one of ${known}, got ${choice.view}`;
      return reader.send({ type: "refused", message });
    }
    const folded = new Set(choice.folded);
    const places = view.panels.map((panel) => placeOf(view, panel, choice));
    const open = places.filter(({ name }) => !folded.has(name));
    reader.send({ type: "view", choice, panels: places });
    // What it is sent next is of now: it need not wait for the next heartbeat to be called live.
    reader.send(this.#pulse);
    const wanted = new Set(open.map(({ key }) => key));
    for (const key of reader.panels) if (!wanted.has(key)) this.#leave(reader, key);
    for (const { key, name } of open) {
      if (reader.panels.has(key)) continue;
      const panel = view.panels.find((one) => one.name === name)!;
      this.#join(reader, key, panel, choice);
    }
  }

  #join(reader: PageReader, key: string, panel: PagePanel, choice: PageChoice): void {
    let run = this.#runs.get(key);
    if (run === undefined) {
      if (this.#runs.size >= MOST_RUNS) {
        const message = "Too many panels are drawn already; close other pages and try again.";
        return reader.send({ type: "fault", panel: key, message });
      }
      const { market, clock, random, log } = this.#parts;
      run = new PanelRun(key, panel.name, () => panel.make(market, choice), {
        clock,
        random,
        heartbeat: this.#heartbeat,
        sharedNotes: this.#sharedNotes,
        minIntervalMs: panel.minIntervalMs ?? SECOND,
        onTrouble: (error) =>
          log.warn("A panel of the page had trouble", { error, panel: panel.name }),
      });
      this.#runs.set(key, run);
    }
    this.#leaving.get(key)?.cancel();
    this.#leaving.delete(key);
    reader.panels.add(key);
    run.join(reader);
  }

  #leave(reader: PageReader, key: string): void {
    reader.panels.delete(key);
    const run = this.#runs.get(key);
    run?.leave(reader);
    if (run === undefined || run.readers > 0 || this.#isClosed) return;
    const timer = this.#parts.clock.setTimer(() => {
      this.#leaving.delete(key);
      this.#runs.delete(key);
      run.end().catch((error) => this.#parts.log.warn(sentenceOf(error)));
    }, KEPT_MS);
    this.#leaving.set(key, timer);
  }

  #leaveAll(reader: PageReader): void {
    for (const key of [...reader.panels]) this.#leave(reader, key);
  }

  get #pulse(): PageMessage {
    return { type: "pulse", beat: beatText(this.#heartbeat.beat) };
  }

  #beat(): void {
    this.#beatTimer = this.#parts.clock.setTimer(() => {
      this.#beat();
      if (this.#readers.size > 0) this.#sendAll(this.#beatNow());
    }, BEAT_MS);
  }

  #beatNow(): PageBeat {
    const { market } = this.#parts;
    const { venueTime } = market;
    return {
      type: "beat",
      venueTime: Number.isNaN(venueTime) ? null : venueTime,
      source: sourceOf(market),
      message: market.status().message,
    };
  }

  #sendAll(message: PageMessage): void {
    for (const reader of this.#readers) reader.send(message);
  }
}

/** Whether something happened that changes what a reader can choose from. */
function isOfOffer(event: MarketEvent): boolean {
  if (event.kind === "transition") return event.to === "stopped" || event.from === "stopped";
  return event.kind === "follow" || event.kind === "unfollow";
}

/** A page is as good as the lesser of what trades: one delayed future and it is not live. */
function sourceOf(market: Market): Source {
  const traded = market.instruments.filter(({ kind }) => kind !== "index");
  return traded.length === 0
    ? market.source
    : lesserOf(traded.map(({ id }) => market.sourceOf(id)));
}

/** Readers who have chosen the same share a drawing: what a view does not use makes no other key. */
function placeOf(
  view: PageView,
  { name, title, uses = [] }: PagePanel,
  choice: PageChoice,
): PagePanelPlace {
  const used = [...view.uses, ...uses].map((use) => {
    const value = choice[use] ?? "";
    return typeof value === "object" ? JSON.stringify(value) : `${value}`;
  });
  return { key: [view.name, name, ...used].join(" "), name, title };
}
