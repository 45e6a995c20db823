/** At most this many different reasons are kept apart. */
const MAX_REASONS = 30;

/** What became of the frames of a stream: `received = accepted + ignored + rejected`. */
export class FrameCounts {
  received = 0;
  accepted = 0;
  ignored = 0;
  rejected = 0;
  #news = new Map<string, number>();

  accept(): void {
    this.received++;
    this.accepted++;
  }

  ignore(): void {
    this.received++;
    this.ignored++;
  }

  reject(reason: string): void {
    this.received++;
    this.rejected++;
    const known = this.#news.has(reason) || this.#news.size < MAX_REASONS;
    const key = known ? reason : "other reasons";
    this.#news.set(key, (this.#news.get(key) ?? 0) + 1);
  }

  /** Rejections by reason since the last call; undefined when there were none. */
  takeNews(): Readonly<Record<string, number>> | undefined {
    if (this.#news.size === 0) return undefined;
    const news = Object.fromEntries(this.#news);
    this.#news = new Map();
    return news;
  }
}
