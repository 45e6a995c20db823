/** Longest message kept of a thrown value. */
const MAX_LENGTH = 300;

/** Message of a thrown value, in one line of at most 300 characters; never throws itself. */
export function sentenceOf(reason: unknown): string {
  let text: string;
  try {
    text = String(reason instanceof Error ? reason.message || reason.name : reason);
  } catch {
    text = "an error that cannot be shown";
  }
  const line = text.slice(0, 4 * MAX_LENGTH).replace(/\s+/g, " ").trim();
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH - 1)}…` : line;
}
