import { dressed } from "../charts/page_theme.ts";
import type { Theme } from "../charts/theme.ts";
import { counted } from "../model/counted.ts";
import { formatUtc, MINUTE, SECOND } from "../model/time.ts";
import { type Clock, sleep } from "../runtime/clock.ts";
import type { JupyterPort } from "../runtime/jupyter.ts";
import type { ProcessEvents } from "../runtime/process_events.ts";
import type { Random } from "../runtime/random.ts";
import { assertSeconds, countdown } from "./countdown.ts";
import { installGuards } from "./guards.ts";
import { Heartbeat } from "./heartbeat.ts";
import { type Closable, Keeper } from "./keeper.ts";
import { type LiveHandle, LivePanel } from "./live_panel.ts";
import { DisplaySlot, Outputs } from "./outputs.ts";
import type { Panel } from "./panel.ts";
import { plainLine } from "./plain_line.ts";
import { RepaintPace } from "./repaint_pace.ts";
import { SharedNotes } from "./shared_notes.ts";
import { frameOf, type Showable } from "./showable.ts";
import { StopButton } from "./stop_button.ts";
import type { Traffic } from "./traffic.ts";
import { type Trouble, TroubleList } from "./troubles.ts";

/** The world of a notebook; tests pass their own. */
export interface NotebookPorts {
  readonly jupyter: JupyterPort;
  readonly events: ProcessEvents;
  readonly clock: Clock;
  readonly random: Random;
  /** What shows the notebook, where that is known to matter. @default a Jupyter */
  readonly frontEnd?: "jupyter" | "vscode";
}

/** Options of `live`. */
export interface LiveOptions {
  /**
   * Least time between two pictures, local ms. At least 250: a page that cannot keep up stalls the kernel.
   * @default 1000
   */
  readonly minIntervalMs?: number;
  /** Colours of the status line and of the mark of stale pictures. @default the notebook's */
  readonly theme?: Theme;
}

/** Options of `show`. */
export interface ShowOptions {
  /** Names the output, so that `update` can find it. */
  readonly id?: string;
  /** Replaces what was shown under `id` in place, instead of showing it below the cell. @default false */
  readonly update?: boolean;
}

/** Options of `finish`. */
export interface FinishOptions {
  /** Seconds to run before the end; 0 leaves everything live. @default 0 */
  readonly after?: number;
  /** To close at the end, beside what was kept. */
  readonly market?: Closable;
}

const LEAST_INTERVAL_MS = 250;
/** A trouble in the background stays this long in the status lines; the set-up's line keeps it. */
const TROUBLE_SHOWN_MS = MINUTE;

/** Everything a notebook has running in its kernel: guards, live panels, what it opened. */
export class NotebookSession {
  readonly outputs: Outputs;
  readonly keeper: Keeper;
  theme: Theme;
  readonly #ports: NotebookPorts;
  readonly #stopButton: StopButton;
  readonly #troubles: TroubleList;
  readonly #removeGuards: () => void;
  readonly #panels = new Map<string, LivePanel>();
  readonly #headPace: RepaintPace;
  readonly #heartbeat: Heartbeat;
  readonly #sharedNotes: SharedNotes;
  readonly #lifetime = new AbortController();
  #head: { readonly slot: DisplaySlot; text: string } | undefined;
  /** All that was ever kept under a name: one that could not be opened lies between two that could. */
  readonly #kept = new Map<string, WeakSet<object>>();
  /** Of panels that have ended. */
  #pastRepaints = 0;

