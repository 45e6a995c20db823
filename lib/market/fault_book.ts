import { redact } from "../model/redact.ts";
import { sentenceOf } from "../model/sentence_of.ts";
import type { Log } from "../runtime/log.ts";

/** One cause for which a listener failed, and how often. */
export interface ListenerFault {
  /** The listener's name: that of its function, or the one it was registered under. */
  readonly name: string;
  readonly count: number;
  /** What it threw, in one line with secrets masked. */
  readonly message: string;
  /** Local wall clock of the newest, epoch ms UTC. */
  readonly lastAt: number;
}

export interface FaultBookOptions {
  readonly log: Log;
  /** Local wall clock, epoch ms UTC. */
  readonly now: () => number;
  /** What fails, for the log line: `listener`, `sink`. */
  readonly role: string;
}

/** Causes counted one by one. A message may quote a counter or a time, so there could be any number. */
const MAX_CAUSES = 50;
/** Where all other causes of a listener are counted. */
const OTHERS = "other causes";

/** Counts what was caught, and logs each cause once. Bounded, whatever is thrown. */
export class FaultBook {
  readonly #options: FaultBookOptions;
  readonly #faults = new Map<string, ListenerFault>();
  #last: ListenerFault | undefined;

  constructor(options: FaultBookOptions) {
    this.#options = options;
  }

  /** Every cause so far, the first met first. */
  get list(): readonly ListenerFault[] {
    return [...this.#faults.values()];
  }

  /** The newest; undefined before the first. */
  get last(): ListenerFault | undefined {
    return this.#last;
  }

  /** Counts one failure. Never throws. */
  record(name: string, thrown: unknown): void {
    const said = redact(sentenceOf(thrown));
    const isListed = this.#faults.has(keyOf(name, said)) || this.#faults.size < MAX_CAUSES;
    const message = isListed ? said : OTHERS;
    const key = isListed ? keyOf(name, said) : OTHERS;
    const known = this.#faults.get(key);
    const count = (known?.count ?? 0) + 1;
    const fault = { name, count, message, lastAt: this.#options.now() };
    this.#faults.set(key, fault);
    this.#last = fault;
    if (known === undefined) this.#report(name, said);
  }

  #report(name: string, message: string): void {
    const { log, role } = this.#options;
    try {
      log.error(`The ${role} ${name} failed: ${message}`, { name, message });
    } catch {
      // A log that fails has nobody left to report to; the count stands in the status.
    }
  }
}

function keyOf(name: string, message: string): string {
  return `${name}\n${message}`;
}
