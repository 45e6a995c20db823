import type { JsonText } from "./json_text.ts";

/**
 * What answers rest on, such as the minutes of one instrument: while its version is what it was, texts stand that were
 * made of it.
 */
export interface Footing {
  /** The same for all that rest on the same. */
  readonly name: string;
  readonly version: () => string;
}

/** A text that was made once, with what it rests on. */
export interface KeptAnswer {
  readonly footing: Footing;
  /** That of the footing when the text was made. */
  readonly version: string;
  readonly text: JsonText;
  readonly type: string;
  /** Strong: of the run and the version, so no byte need be looked at. */
  readonly tag: string;
}

const MOST_CHARACTERS = 64_000_000;
/** Each costs some hundred bytes, however short its text. */
const MOST_ANSWERS = 10_000;

/** Answers that rest on the same, which all fall together. */
interface Group {
  version: string;
  readonly addresses: Set<string>;
}

/** Texts of answers by their addresses, the newest used last; bounded, and let go of as soon as they are untrue. */
export class KeptAnswers {
  readonly #kept = new Map<string, KeptAnswer>();
  readonly #groups = new Map<string, Group>();
  #characters = 0;
  /** Answers from what was kept, and those that were made. */
  hits = 0;
  made = 0;
  readonly #run: string;

  /** @param run different for each run of the server */
  constructor(run: string) {
    this.#run = run;
  }

  /** Characters that are kept. */
  get characters(): number {
    return this.#characters;
  }

  /** @returns undefined for what was never made, or rests on what has changed since. */
  find(address: string): KeptAnswer | undefined {
    const kept = this.#kept.get(address);
    if (kept === undefined) return undefined;
    const version = kept.footing.version();
    if (kept.version !== version) {
      this.#renew(kept.footing.name, version);
      return undefined;
    }
    this.hits++;
    return kept;
  }

  keep(address: string, answer: Omit<KeptAnswer, "tag">): KeptAnswer {
    this.made++;
    this.#drop(address);
    const { footing, version, text } = answer;
    const kept = { ...answer, tag: `"${this.#run}-${version}"` };
    // It may have changed while the answer was made.
    if (footing.version() !== version) return kept;
    this.#renew(footing.name, version).addresses.add(address);
    this.#kept.set(address, kept);
    this.#characters += address.length + text.length;
    for (const oldest of this.#kept.keys()) {
      const fits = this.#characters <= MOST_CHARACTERS && this.#kept.size <= MOST_ANSWERS;
      if (fits || oldest === address) break;
      this.#drop(oldest);
    }
    return kept;
  }

  /** The answers of a version; those of the one before are dropped. */
  #renew(name: string, version: string): Group {
    let group = this.#groups.get(name);
    if (group === undefined) this.#groups.set(name, group = { version, addresses: new Set() });
    if (group.version !== version) {
      for (const address of [...group.addresses]) this.#drop(address);
      group.version = version;
    }
    return group;
  }

  #drop(address: string): void {
    const kept = this.#kept.get(address);
    if (kept === undefined) return;
    this.#kept.delete(address);
    this.#groups.get(kept.footing.name)?.addresses.delete(address);
    this.#characters -= address.length + kept.text.length;
  }
}