  constructor(ports: NotebookPorts, theme: Theme) {
    const { clock, events } = ports;
    this.theme = theme;
    this.#ports = ports;
    this.outputs = new Outputs(ports);
    this.#headPace = new RepaintPace({
      clock,
      minIntervalMs: SECOND,
      run: () => this.#paintHead(),
    });
    const repaintHead = () => {
      if (this.#head !== undefined) this.#headPace.request();
    };
    this.#troubles = new TroubleList(clock, repaintHead);
    this.#sharedNotes = new SharedNotes({
      hasPlace: () => this.#head !== undefined,
      onChange: repaintHead,
    });
    this.#heartbeat = new Heartbeat(this.outputs, clock, {
      isPerCell: ports.frontEnd === "vscode",
    });
    const onTrouble = (reason: unknown) => this.#troubles.add(reason);
    this.keeper = new Keeper(clock, onTrouble);
    this.#stopButton = new StopButton(
      () => this.#endPanels("stopped by the Stop button"),
      onTrouble,
    );
    this.#removeGuards = installGuards(events, {
      onStop: () => this.#stopButton.press(),
      onTrouble,
    });
  }

  get cellSignal(): AbortSignal {
    return this.#stopButton.signal;
  }

  /** Aborted when the session ends. */
  get lifetime(): AbortSignal {
    return this.#lifetime.signal;
  }

  get traffic(): Traffic {
    return this.outputs.traffic;
  }

  get troubles(): readonly Trouble[] {
    return this.#troubles.list();
  }

  /** Panels that run, in the order they were started. */
  get handles(): readonly LiveHandle[] {
    return [...this.#panels.values()];
  }

  /** Notes what went wrong where no cell could catch it. */
  addTrouble(reason: unknown): void {
    this.#troubles.add(reason);
  }

  async show(content: Showable, { id, update = false }: ShowOptions = {}): Promise<void> {
    if (update && id === undefined) throw new TypeError("update needs the id of what it replaces");
    const { html, text } = frameOf(content, this.theme);
    const frame = { html: dressed(html, this.theme), text };
    const displayId = id === undefined ? undefined : this.outputs.displayIdOf(id);
    if (update) this.outputs.update(frame, displayId!);
    else this.outputs.display(frame, displayId);
    await this.outputs.settle(this.cellSignal);
  }

  /** Shows the line that names the versions, and counts background troubles from then on. */
  showHead(text: string): void {
    const slot = new DisplaySlot(this.outputs, this.outputs.uniqueId("comove"));
    this.#head = { slot, text };
    this.#paintHead();
    slot.show();
  }

  /** Adds to the line that {@link showHead} has shown. */
  extendHead(text: string): void {
    if (this.#head === undefined) return;
    this.#head.text += ` · ${text}`;
    this.#paintHead();
  }

  async live(name: string, panel: Panel, options: LiveOptions = {}): Promise<LiveHandle> {
    const { minIntervalMs = SECOND, theme = this.theme } = options;
    assertName(name);
    assertPanel(panel);
    if (!(Number.isFinite(minIntervalMs) && minIntervalMs >= LEAST_INTERVAL_MS)) {
      throw new RangeError(
        `minIntervalMs must be a number of ms, ${LEAST_INTERVAL_MS} or more, got ${minIntervalMs}`,
      );
    }
    this.#panels.get(name)?.end("replaced by a later run of its cell");
    const live = new LivePanel(name, panel, {
      outputs: this.outputs,
      clock: this.#ports.clock,
      theme,
      minIntervalMs,
      heartbeat: this.#heartbeat,
      sharedNotes: this.#sharedNotes,
      note: () => this.#troubleNote(),
      onTrouble: (reason) => this.addTrouble(reason),
      onEnd: (ended) => {
        this.#pastRepaints += ended.repaints;
        this.#panels.delete(name);
      },
    });
    this.#panels.set(name, live);
    await live.start(this.cellSignal);
    return live;
  }

  /**
   * Closes what the name held and opens its successor; panels of what it held go on with the successor, in their
   * places.
   */
  async keep<T extends Closable>(name: string, open: () => T | Promise<T>): Promise<T> {
    const opened = await this.keeper.replace(name, open);
    const before = this.#kept.get(name) ?? new WeakSet();
    this.#kept.set(name, before);
    for (const panel of [...this.#panels.values()]) {
      if (panel.of !== undefined && before.has(panel.of)) panel.goOnWith(opened);
    }
    before.add(opened);
    return opened;
  }

  async stopAll(): Promise<void> {
    if (this.#panels.size === 0) return;
    // All in one turn, so that what stays on the page is of one moment.
    await Promise.all([...this.#panels.values()].map((panel) => panel.drawLast()));
    this.#endPanels("stopped");
    await this.outputs.settle();
  }

  async closeAll(): Promise<void> {
    await this.stopAll();
    await this.keeper.closeAll();
  }

  wait(ms: number): Promise<void> {
    if (!(Number.isFinite(ms) && ms >= 0)) {
      throw new RangeError(`ms must be a number of milliseconds, 0 or more, got ${ms}`);
    }
    return sleep(this.#ports.clock, ms, this.cellSignal);
  }

  async runFor(seconds: number): Promise<void> {
    assertSeconds("seconds", seconds);
    if (seconds === 0) return;
    const signal = this.cellSignal;
    const say = this.#progressLine();
    const ran = await countdown({ clock: this.#ports.clock, seconds, signal, say });
    say(signal.aborted ? `stopped after ${Math.floor(ran)} of ${seconds} s` : `ran ${seconds} s`);
    // Rejects when Stop was pressed.
    await this.outputs.settle(signal);
  }

  async finish({ after = 0, market }: FinishOptions = {}): Promise<void> {
    assertSeconds("after", after);
    if (market !== undefined) this.keeper.add(market);
    if (after === 0) return await this.#stayLive();
    const signal = this.cellSignal;
    const panels = this.#panels.size;
    const say = this.#progressLine();
    const ran = await countdown({ clock: this.#ports.clock, seconds: after, signal, say });
    await this.stopAll();
    const closed = await this.keeper.closeAll();
    const when = signal.aborted
      ? `Ended by the Stop button after ${Math.floor(ran)} of ${after} s`
      : `Ended after ${after} s`;
    say(
      `${when}: ${counted(panels, "live panel")} stopped after ` +
        `${counted(this.#pastRepaints, "update")}, ${counted(closed, "market")} closed.` +
        this.#troubleSummary(),
    );
    await this.outputs.settle();
  }

  /** Ends the panels and takes the guards off; what was kept stays open. */
  dispose(): void {
    this.#endPanels("stopped");
    this.#headPace.stop();
    this.#lifetime.abort();
    this.#removeGuards();
  }

  async #stayLive(): Promise<void> {
    // Said in the past, as it stays in the file.
    const left = this.#panels.size === 1
      ? "1 live panel was"
      : `${this.#panels.size} live panels were`;
    await this.show(
      `${left} left running. The Stop button (■) ends the repainting and keeps the last frames; ` +
        "await finish({ after: 1, market }) also closes the market.",
    );
  }

  #endPanels(why: string): void {
    for (const panel of [...this.#panels.values()]) panel.end(why);
  }

  /** An output that is repainted by each call. */
  #progressLine(): (text: string) => void {
    const slot = new DisplaySlot(this.outputs, this.outputs.uniqueId("run"));
    return (text) => {
      slot.put(plainLine(text, this.theme));
      slot.show();
    };
  }

  #paintHead(): void {
    const { count, latest } = this.#troubles;
    if (this.#head === undefined) return;
    const { slot, text } = this.#head;
    const errors = latest === undefined ? [] : [
      `${counted(count, "error")} in the background, the last at ${
        formatUtc(latest.time)
      }: ${latest.message} (troubles() lists them)`,
    ];
    const shared = this.#sharedNotes.shared;
    const reported = shared.length === 0
      ? []
      : [`Reported at ${formatUtc(this.#ports.clock.now())}, local clock: ${shared.join(" ")}`];
    const isWarning = errors.length + reported.length > 0;
    const lines = [[text, ...errors].join(" · "), ...reported].join("\n");
    slot.put(plainLine(lines, this.theme, isWarning ? this.theme.warning : this.theme.text));
  }

  #troubleNote(): string | undefined {
    const { latest } = this.#troubles;
    const ageMs = this.#ports.clock.now() - (latest?.time ?? -Infinity);
    if (latest === undefined || ageMs > TROUBLE_SHOWN_MS) return undefined;
    return `background error at ${formatUtc(latest.time)}: ${latest.message}`;
  }

  #troubleSummary(): string {
    const { count, latest } = this.#troubles;
    return latest === undefined
      ? ""
      : ` ${counted(count, "error")} in the background, the last: ${latest.message}`;
  }
}

function assertName(name: string): void {
  if (typeof name === "string" && name.trim() !== "") return;
  throw new TypeError(`name must say what the panel shows, such as "price", got ${name}`);
}

/** Cells are not type-checked. */
function assertPanel(panel: Panel): void {
  const parts = ["draw", "freshness", "subscribe"] as const;
  const missing = parts.filter((part) => typeof panel?.[part] !== "function");
  if (missing.length === 0) return;
  throw new TypeError(
    `panel must be made by a function such as priceChart(market); it lacks ${missing.join(", ")}`,
  );
}
