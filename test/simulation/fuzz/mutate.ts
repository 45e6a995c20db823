import type { SeededRandom } from "../../../lib/simulator/seeded_random.ts";

/** What stands in for a number or a word, to hurt: limits, wrong types, no numbers, control characters. */
const EVIL = [
  ...["NaN", "Infinity", "-Infinity", "-1", "0", "-0", "1e308", "1e-320", "9007199254740993"],
  ...[
    "99999999999999999999999999",
    "0x10",
    "1.7.3",
    "--5",
    "1,5",
    "null",
    "true",
    "[]",
    "{}",
    '""',
  ],
  ...['"', "\\", "\u0000", "\ufeff", "\ud800", "é", "١٢", "__proto__", "constructor", "toString"],
  ...["[[[[[[[[[[[[[[[[", '{"a":{"a":{"a":{"a":', "%s%n", "2025-13-45", "\r\n", " ".repeat(300)],
];

/** Changes a text a little, or much: one to four times in one of nine ways. */
export function mutateText(text: string, others: readonly string[], random: SeededRandom): string {
  const below = (n: number) => Math.floor(random.next() * n);
  let changed = text;
  for (let i = 1 + below(4); i > 0; i--) {
    const at = below(changed.length + 1);
    const end = at + below(Math.min(12, changed.length - at + 1));
    const cut = changed.slice(0, at), rest = changed.slice(at), behind = changed.slice(end);
    switch (below(9)) {
      case 0:
        changed = cut;
        break;
      case 1:
        changed = cut + behind;
        break;
      case 2:
        changed = cut + String.fromCharCode(below(random.next() < 0.9 ? 128 : 65_536)) + rest;
        break;
      case 3:
        changed = cut + EVIL[below(EVIL.length)]! + rest;
        break;
      case 4:
        changed = withNumber(changed, below, EVIL[below(EVIL.length)]!);
        break;
      case 5:
        changed = withWord(changed, below, EVIL[below(EVIL.length)]!);
        break;
      case 6:
        changed = cut + changed.slice(at, end).repeat(1 + below(5)) + rest;
        break;
      case 7: {
        const other = others[below(others.length)]!;
        changed = cut + other.slice(below(other.length + 1));
        break;
      }
      case 8:
        changed = cut + [...changed.slice(at, end)].reverse().join("") + behind;
        break;
    }
  }
  return changed;
}

function withNumber(text: string, below: (n: number) => number, evil: string): string {
  return replaced(text, [...text.matchAll(/-?\d+(\.\d+)?/g)], below, evil);
}

function withWord(text: string, below: (n: number) => number, evil: string): string {
  return replaced(text, [...text.matchAll(/"[^"]{0,40}"|[A-Za-z]+/g)], below, evil);
}

function replaced(
  text: string,
  found: readonly RegExpMatchArray[],
  below: (n: number) => number,
  evil: string,
): string {
  const match = found[below(found.length)];
  if (match === undefined) return text;
  return text.slice(0, match.index) + evil + text.slice(match.index! + match[0].length);
}

/** Changes bytes: flips, cuts, insertions, repeats, and lengths that cannot be. */
export function mutateBytes(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  const below = (n: number) => Math.floor(random.next() * n);
  let changed = bytes;
  for (let i = 1 + below(4); i > 0; i--) {
    const at = below(changed.length + 1);
    switch (below(6)) {
      case 0: {
        changed = changed.slice();
        if (at < changed.length) changed[at] = changed[at]! ^ (1 << below(8));
        break;
      }
      case 1:
        changed = changed.slice(0, at);
        break;
      case 2:
        changed = joined(changed.slice(0, at), Uint8Array.of(below(256)), changed.slice(at));
        break;
      case 3:
        changed = joined(changed.slice(0, at), changed.slice(at + 1 + below(8)));
        break;
      case 4:
        changed = joined(changed, changed.slice(at));
        break;
      case 5: {
        changed = changed.slice();
        const length = [0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0x00ff_ffff][below(6)]!;
        if (changed.length >= 4) new DataView(changed.buffer).setUint32(0, length);
        break;
      }
    }
  }
  return changed;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
