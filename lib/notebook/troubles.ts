import { sentenceOf } from "../model/sentence_of.ts";
import type { Clock } from "../runtime/clock.ts";

/** Something that went wrong in the background of the notebook, where no cell could catch it. */
export interface Trouble {
  /** Local wall clock, epoch ms UTC. */
  readonly time: number;
  /** One sentence. */
  readonly message: string;
  /** Where it happened, when that is known. */
  readonly stack: string | undefined;
}

/** Troubles kept: enough to see a pattern, and no more when a loop goes wrong for hours. */
const KEPT = 50;
const MAX_STACK_LENGTH = 3_000;

/** What went wrong in the background, newest last. */
export class TroubleList {
  readonly #clock: Clock;
  readonly #onAdded: () => void;
  #troubles: Trouble[] = [];
  #count = 0;

  /** @param onAdded called after each; what it throws becomes a trouble too. */
  constructor(clock: Clock, onAdded: () => void) {
    this.#clock = clock;
    this.#onAdded = onAdded;
  }

  /** All there ever were. */
  get count(): number {
    return this.#count;
  }

  get latest(): Trouble | undefined {
    return this.#troubles.at(-1);
  }

  /** The last 50. */
  list(): readonly Trouble[] {
    return [...this.#troubles];
  }

  add(reason: unknown): void {
    this.#keep(reason);
    try {
      this.#onAdded();
    } catch (error) {
      this.#keep(error);
    }
  }

  #keep(reason: unknown): void {
    const stack = reason instanceof Error ? reason.stack?.slice(0, MAX_STACK_LENGTH) : undefined;
    this.#troubles.push({ time: this.#clock.now(), message: sentenceOf(reason), stack });
    if (this.#troubles.length > KEPT) this.#troubles.shift();
    this.#count++;
  }
}
