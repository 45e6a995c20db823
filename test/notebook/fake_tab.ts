import { stateText } from "../../lib/charts/browser/state_text.ts";
import { Pulse } from "../../lib/charts/browser/pulse.ts";
import { readBeat } from "../../lib/charts/live_markup.ts";
import type { JupyterPort } from "../../lib/runtime/jupyter.ts";
import type { ManualClock } from "../support/manual_clock.ts";

/** An output as the file holds it. */
export interface SavedOutput {
  readonly id: string | undefined;
  readonly html: string;
}

/** Timers of a page that nobody has seen for some minutes fire once a minute. */
const HIDDEN_WAKES_MS = 60_000;

interface TabOutput {
  readonly id: string | undefined;
  html: string;
  /** False for what was loaded with the file: its display id is dead. */
  readonly isFed: boolean;
  state?: { readonly release: () => void; text: string };
}

/** A browser tab on a notebook, with a clock of its own: shows outputs and runs what the page's elements run. */
export class FakeTab implements JupyterPort {
  readonly pulse: Pulse;
  readonly #outputs: TabOutput[] = [];
  #isHidden = false;

  /** @param saved what the notebook's file holds when the tab is opened. */
  constructor(clock: ManualClock, saved: readonly SavedOutput[] = []) {
    this.pulse = pulseOn(clock, () => this.#isHidden);
    for (const { id, html } of saved) this.#add({ id, html, isFed: false });
  }

  broadcast(type: string, content: Readonly<Record<string, unknown>>): void {
    const { data, transient } = content as {
      data: Record<string, string>;
      transient: { display_id?: string };
    };
    const id = transient.display_id, html = data["text/html"] ?? "";
    for (const output of this.#outputs) {
      if (output.isFed && id !== undefined && output.id === id) this.#render(output, html);
    }
    if (type === "display_data") this.#add({ id, html, isFed: true });
  }

  /** Nobody sees it any more: another tab is in front, or the screen is locked. Messages still come in. */
  hide(): void {
    this.#isHidden = true;
  }

  /** Somebody looks again: the page judges anew, as it does on `visibilitychange`. */
  show(): void {
    this.#isHidden = false;
    this.pulse.check();
  }

  /** What the file would hold were it saved now. */
  save(): SavedOutput[] {
    return this.#outputs.map(({ id, html }) => ({ id, html }));
  }

  /** How the panels' status lines begin, by panel. */
  says(): Record<string, string> {
    return Object.fromEntries(
      this.#outputs.flatMap(({ html, state }) =>
        state === undefined
          ? []
          : [[/data-panel="([a-z]+)-/.exec(html)?.[1] ?? "?", state.text] as const]
      ),
    );
  }

  #add(output: TabOutput): void {
    this.#outputs.push(output);
    this.#render(output, output.html);
  }

  #render(output: TabOutput, html: string): void {
    output.state?.release();
    output.html = html;
    delete output.state;
    const beat = readBeat(/<comove-hb n=([^>]+)>/.exec(html)?.[1]);
    if (beat !== undefined) this.pulse.beat(beat);
    const [, attributes] = /<comove-state ([^>]*)>/.exec(html) ?? [];
    if (attributes === undefined) return;
    const value = (name: string) =>
      new RegExp(`data-${name}="([^"]*)"`).exec(attributes)?.[1] ?? "";
    const made = readBeat(value("beat"));
    // It has ended: what is written holds for ever.
    if (made === undefined) return;
    const claim = { now: value("now"), was: value("was") };
    const state = { text: claim.was, release: () => {} };
    output.state = state;
    state.release = this.pulse.watch(made, (life) => {
      state.text = stateText(life, claim).text;
    });
  }
}

/** The page's heartbeat watch on a clock moved by hand. */
/** @param isHidden whether browsers hold the page's timers back. */
export function pulseOn(clock: ManualClock, isHidden = () => false): Pulse {
  return new Pulse({
    monotonic: () => clock.monotonic(),
    after(ms, callback) {
      const at = clock.monotonic() + ms;
      const wakesAt = isHidden() ? HIDDEN_WAKES_MS * Math.ceil(at / HIDDEN_WAKES_MS) : at;
      const timer = clock.setTimer(callback, wakesAt - clock.monotonic());
      return () => timer.cancel();
    },
  });
}

/** What a reader sees of HTML where no script runs and unknown tags are taken out. */
export function readerText(html: string): string {
  return html.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ").trim();
}
