import { panelMarkup } from "../charts/live_markup.ts";
import type { Theme } from "../charts/theme.ts";
import { sentenceOf } from "../model/sentence_of.ts";
import { counted } from "../model/counted.ts";
import { formatUtc, SECOND } from "../model/time.ts";
import { type Clock, sleep, type Timer } from "../runtime/clock.ts";
import type { Heartbeat, HeartbeatShare } from "./heartbeat.ts";
import { DisplaySlot, type Outputs } from "./outputs.ts";
import type { Frame, Freshness, Panel } from "./panel.ts";
import { PartOutput } from "./part_output.ts";
import { RepaintPace } from "./repaint_pace.ts";
import type { SharedNotes } from "./shared_notes.ts";
import { staleFrame } from "./stale_frame.ts";
import {
  newestKey,
  statusKey,
  statusLine,
  type StatusView,
  type StatusWord,
} from "./status_line.ts";
import { durationText } from "./wording.ts";

/** A panel that keeps itself up to date in its cell. */
export interface LiveHandle {
  readonly name: string;
  /** `failed`: the last three drawings or more have failed; it goes on trying all the same. */
  readonly state: "running" | "stopped" | "failed";
  /** Pictures sent after the first. */
  readonly repaints: number;
  /** What the last drawing failed with; undefined since one succeeded. */
  readonly lastError: unknown;
  /** Stops repainting; the last frame stays, and the status line says so. Safe to call twice. */
  stop(): Promise<void>;
}

export interface LivePanelParts {
  readonly outputs: Outputs;
  readonly clock: Clock;
  readonly theme: Theme;
  readonly minIntervalMs: number;
  readonly heartbeat: Heartbeat;
  /** What all panels say is wrong. */
  readonly sharedNotes: SharedNotes;
  /** What is wrong in the notebook at large, for the status line. */
  readonly note: () => string | undefined;
  /** Takes what went wrong where nobody could catch it. */
  readonly onTrouble: (reason: unknown) => void;
  /** Called once, at the end. */
  readonly onEnd: (panel: LivePanel) => void;
}

/** Failures in a row after which a panel counts as failed. */
const FAILED_AFTER = 3;
/** A failed drawing is tried again after this, and after twice as long each time it fails again. */
const FIRST_RETRY_MS = SECOND;
const LAST_RETRY_MS = 30 * SECOND;
/** How long a cell waits for the first picture; it comes later by itself then. */
const FIRST_PICTURE_MS = 5 * SECOND;
/** A drawing that takes longer is mentioned in the status line. */
const SLOW_MS = 5 * SECOND;
/** The watch looks at this pace whether data has become stale. */
const WATCH_MS = SECOND;
/** The status line says anew that it still holds at this pace, … */
const STATUS_EVERY_MS = 90 * SECOND;
/** … a first time so soon, since the page may have begun to count heartbeats only after the first line came, … */
const FIRST_STATUS_AGAIN_MS = 4 * SECOND;
/** … and other newest data at most at this one. */
const STATUS_WITH_PICTURE_MS = 500;
/** How long the end waits for a last picture. */
const LAST_PICTURE_MS = 2 * SECOND;
/** Characters of a panel's name that a file's name takes: source and time must fit behind it. */
const MOST_NAME = 60;
/** Two measures of one moment differ by less. */
const SAME_MOMENT_MS = 2 * SECOND;

/** Refers to the line of the set-up cell. */
const SHARED_NOTE = "why: see the notebook's first output";

const NO_PICTURE: Frame = {
  html: "<div>No picture yet; the line below says why.</div>",
  text: "no picture yet",
};

/** Where Deno's kernel asks a value what a cell that ends in it shows. */
const DISPLAY: unique symbol = Symbol.for("Jupyter.display");

