import { counted } from "../model/counted.ts";
import { formatUtc, MINUTE } from "../model/time.ts";
import { type LogEntry, plainFields } from "./log_entry.ts";

interface Trouble {
  readonly source: string;
  readonly message: string;
  /** When it was first reported, epoch ms UTC. */
  readonly since: number;
  count: number;
  shownAt: number;
  /** Until it is shown again, ms. */
  waitMs: number;
}

/** A trouble that lasts is shown again after this time, then after twice as much, and so on. */
const FIRST_REMINDER_MS = MINUTE;
const LONGEST_REMINDER_MS = 30 * MINUTE;
/** Troubles kept; the oldest go. */
const CAPACITY = 200;
/** Shorter messages stand within others by chance. */
const MIN_QUOTED = 40;

/** Warnings and errors of a log for a screen: each once, and a reminder at growing intervals while it lasts. */
export class RepeatedTroubles {
  readonly #known = new Map<string, Trouble>();

  /** How to show it; undefined when it was shown a short time ago. */
  textOf(entry: LogEntry): string | undefined {
    const { time, source, message, fields } = entry;
    const key = `${source}\n${withoutFigures(message)}`;
    const known = this.#known.get(key);
    const text = this.brief(entry) + plainFields(fields);
    if (known === undefined) {
      const times = { since: time, count: 1, shownAt: time, waitMs: FIRST_REMINDER_MS };
      this.#known.set(key, { source, message, ...times });
      if (this.#known.size > CAPACITY) this.#known.delete(this.#known.keys().next().value!);
      return text;
    }
    known.count++;
    if (time - known.shownAt < known.waitMs) return undefined;
    known.shownAt = time;
    known.waitMs = Math.min(2 * known.waitMs, LONGEST_REMINDER_MS);
    return `${text} (${counted(known.count, "time")} since ${
      formatUtc(known.since).slice(11, 19)
    })`;
  }

  /** True for the text of a trouble that lasts, whatever its figures. */
  isShown(text: string): boolean {
    const wanted = withoutFigures(text);
    return [...this.#known.values()].some(({ message }) => withoutFigures(message) === wanted);
  }

  /** The troubles of a source are over. @returns since when it had one, epoch ms UTC; undefined when it had none. */
  end(source: string): { readonly since: number } | undefined {
    const ended = [...this.#known].filter(([, trouble]) => trouble.source === source);
    for (const [key] of ended) this.#known.delete(key);
    return ended.length === 0
      ? undefined
      : { since: Math.min(...ended.map(([, { since }]) => since)) };
  }

  /** The message, without the troubles of other sources that it repeats. */
  brief({ source, message }: Pick<LogEntry, "source" | "message">): string {
    let text = message;
    for (const other of this.#known.values()) {
      const isQuoted = other.source !== source && other.message.length >= MIN_QUOTED;
      if (isQuoted) text = text.replaceAll(other.message, "as above.");
    }
    return text;
  }
}

/** Attempts, times and figures differ from one report of a trouble to the next. */
function withoutFigures(message: string): string {
  return message.replace(/\d+/g, "0");
}
