import type { Theme } from "../../lib/charts/theme.ts";
import { type NotebookPorts, NotebookSession } from "../../lib/notebook/session.ts";
import type { Frame, Freshness, Panel } from "../../lib/notebook/panel.ts";
import type { JupyterPort } from "../../lib/runtime/jupyter.ts";
import type { ProcessEvents } from "../../lib/runtime/process_events.ts";
import { ManualClock, settle } from "../support/manual_clock.ts";

export const THEME: Theme = {
  name: "dark",
  background: "#131722",
  text: "#d1d4dc",
  faintText: "#9598a1",
  grid: "#2a2e39",
  up: "#26a69a",
  down: "#ef5350",
  warning: "#f7a600",
  lines: ["#2962ff"],
  strong: "#26a69a",
  weak: "#f7a600",
  negative: "#ef5350",
  fontFamily: `system-ui, "Segoe UI", sans-serif`,
};

/** One output on the page. */
export interface Output {
  readonly id: string | undefined;
  html: string;
  text: string;
}

/** Shows outputs as a front end does: an update changes what has its id, wherever that is. */
export class FakePage implements JupyterPort {
  readonly outputs: Output[] = [];
  /** Without heartbeats. */
  messages = 0;
  /** HTML of each heartbeat, and bytes of its message's content. */
  readonly heartbeats: { html: string; bytes: number; isNew: boolean; id: string }[] = [];
  /** Updates of ids that were never shown. */
  lost = 0;
  /** Browser tabs that are open on the notebook. */
  readonly tabs = new Set<JupyterPort>();

  broadcast(type: string, content: Readonly<Record<string, unknown>>): void {
    for (const tab of this.tabs) tab.broadcast(type, content);
    const { data, transient } = content as {
      data: Record<string, string>;
      transient: { display_id?: string };
    };
    const id = transient.display_id;
    if (data["text/plain"] === undefined) {
      const { length: bytes } = new TextEncoder().encode(JSON.stringify(content));
      const isNew = type === "display_data";
      this.heartbeats.push({ html: data["text/html"]!, bytes, isNew, id: id! });
      return;
    }
    this.messages++;
    const html = unwrapped(data["text/html"] ?? "");
    const text = data["text/plain"];
    if (type === "display_data") return void this.outputs.push({ id, html, text });
    if (type !== "update_display_data") throw new Error(`unexpected ${type}`);
    const shown = this.outputs.filter((output) => output.id === id);
    if (shown.length === 0) this.lost++;
    for (const output of shown) Object.assign(output, { html, text });
  }

  /** The newest output whose id ends so: `:status`. */
  last(suffix: string): Output {
    const found = this.outputs.findLast((output) => output.id?.endsWith(suffix));
    if (found === undefined) throw new Error(`nothing was shown under …${suffix}`);
    return found;
  }
}

/** What is in the element that gives a panel, or what is shown once, its colours. */
function unwrapped(html: string): string {
  return /^<comove-panel [^>]*>([^]*)<\/comove-panel>$/.exec(html)?.[1] ??
    /^<div style="color-scheme:[^";]*">([^]*)<\/div>$/.exec(html)?.[1] ?? html;
}

/** The events of a process that tests make happen. */
export class FakeEvents implements ProcessEvents {
  readonly uncaught = new Set<(reason: unknown) => void>();
  readonly interrupt = new Set<() => void>();

  onUncaught(listener: (reason: unknown) => void): () => void {
    this.uncaught.add(listener);
    return () => this.uncaught.delete(listener);
  }

  onInterrupt(listener: () => void): () => void {
    this.interrupt.add(listener);
    return () => this.interrupt.delete(listener);
  }

  /** Presses Stop. */
  press(): void {
    for (const listener of this.interrupt) listener();
  }

  /** Something goes wrong where nobody catches it. */
  fail(reason: unknown): void {
    for (const listener of this.uncaught) listener(reason);
  }
}

export interface FakeNotebook {
  readonly session: NotebookSession;
  readonly clock: ManualClock;
  readonly page: FakePage;
  readonly events: FakeEvents;
  /** Runs a cell: moves the clock until what it awaits is there. */
  run<T>(cell: Promise<T>): Promise<T>;
}

/** A notebook without a kernel. */
export function openNotebook(
  random = () => 0.5,
  { frontEnd = "jupyter" }: Partial<Pick<NotebookPorts, "frontEnd">> = {},
): FakeNotebook {
  const [clock, page, events] = [new ManualClock(), new FakePage(), new FakeEvents()];
  const session = new NotebookSession({ jupyter: page, events, clock, random, frontEnd }, THEME);
  return {
    session,
    clock,
    page,
    events,
    async run(cell) {
      let isOver = false;
      const over = () => isOver = true;
      cell.then(over, over);
      await settle();
      for (let i = 0; i < 2_000 && !isOver; i++) await clock.advance(10);
      return await cell;
    },
  };
}

/** A panel that shows a number, and does what a test tells it. */
export class NumberPanel implements Panel {
  value = 0;
  draws = 0;
  drawing = 0;
  mostAtOnce = 0;
  subscriptions = 0;
  isStale = false;
  ageMs: number | undefined = 500;
  dataTime = Date.UTC(2025, 11, 1, 14, 35);
  lastAt = NaN;
  trouble: string | undefined;
  /** Takes the place of the drawing. */
  drawNext: ((id: string) => Frame | Promise<Frame>) | undefined;
  #listeners = new Set<() => void>();

  frame(): Frame {
    return { html: `<b>${this.value}</b>`, text: `value ${this.value}` };
  }

  draw = async (id: string): Promise<Frame> => {
    this.draws++;
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.drawing);
    try {
      return await (this.drawNext?.(id) ?? this.frame());
    } finally {
      this.drawing--;
    }
  };

  freshness = (): Freshness => ({
    source: "simulated",
    dataTime: this.dataTime,
    ageMs: this.ageMs,
    lastAt: this.lastAt,
    isStale: this.isStale,
    trouble: this.trouble,
  });

  subscribe = (onChange: () => void): () => void => {
    this.subscriptions++;
    this.#listeners.add(onChange);
    return () => {
      if (this.#listeners.delete(onChange)) this.subscriptions--;
    };
  };

  /** Something new: tells whoever listens. */
  change(value = this.value + 1): void {
    this.value = value;
    for (const listener of this.#listeners) listener();
  }
}
