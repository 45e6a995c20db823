/** Room for the first bytes. */
const MIN_CAPACITY = 4096;

/** Bytes that come in pieces and go out in others; each byte is moved a bounded number of times. */
export class ByteQueue {
  #buffer = new Uint8Array(MIN_CAPACITY);
  #start = 0;
  #end = 0;

  /** Bytes waiting. */
  get length(): number {
    return this.#end - this.#start;
  }

  push(bytes: Uint8Array): void {
    if (this.#end + bytes.length > this.#buffer.length) this.#makeRoom(bytes.length);
    this.#buffer.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  /** The next `count` bytes, which stay; undefined when there are fewer. Valid until the next `push`. */
  peek(count: number): Uint8Array | undefined {
    if (this.length < count) return undefined;
    return this.#buffer.subarray(this.#start, this.#start + count);
  }

  /** The next `count` bytes as a copy of their own; undefined when there are fewer. */
  take(count: number): Uint8Array | undefined {
    const bytes = this.peek(count)?.slice();
    if (bytes === undefined) return undefined;
    this.#start += count;
    if (this.#start === this.#end) this.#clear();
    return bytes;
  }

  #clear(): void {
    this.#start = this.#end = 0;
    // One large message should not hold its room for ever.
    if (this.#buffer.length > 64 * MIN_CAPACITY) this.#buffer = new Uint8Array(MIN_CAPACITY);
  }

  #makeRoom(more: number): void {
    const needed = this.length + more;
    const waiting = this.#buffer.subarray(this.#start, this.#end);
    // Moved within the buffer only when at least half of it is free, so that moving stays cheap a byte.
    const target = needed * 2 <= this.#buffer.length
      ? this.#buffer
      : new Uint8Array(Math.max(needed * 2, MIN_CAPACITY));
    target.set(waiting);
    this.#buffer = target;
    this.#end = waiting.length;
    this.#start = 0;
  }
}
