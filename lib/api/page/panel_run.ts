import { PAGE } from "../../charts/page_theme.ts";
import { sentenceOf } from "../../model/sentence_of.ts";
import { SECOND } from "../../model/time.ts";
import type { Heartbeat } from "../../notebook/heartbeat.ts";
import { LivePanel } from "../../notebook/live_panel.ts";
import { Outputs } from "../../notebook/outputs.ts";
import type { Panel } from "../../notebook/panel.ts";
import type { SharedNotes } from "../../notebook/shared_notes.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Random } from "../../runtime/random.ts";
import type { PageMessage } from "./page_message.ts";

/** Someone who looks at a panel. */
export interface PanelReader {
  send(message: PageMessage): void;
}

export interface PanelRunParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly heartbeat: Heartbeat;
  readonly sharedNotes: SharedNotes;
  readonly minIntervalMs: number;
  readonly onTrouble: (reason: unknown) => void;
}

/**
 * One panel of the page, drawn once however many look at it. What a notebook would show in the outputs of a cell it keeps
 * by display, so that a reader who comes later gets all of it.
 */
export class PanelRun {
  readonly key: string;
  readonly #parts: PanelRunParts;
  readonly #readers = new Set<PanelReader>();
  /** Newest HTML by display, in the order in which they stand below each other. */
  readonly #slots = new Map<string, string>();
  readonly #ending = new AbortController();
  readonly #name: string;
  readonly #make: () => Panel;
  #live: LivePanel | undefined;
  #fault: string | undefined;

  /** @param make makes the panel; what it throws is the panel's fault. */
  constructor(key: string, name: string, make: () => Panel, parts: PanelRunParts) {
    this.key = key;
    this.#name = name;
    this.#make = make;
    this.#parts = parts;
    this.tryAgain();
  }

  /** Makes the panel where it could not be made before; what it rests on may be there now. */
  tryAgain(): void {
    if (this.#live !== undefined || this.#ending.signal.aborted) return;
    try {
      this.#live = this.#start(this.#make());
      this.#fault = undefined;
    } catch (error) {
      this.#setFault(error);
    }
  }

  /** How many look at it. */
  get readers(): number {
    return this.#readers.size;
  }

  /** Sends all there is, and what changes from now on. */
  join(reader: PanelReader): void {
    this.#readers.add(reader);
    for (const [slot, html] of this.#slots) {
      reader.send({ type: "slot", panel: this.key, slot, html });
    }
    if (this.#fault !== undefined) {
      reader.send({ type: "fault", panel: this.key, message: this.#fault });
    }
  }

  leave(reader: PanelReader): void {
    this.#readers.delete(reader);
  }

  async end(): Promise<void> {
    this.#ending.abort();
    this.#readers.clear();
    await this.#live?.stop();
  }

  #start(panel: Panel): LivePanel {
    const { clock, random, heartbeat, sharedNotes, minIntervalMs, onTrouble } = this.#parts;
    const broadcast = (_: string, content: Readonly<Record<string, unknown>>) =>
      this.#take(content);
    const live = new LivePanel(this.#name, panel, {
      outputs: new Outputs({ jupyter: { broadcast }, clock, random }),
      clock,
      theme: PAGE,
      minIntervalMs,
      heartbeat,
      sharedNotes,
      note: () => undefined,
      onTrouble,
      onEnd: () => {},
    });
    live.start(this.#ending.signal).catch((error) => {
      if (!this.#ending.signal.aborted) this.#setFault(error);
    });
    return live;
  }

  #take({ data, transient }: Readonly<Record<string, unknown>>): void {
    const { display_id: slot } = transient as { readonly display_id?: string };
    const html = (data as Readonly<Record<string, string>>)["text/html"] ?? "";
    if (slot === undefined) return;
    this.#slots.set(slot, html);
    this.#send({ type: "slot", panel: this.key, slot, html });
  }

  #setFault(error: unknown): void {
    this.#fault = sentenceOf(error);
    this.#send({ type: "fault", panel: this.key, message: this.#fault });
  }

  #send(message: PageMessage): void {
    for (const reader of this.#readers) reader.send(message);
  }
}

/** A panel that nobody looks at any more is kept so long, in case the reader comes back, local ms. */
export const KEPT_MS = 10 * SECOND;
