/** What is looked at of a message that waits. */
export interface Waiting {
  /** Id of its alert: messages of one alert go in order. */
  readonly alert: string;
  readonly isSending: boolean;
  readonly attempts: number;
  /** Monotonic ms. */
  readonly dueAt: number;
}

/** What is to be sent next, and when. */
export interface Batch<Entry> {
  /** Oldest first; empty when nothing is due yet. */
  readonly entries: readonly Entry[];
  /** When something will be due, monotonic ms; Infinity when nothing waits. */
  readonly at: number;
}

/**
 * What goes out now. A message waits for the earlier ones of its alert. To a chat, what has not been tried yet goes along
 * as soon as anything is due, so that alerts of the same seconds, and all that piled up meanwhile, share one message.
 *
 * @param waiting in the order in which they were written.
 * @param isPressed what has not been tried is due at once: the process ends.
 */
export function nextBatch<Entry extends Waiting>(
  waiting: Iterable<Entry>,
  { now, isChat, isPressed }: {
    readonly now: number;
    readonly isChat: boolean;
    readonly isPressed: boolean;
  },
): Batch<Entry> {
  const held = new Set<string>();
  const entries: Entry[] = [];
  let at = Infinity;
  let isDue = false;
  for (const entry of waiting) {
    const { alert, isSending, attempts, dueAt } = entry;
    if (isSending || held.has(alert)) {
      held.add(alert);
      continue;
    }
    const isFresh = attempts === 0;
    const due = isFresh && isPressed ? now : dueAt;
    at = Math.min(at, due);
    if (due <= now) isDue = true;
    if (due > now && !(isChat && isFresh)) {
      held.add(alert);
      continue;
    }
    entries.push(entry);
    if (!isChat) return { entries, at: now };
  }
  return isDue ? { entries, at: now } : { entries: [], at };
}
