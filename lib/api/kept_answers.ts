/** A text that was made once, with what it rests on. */
export interface KeptAnswer {
  /** While this is what it was, the text stands. */
  readonly version: string;
  readonly text: string;
  readonly type: string;
  /** Strong: of the run and the version, so no byte need be looked at. */
  readonly tag: string;
}

const MOST_CHARACTERS = 64_000_000;

/** Texts of answers by their addresses, the newest used last; bounded. */
export class KeptAnswers {
  readonly #kept = new Map<string, KeptAnswer>();
  #characters = 0;
  /** Answers from what was kept, and those that were made. */
  hits = 0;
  made = 0;
  readonly #run: string;

  /** @param run different for each run of the server */
  constructor(run: string) {
    this.#run = run;
  }

  /** @returns undefined for what was never made, or rests on what has changed since. */
  find(address: string, version: string): KeptAnswer | undefined {
    const kept = this.#kept.get(address);
    if (kept === undefined || kept.version !== version) return undefined;
    this.hits++;
    return kept;
  }

  keep(address: string, answer: Omit<KeptAnswer, "tag">): KeptAnswer {
    this.made++;
    this.#drop(address);
    const kept = { ...answer, tag: `"${this.#run}-${answer.version}"` };
    this.#kept.set(address, kept);
    this.#characters += address.length + kept.text.length;
    for (const oldest of this.#kept.keys()) {
      if (this.#characters <= MOST_CHARACTERS || oldest === address) break;
      this.#drop(oldest);
    }
    return kept;
  }

  #drop(address: string): void {
    const kept = this.#kept.get(address);
    if (kept === undefined) return;
    this.#kept.delete(address);
    this.#characters -= address.length + kept.text.length;
  }
}