/** See {@link LiveHandle}. Made and ended by the notebook's session. */
export class LivePanel implements LiveHandle {
  readonly name: string;
  readonly #id: string;
  #panel: Panel;
  readonly #parts: LivePanelParts;
  readonly #pace: RepaintPace;
  readonly #mountSlot: DisplaySlot;
  readonly #frameSlot: DisplaySlot;
  readonly #statusSlot: DisplaySlot;
  readonly #partOutputs: readonly PartOutput[];
  #heartbeatShare: HeartbeatShare | undefined;
  #painting: Promise<void> | undefined;
  /** How fresh the data was of which the frame was drawn. */
  #drawn: Freshness | undefined;
  #silentSince: number | undefined;
  #newestKey = "";
  #frame: Frame | undefined;
  /** What a file saved of the frame is called. */
  #file: string | undefined;
  #isMounted: boolean;
  #isShown = false;
  #unsubscribe: (() => void) | undefined;
  #watch: Timer | undefined;
  #repaints = 0;
  #failures = 0;
  #lastError: unknown;
  #freshnessError: string | undefined;
  #drawingSince = NaN;
  #drawnAt = -Infinity;
  #statusAt = -Infinity;
  #statusKey = "";
  /** Why it ended; undefined while it runs. */
  #ended: string | undefined;

