import { type Clock, sleep } from "../runtime/clock.ts";
import { SECOND } from "../model/time.ts";

/** Something that holds sockets, timers or files until it is closed, such as a market. */
export interface Closable {
  close(): unknown;
}

/** Longest wait for one to close, local ms: what hangs must not hold up the others. */
const CLOSE_MS = 5 * SECOND;

/** What a notebook opened and must close: one for each name. */
export class Keeper {
  readonly #clock: Clock;
  readonly #onTrouble: (reason: unknown) => void;
  readonly #kept = new Map<string, Closable>();
  #count = 0;

  constructor(clock: Clock, onTrouble: (reason: unknown) => void) {
    this.#clock = clock;
    this.#onTrouble = onTrouble;
  }

  get size(): number {
    return this.#kept.size;
  }

  /** By name, in the order they came. */
  entries(): readonly (readonly [name: string, kept: Closable])[] {
    return [...this.#kept];
  }

  /** Adds what is open already; does nothing when it is kept. */
  add(closable: Closable): void {
    const isKept = [...this.#kept.values()].includes(closable);
    if (!isKept) this.#kept.set(`unnamed ${++this.#count}`, closable);
  }

  /** Closes what the name held, then opens its successor: two would fight over one client id. */
  async replace<T extends Closable>(name: string, open: () => T | Promise<T>): Promise<T> {
    await this.#close(name);
    const opened = await open();
    // Another run of the cell may have been quicker.
    await this.#close(name);
    this.#kept.set(name, opened);
    return opened;
  }

  /** Closes everything; what fails or hangs becomes a trouble. @returns how many closed. */
  async closeAll(): Promise<number> {
    const closed = await Promise.all([...this.#kept.keys()].map((name) => this.#close(name)));
    return closed.filter((isClosed) => isClosed).length;
  }

  async #close(name: string): Promise<boolean> {
    const closable = this.#kept.get(name);
    if (closable === undefined) return false;
    this.#kept.delete(name);
    const isOver = new AbortController();
    const tooLate = sleep(this.#clock, CLOSE_MS, isOver.signal).then(() => {
      throw new Error(`${name} did not close within ${CLOSE_MS / SECOND} s; it was left behind`);
    });
    try {
      await Promise.race([(async () => await closable.close())(), tooLate]);
      return true;
    } catch (error) {
      this.#onTrouble(error);
      return false;
    } finally {
      isOver.abort();
    }
  }
}
