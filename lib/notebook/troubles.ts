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
const MAX_LENGTH = 300;

/** What went wrong in the background, newest last. */
export class TroubleList {
  readonly #clock: Clock;
  readonly #onAdded: () => void;
  #troubles: Trouble[] = [];
  #count = 0;

  /** @param onAdded called after each; must not throw. */
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
    const stack = reason instanceof Error ? reason.stack?.slice(0, 10 * MAX_LENGTH) : undefined;
    this.#troubles.push({ time: this.#clock.now(), message: sentenceOf(reason), stack });
    if (this.#troubles.length > KEPT) this.#troubles.shift();
    this.#count++;
    this.#onAdded();
  }
}

/** What a thrown value says, in one line of bounded length; never throws itself. */
export function sentenceOf(reason: unknown): string {
  let text: string;
  try {
    text = reason instanceof Error ? reason.message || reason.name : String(reason);
  } catch {
    text = "an error that cannot be shown";
  }
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH - 1)}…` : line;
}