  constructor(name: string, panel: Panel, parts: LivePanelParts) {
    const { outputs, clock, minIntervalMs } = parts;
    this.name = name;
    this.#panel = panel;
    this.#parts = parts;
    this.#id = outputs.uniqueId(name);
    this.#isMounted = panel.mount === undefined;
    this.#mountSlot = new DisplaySlot(outputs, `${this.#id}:mount`);
    this.#frameSlot = new DisplaySlot(outputs, `${this.#id}:frame`);
    this.#statusSlot = new DisplaySlot(outputs, `${this.#id}:status`);
    this.#partOutputs = (panel.parts ?? []).map((part) =>
      new PartOutput(part, { id: this.#id, outputs, clock, minIntervalMs, theme: parts.theme })
    );
    this.#pace = new RepaintPace({
      clock,
      minIntervalMs,
      isInStep: panel.isInStep ?? false,
      run: () => this.#painting = this.#paint(),
    });
  }

  get state(): "running" | "stopped" | "failed" {
    if (this.#ended !== undefined) return "stopped";
    return this.#failures >= FAILED_AFTER ? "failed" : "running";
  }

  /** Nothing: a cell that ends in the handle shows the panel already. */
  [DISPLAY](): Readonly<Record<string, string>> {
    return {};
  }

  /** What it shows, such as a market. */
  get of(): object | undefined {
    return this.#panel.of;
  }

  get repaints(): number {
    return this.#repaints;
  }

  get lastError(): unknown {
    return this.#lastError;
  }

  /** Shows the first picture and keeps it up to date from then on. Rejects when `signal` is aborted. */
  async start(signal: AbortSignal): Promise<void> {
    const { clock, outputs } = this.#parts;
    if (!this.#isMounted) this.#mountSlot.put(NO_PICTURE);
    this.#frameSlot.put(NO_PICTURE);
    try {
      this.#unsubscribe = this.#panel.subscribe(() => this.#pace.request());
      for (const part of this.#partOutputs) part.start();
    } catch (error) {
      this.end("stopped");
      throw error;
    }
    const first = this.#pace.runNow();
    const isOver = new AbortController();
    const patience = sleep(
      clock,
      FIRST_PICTURE_MS,
      AbortSignal.any([signal, isOver.signal]),
    );
    try {
      await Promise.race([first, patience]);
    } finally {
      isOver.abort();
    }
    this.#isShown = true;
    if (this.#ended === undefined) this.#heartbeatShare = this.#parts.heartbeat.join();
    this.#reportStatus("change", this.#ended === undefined ? this.#freshness() : this.#drawn);
    this.#statusAt -= STATUS_EVERY_MS - FIRST_STATUS_AGAIN_MS;
    const slots = [this.#mountSlot, this.#frameSlot, ...this.#partOutputs, this.#statusSlot];
    for (const slot of slots) slot.show();
    this.#heartbeatShare?.show();
    this.#keepWatch();
    await outputs.settle(signal);
  }

  /** Shows what has taken the place of {@link of} from now on, in the same cell; ends where that cannot be. */
  goOnWith(next: object): void {
    if (this.#ended !== undefined) return;
    const { again } = this.#panel;
    if (again === undefined) return this.end("stopped, run this cell again; ended");
    try {
      const panel = again(next);
      const unsubscribe = panel.subscribe(() => this.#pace.request());
      this.#unsubscribe?.();
      this.#unsubscribe = unsubscribe;
      this.#panel = panel;
      for (const output of this.#partOutputs) {
        const part = panel.parts?.find(({ name }) => name === output.name);
        if (part === undefined) output.end();
        else output.goOnWith(part);
      }
    } catch (error) {
      return this.end(`stopped. ${sentenceOf(error)} Ended`);
    }
    this.#isMounted = this.#panel.mount === undefined;
    this.#drawn = undefined;
    this.#pace.request();
  }

  async stop(): Promise<void> {
    if (this.#ended !== undefined) return;
    this.end("stopped");
    await this.#parts.outputs.settle();
  }

  /**
   * Draws once more, of this very moment, and nothing afterwards: called on all panels in one turn, all end at the same
   * time. What takes too long is left as it was.
   */
  async drawLast(): Promise<void> {
    if (this.#ended !== undefined) return;
    this.#pace.stop();
    this.#watch?.cancel();
    const isOver = new AbortController();
    const patience = sleep(this.#parts.clock, LAST_PICTURE_MS, isOver.signal).catch(() => {});
    for (const part of this.#partOutputs) part.drawLast();
    const last = this.#pace.isRunning
      ? this.#painting?.then(() => this.#pace.runNow())
      : this.#pace.runNow();
    try {
      await Promise.race([last, patience]);
    } finally {
      isOver.abort();
    }
  }

  /** Stops at once. @param why `stopped`, or `stopped by the Stop button`. */
  end(why: string): void {
    if (this.#ended !== undefined) return;
    this.#ended = `${why} at ${formatUtc(this.#parts.clock.now())}, last frame kept`;
    this.#pace.stop();
    this.#watch?.cancel();
    this.#heartbeatShare?.leave();
    this.#parts.sharedNotes.drop(this.#id);
    this.#parts.onEnd(this);
    for (
      const leave of [
        () => this.#unsubscribe?.(),
        ...this.#partOutputs.map((p) => () => p.end()),
      ]
    ) {
      try {
        leave();
      } catch (error) {
        this.#parts.onTrouble(error);
      }
    }
    // The line says how far the picture goes, not the market.
    this.#reportStatus("change", this.#drawn ?? this.#freshness());
  }

  async #paint(): Promise<void> {
    this.#drawingSince = this.#drawnAt = this.#parts.clock.monotonic();
    try {
      if (this.#panel.mount !== undefined && !this.#isMounted) {
        const mount = await this.#panel.mount(this.#id);
        if (this.#ended !== undefined) return;
        this.#put(this.#mountSlot, mount);
        this.#isMounted = true;
      }
      const freshness = this.#freshness();
      const frame = await this.#panel.draw(this.#id);
      if (this.#ended !== undefined) return;
      // The same picture again keeps its name: what does not change is not sent again.
      if (frame.html !== this.#frame?.html) this.#file = this.#fileName(freshness);
      this.#frame = frame;
      this.#drawn = freshness;
      this.#failures = 0;
      this.#lastError = undefined;
      if (this.#putFrame(this.#freshness()) && this.#isShown) this.#repaints++;
    } catch (error) {
      if (this.#ended !== undefined) return;
      this.#failures++;
      this.#lastError = error;
      this.#pace.request(Math.min(FIRST_RETRY_MS * 2 ** (this.#failures - 1), LAST_RETRY_MS));
    } finally {
      this.#drawingSince = NaN;
    }
    this.#reportStatus("repaint", this.#freshness());
  }

  /** @returns true when the picture differs from what is shown. */
  #putFrame(freshness: Freshness | undefined): boolean {
    if (this.#frame === undefined) return false;
    // Where the page holds the chart, a frame is data for it: only its status line says that it is stale.
    const isMarked = freshness?.isStale === true && this.#panel.mount === undefined &&
      this.#panel.tellsAge !== true;
    return this.#put(
      this.#frameSlot,
      isMarked ? staleFrame(this.#frame, freshness, this.#parts.theme) : this.#frame,
      this.#file,
    );
  }

  /** Name, source and venue time; undefined for what the page draws, which names its files itself. */
  #fileName(freshness: Freshness | undefined): string | undefined {
    if (this.#panel.mount !== undefined || freshness === undefined) return undefined;
    const { source, dataTime, at = dataTime } = freshness;
    return [this.name.slice(0, MOST_NAME), source, formatUtc(at)].join(" ");
  }

  /** The page dims what its kernel does not feed any more. */
  #put(slot: DisplaySlot, { html, text }: Frame, file?: string): boolean {
    return slot.put({ html: panelMarkup(html, this.#id, this.#parts.theme, file), text });
  }

  #keepWatch(): void {
    if (this.#ended !== undefined) return;
    this.#watch = this.#parts.clock.setTimer(() => {
      this.#keepWatch();
      const { everyMs = Infinity } = this.#panel;
      if (this.#parts.clock.monotonic() - this.#drawnAt >= everyMs) this.#pace.request();
      const freshness = this.#freshness();
      this.#putFrame(freshness);
      this.#reportStatus("watch", freshness);
    }, WATCH_MS);
  }

  #reportStatus(occasion: "change" | "repaint" | "watch", freshness: Freshness | undefined): void {
    const { heartbeat, clock, theme } = this.#parts;
    const view: StatusView = {
      panel: this.#id,
      word: this.#word(freshness),
      freshness,
      beat: heartbeat.beat,
      silentSince: this.#silence(freshness),
      notes: this.#siftedNotes(freshness),
    };
    const key = statusKey(view), newest = newestKey(view);
    const sinceLast = clock.monotonic() - this.#statusAt;
    const isDue = occasion === "change" || key !== this.#statusKey ||
      (newest !== this.#newestKey && sinceLast >= STATUS_WITH_PICTURE_MS) ||
      sinceLast >= STATUS_EVERY_MS;
    if (!isDue) return;
    this.#statusKey = key;
    this.#newestKey = newest;
    this.#statusSlot.put(statusLine(view, theme));
    this.#statusAt = clock.monotonic();
  }

  /** Venue time of the newest message while data is overdue. It is measured anew each time, and must not flicker. */
  #silence(freshness: Freshness | undefined): number | undefined {
    const { isStale = false, lastAt = NaN } = freshness ?? {};
    if (!isStale || Number.isNaN(lastAt)) return this.#silentSince = undefined;
    const isSame = Math.abs(lastAt - (this.#silentSince ?? Infinity)) < SAME_MOMENT_MS;
    return this.#silentSince = isSame ? this.#silentSince : lastAt;
  }

  #word(freshness: Freshness | undefined): StatusWord {
    if (this.#ended !== undefined) return "stopped";
    if (this.#failures > 0 || freshness === undefined) return "error";
    if (freshness.word !== undefined) return freshness.word;
    if (freshness.isStale) return "stale";
    return Number.isNaN(freshness.dataTime) ? "waiting" : "live";
  }

  /** What only this panel says; what others say too stands in the notebook's first line. */
  #siftedNotes(freshness: Freshness | undefined): readonly string[] {
    const notes = this.#notes(freshness);
    if (this.#ended !== undefined) return notes;
    const { own, hasShared } = this.#parts.sharedNotes.sift(this.#id, notes);
    return hasShared ? [...own, SHARED_NOTE] : own;
  }

  #notes(freshness: Freshness | undefined): string[] {
    const drawingMs = this.#parts.clock.monotonic() - this.#drawingSince;
    const failure = this.#failures === 0 ? undefined : this.#failureNote();
    const notes = this.#ended !== undefined ? [this.#ended, failure] : [
      failure,
      drawingMs >= SLOW_MS ? `still drawing, for ${durationText(drawingMs)}` : undefined,
      this.#freshnessError,
      ...this.#partOutputs.map((part) => part.error),
      ...freshness?.troubles ?? [freshness?.trouble],
      this.#parts.note(),
    ];
    return notes.filter((note) => note !== undefined);
  }

  #failureNote(): string {
    const times = this.#failures === 1 ? "failed" : `failed ${counted(this.#failures, "time")}`;
    const plan = this.#ended === undefined ? ", trying again" : "";
    return `Drawing ${times}${plan}: ${sentenceOf(this.#lastError)}`;
  }

  /** Undefined when the panel throws; a panel's mistake must not stop the watch. */
  #freshness(): Freshness | undefined {
    try {
      const freshness = this.#panel.freshness();
      this.#freshnessError = undefined;
      return freshness;
    } catch (error) {
      this.#freshnessError = `The age of the data is unknown: ${sentenceOf(error)}`;
      return undefined;
    }
  }
}
