/** How {@link fit} measures and writes. */
export interface FitOptions {
  /** Writes one character as the channel wants it. @default as it is */
  readonly escape?: (character: string) => string;
  /** Size of a text in the channel's unit. @default UTF-16 units, never fewer than code points */
  readonly sizeOf?: (text: string) => number;
}

const ELLIPSIS = "…";

/**
 * The text as a channel wants it written, cut so that it is no longer than `most` when it is written. Code points and
 * escapes stay whole; what is cut ends in an ellipsis. Half a character is left out.
 *
 * @example
 * ```ts
 * import { fit } from "./fit.ts";
 * import assert from "node:assert/strict";
 * assert.equal(fit("a&b", 10, { escape: (c) => c === "&" ? "&amp;" : c }), "a&amp;b");
 * assert.equal(fit("a&b", 5, { escape: (c) => c === "&" ? "&amp;" : c }), "a…");
 * assert.equal(fit("💥💥", 3), "💥…");
 * ```
 */
export function fit(
  text: string,
  most: number,
  { escape = (character) => character, sizeOf = ({ length }) => length }: FitOptions = {},
): string {
  const room = most - sizeOf(ELLIPSIS);
  let size = 0;
  let whole = "";
  let cut: string | undefined;
  for (const character of text) {
    if (!character.isWellFormed()) continue;
    const written = escape(character);
    size += sizeOf(written);
    if (size > room) cut ??= whole + ELLIPSIS;
    if (size > most) return most < sizeOf(ELLIPSIS) ? "" : cut ?? "";
    whole += written;
  }
  return whole;
}

const encoder = new TextEncoder();

/** Size in UTF-8. */
export function bytesOf(text: string): number {
  return encoder.encode(text).length;
}

/** Lines that fit together, the rest left out from the end; a first line that is too long is cut. */
export function fitLines(lines: readonly string[], most: number, options: FitOptions = {}): string {
  const { sizeOf = ({ length }: string) => length } = options;
  const written: string[] = [];
  let left = most;
  for (const line of lines) {
    const fitting = fit(line, left, options);
    if (fitting === "") break;
    written.push(fitting);
    left -= sizeOf(fitting) + 1;
    if (left <= 0) break;
  }
  return written.join("\n");
}
