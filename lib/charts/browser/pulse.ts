import { type Beat, DEAD_AFTER_MS, HEARTBEAT_MS } from "../live_markup.ts";

/** The browser's monotonic clock, as a parameter; its wall clock may be wrong by years. */
export interface PageClock {
  /** ms since an arbitrary start. */
  monotonic(): number;
  /** Calls back once after so many ms; the returned function takes it back. */
  after(ms: number, callback: () => void): () => void;
}

/**
 * Whether a statement that was made at some heartbeat still holds. `open`: it is not known yet. `unfed`: no heartbeat
 * reaches this page. `left`: the kernel lives, but does not feed this output any more, as after a reload of the page.
 * `silent`: heartbeats came, and have stopped. `away`: so have those of a server that the page was connected to. `held`: the
 * reader has paused the page.
 */
export type Life =
  | { readonly kind: "alive" | "open" | "unfed" | "left" | "held" }
  | { readonly kind: "silent" | "away"; readonly forMs: number };

/** What the page knows of one kernel. */
interface KernelPulse {
  /** Of the unbroken row of heartbeats that reaches up to now, the first. */
  first: number;
  firstAt: number;
  last: number;
  lastAt: number;
  /** True once heartbeats were seen to come in time: what a file was saved with does not. */
  isProven: boolean;
  /** They come over a connection: with it, all that this page shows of the kernel is fed. */
  readonly isReceived: boolean;
}

interface Watcher {
  readonly beat: Beat;
  readonly since: number;
  readonly onChange: (life: Life) => void;
}

/** Heartbeats of one row may lack so many between two that arrive. */
const MAY_LACK = 3;
/** A row of heartbeats is of now when it took at least so long; saved ones appear all at once. */
const PROOF_MS = 1_000;
/** The age of a silence is shown anew at this pace. */
const AGE_EVERY_MS = 1_000;

/**
 * Which kernels feed this page. Several notebooks may be on one page, and what an earlier kernel left behind. Nothing
 * is believed by what it says of itself: only heartbeats that follow each other in time make a kernel alive.
 */
export class Pulse {
  readonly #clock: PageClock;
  readonly #kernels = new Map<string, KernelPulse>();
  readonly #watchers = new Set<Watcher>();
  #cancelTimer: (() => void) | undefined;
  #isHeld = false;

  constructor(clock: PageClock) {
    this.#clock = clock;
  }

  /** A heartbeat has appeared on the page: sent just now, or kept in the file. */
  beat({ kernel, count }: Beat): void {
    const now = this.#clock.monotonic();
    const known = this.#kernels.get(kernel);
    if (known === undefined) {
      this.#kernels.set(kernel, {
        first: count,
        firstAt: now,
        last: count,
        lastAt: now,
        isProven: false,
        isReceived: false,
      });
      return;
    }
    // An older one that scrolled back into sight, or the same in another cell.
    if (count <= known.last) return;
    const wasAlive = this.#isAlive(known, now);
    const step = count - known.last;
    const isInRow = step <= MAY_LACK && now - known.lastAt <= step * HEARTBEAT_MS + DEAD_AFTER_MS;
    if (!known.isProven && !isInRow) Object.assign(known, { first: count, firstAt: now });
    known.last = count;
    known.lastAt = now;
    known.isProven ||= isInRow && now - known.firstAt >= PROOF_MS;
    if (!wasAlive && known.isProven) this.check();
  }

  /** A heartbeat has come over a connection that is open: it is of now, and no file holds it. */
  receive({ kernel, count }: Beat): void {
    const now = this.#clock.monotonic();
    const known = this.#kernels.get(kernel);
    const wasAlive = known !== undefined && this.#isAlive(known, now) && !this.#isHeld;
    this.#isHeld = false;
    this.#kernels.set(kernel, {
      first: 0,
      firstAt: known?.firstAt ?? now,
      last: count,
      lastAt: now,
      isProven: true,
      isReceived: true,
    });
    if (!wasAlive) this.check();
  }

  /** The reader has paused the page: until the next heartbeat is received, nothing on it is of now. */
  hold(): void {
    this.#isHeld = true;
    this.check();
  }

  /**
   * @param since monotonic time at which the statement appeared on the page.
   * @param now the monotonic time it is judged at. @default this moment
   */
  lifeOf({ kernel, count }: Beat, since: number, now = this.#clock.monotonic()): Life {
    const known = this.#kernels.get(kernel);
    if (this.#isHeld) return { kind: "held" };
    if (known?.isProven) {
      if (!this.#isAlive(known, now)) {
        return { kind: known.isReceived ? "away" : "silent", forMs: now - known.lastAt };
      }
      return { kind: count >= known.first ? "alive" : "left" };
    }
    return { kind: now - since >= DEAD_AFTER_MS ? "unfed" : "open" };
  }

  /** Calls back now and whenever the life of a statement may have changed, until the returned function is called. */
  watch(beat: Beat, onChange: (life: Life) => void): () => void {
    const since = this.#clock.monotonic();
    const watcher = { beat, onChange, since };
    this.#watchers.add(watcher);
    onChange(this.lifeOf(beat, since, since));
    this.#schedule(since);
    return () => {
      this.#watchers.delete(watcher);
      if (this.#watchers.size === 0) this.#stopTimer();
    };
  }

  /** Judges everything anew: for a page that was hidden, frozen or asleep, whose timers stood still. */
  check(): void {
    // One moment for all of it: what lapses while others are judged is due at once, and not forgotten.
    const now = this.#clock.monotonic();
    for (const { beat, since, onChange } of [...this.#watchers]) {
      onChange(this.lifeOf(beat, since, now));
    }
    this.#schedule(now);
  }

  #isAlive({ isProven, lastAt }: KernelPulse, now: number): boolean {
    return isProven && now - lastAt < DEAD_AFTER_MS;
  }

  #schedule(now: number): void {
    this.#stopTimer();
    const dueIn = Math.min(...[...this.#watchers].map((watcher) => this.#changesIn(watcher, now)));
    if (dueIn === Infinity) return;
    this.#cancelTimer = this.#clock.after(dueIn, () => this.check());
  }

  /** ms until the life of a statement changes by time alone. */
  #changesIn({ beat, since }: Watcher, now: number): number {
    switch (this.lifeOf(beat, since, now).kind) {
      case "alive":
      case "left":
        return this.#kernels.get(beat.kernel)!.lastAt + DEAD_AFTER_MS - now;
      case "open":
        return since + DEAD_AFTER_MS - now;
      case "silent":
      case "away":
        return AGE_EVERY_MS;
      case "unfed":
      case "held":
        return Infinity;
    }
  }

  #stopTimer(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }
}
