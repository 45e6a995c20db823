/** What a {@link FrameCutter} found. */
export type Cut =
  /** A whole message, its four bytes of length in front. */
  | { readonly kind: "frame"; readonly bytes: Uint8Array }
  /** A message longer than its kind may be: its bytes are let go as they come. */
  | { readonly kind: "skipped"; readonly number: string; readonly length: number }
  /** A length that cannot be: what follows cannot be read. `rest` begins with that length. */
  | { readonly kind: "broken"; readonly length: number; readonly rest: Uint8Array };

export interface CutLimits {
  /** Longest body of any message, bytes; nothing after a longer one can be read. */
  readonly maxLength: number;
  /** The same of the first message. @default maxLength */
  readonly firstLength?: number;
  /** Longest body by the number that it begins with; `""` for none. Not asked of the first. @default maxLength */
  readonly limitOf?: (number: string) => number;
}

/** Four bytes of length, big-endian. */
export const HEADER_LENGTH = 4;
/** Numbers of messages have up to three digits, ended by a NUL. */
const NUMBER_LENGTH = 4;
const FIRST_CAPACITY = 256;

/**
 * Cuts a stream of bytes into messages of TWS, however they arrive. Work is linear in the bytes, and no more memory is
 * held than twice what has come of one message that its kind allows.
 *
 * @example
 * ```ts
 * import { FrameCutter } from "./frame_cutter.ts";
 * import assert from "node:assert/strict";
 * const cutter = new FrameCutter({ maxLength: 100 });
 * assert.deepEqual(cutter.push(Uint8Array.of(0, 0, 0, 2, 57)), []);
 * assert.deepEqual(cutter.push(Uint8Array.of(0)), [
 *   { kind: "frame", bytes: Uint8Array.of(0, 0, 0, 2, 57, 0) },
 * ]);
 * ```
 */
export class FrameCutter {
  readonly #limits: Required<CutLimits>;
  #buffer = new Uint8Array(FIRST_CAPACITY);
  #kept = 0;
  #skip = 0;
  #isFirst = true;
  #isOver = false;

  constructor(limits: CutLimits) {
    const { maxLength, firstLength = maxLength, limitOf = () => maxLength } = limits;
    this.#limits = { maxLength, firstLength, limitOf };
  }

  /** What has come of a message that is not whole. */
  get rest(): Uint8Array {
    return this.#buffer.slice(0, this.#kept);
  }

  /** Takes bytes and gives what they complete; nothing after `broken`. */
  push(bytes: Uint8Array): Cut[] {
    const cuts: Cut[] = [];
    let at = 0;
    while (at < bytes.length && !this.#isOver) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, bytes.length - at);
        this.#skip -= skipped;
        at += skipped;
      } else if (this.#kept === 0 && isWhole(bytes, at)) {
        at += this.#whole(bytes.subarray(at), cuts);
      } else at += this.#keep(bytes, at, cuts);
    }
    return cuts;
  }

  /** Takes a message that lies whole at the beginning of the bytes. @returns its bytes. */
  #whole(bytes: Uint8Array, cuts: Cut[]): number {
    const length = lengthAt(bytes, 0);
    if (this.#isImpossible(length)) return this.#break(length, bytes, cuts);
    const end = HEADER_LENGTH + length;
    const frame = bytes.subarray(0, end);
    if (!this.#isTooLong(frame, length, cuts)) cuts.push({ kind: "frame", bytes: frame });
    this.#isFirst = false;
    return end;
  }

  /** Keeps as much of a message as is needed for the next decision. @returns the bytes taken. */
  #keep(bytes: Uint8Array, at: number, cuts: Cut[]): number {
    const before = this.#kept;
    const needed = this.#needed();
    const taken = Math.min(needed - before, bytes.length - at);
    this.#append(bytes.subarray(at, at + taken), needed);
    if (this.#kept < needed) return taken;
    const length = lengthAt(this.#buffer, 0);
    if (needed === HEADER_LENGTH) {
      if (!this.#isImpossible(length)) return taken;
      const rest = new Uint8Array(HEADER_LENGTH + bytes.length - at - taken);
      rest.set(this.#buffer.subarray(0, HEADER_LENGTH));
      rest.set(bytes.subarray(at + taken), HEADER_LENGTH);
      this.#break(length, rest, cuts);
      return bytes.length - at;
    }
    const end = HEADER_LENGTH + length;
    const isHead = needed === headEnd(length);
    if (isHead && this.#isTooLong(this.#buffer.subarray(0, this.#kept), length, cuts)) {
      this.#skip = end - this.#kept;
      this.#kept = 0;
      this.#isFirst = false;
    } else if (this.#kept === end) {
      cuts.push({ kind: "frame", bytes: this.rest });
      this.#kept = 0;
      this.#isFirst = false;
      if (this.#buffer.length > 16 * FIRST_CAPACITY) this.#buffer = new Uint8Array(FIRST_CAPACITY);
    }
    return taken;
  }

  /** Bytes up to the next decision: the length, then the number, then the end. */
  #needed(): number {
    if (this.#kept < HEADER_LENGTH) return HEADER_LENGTH;
    const length = lengthAt(this.#buffer, 0);
    const head = headEnd(length);
    return this.#kept < head ? head : HEADER_LENGTH + length;
  }

  #append(bytes: Uint8Array, needed: number): void {
    const size = this.#kept + bytes.length;
    if (size > this.#buffer.length) {
      const larger = new Uint8Array(Math.min(needed, Math.max(size, 2 * this.#buffer.length)));
      larger.set(this.#buffer.subarray(0, this.#kept));
      this.#buffer = larger;
    }
    this.#buffer.set(bytes, this.#kept);
    this.#kept = size;
  }

  #isImpossible(length: number): boolean {
    const { maxLength, firstLength } = this.#limits;
    return length === 0 || length > (this.#isFirst ? firstLength : maxLength);
  }

  /** @param head the message, at least up to its number. */
  #isTooLong(head: Uint8Array, length: number, cuts: Cut[]): boolean {
    if (this.#isFirst) return false;
    const number = numberOf(head);
    if (length <= this.#limits.limitOf(number)) return false;
    cuts.push({ kind: "skipped", number, length });
    return true;
  }

  #break(length: number, rest: Uint8Array, cuts: Cut[]): number {
    this.#isOver = true;
    this.#kept = 0;
    cuts.push({ kind: "broken", length, rest });
    return rest.length;
  }
}

/** The number that a message begins with; `""` where it begins with none. */
export function numberOf(frame: Uint8Array): string {
  const end = frame.subarray(0, HEADER_LENGTH + NUMBER_LENGTH).indexOf(0, HEADER_LENGTH);
  return end < 0 ? "" : String.fromCharCode(...frame.subarray(HEADER_LENGTH, end));
}

function lengthAt(bytes: Uint8Array, at: number): number {
  return bytes[at]! * 2 ** 24 + (bytes[at + 1]! << 16) + (bytes[at + 2]! << 8) + bytes[at + 3]!;
}

function isWhole(bytes: Uint8Array, at: number): boolean {
  const left = bytes.length - at;
  return left >= HEADER_LENGTH && left >= HEADER_LENGTH + lengthAt(bytes, at);
}

/** Where the number of a message ends, at the latest. */
function headEnd(length: number): number {
  return HEADER_LENGTH + Math.min(length, NUMBER_LENGTH);
}
