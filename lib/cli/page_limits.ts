/**
 * Formatting foreign text takes libraries whose patterns go back and forth over long words: text beyond these limits is
 * shown plainly.
 */
const MAX_LENGTH = 50_000;
const MAX_WORD = 500;

const LONG_WORD = new RegExp(`\\S{${MAX_WORD}}`);

/** True for text short enough to be coloured. */
export function isShort(text: string): boolean {
  return text.length <= MAX_LENGTH;
}

/** True for text that is {@link isShort} and of ordinary words, so that code and prose can be formatted. */
export function isOrdinary(text: string): boolean {
  return isShort(text) && !LONG_WORD.test(text);
}
