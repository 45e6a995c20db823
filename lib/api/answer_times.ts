/** Upper bounds of the buckets, seconds. */
const BOUNDS = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5];

/** How long answers took, as Prometheus counts it. */
export class AnswerTimes {
  readonly #counts = new Array<number>(BOUNDS.length).fill(0);
  #all = 0;
  #seconds = 0;

  /** @param ms local ms that an answer took */
  add(ms: number): void {
    this.#all++;
    this.#seconds += ms / 1_000;
    const at = BOUNDS.findIndex((bound) => ms <= 1_000 * bound);
    if (at >= 0) this.#counts[at]!++;
  }

  /** A histogram in the text format of Prometheus. */
  text(name: string): string {
    let below = 0;
    const buckets = BOUNDS.map((bound, i) => {
      below += this.#counts[i]!;
      return `${name}_bucket{le="${bound}"} ${below}\n`;
    });
    return `# TYPE ${name} histogram\n${buckets.join("")}${name}_bucket{le="+Inf"} ${this.#all}\n` +
      `${name}_sum ${this.#seconds}\n${name}_count ${this.#all}\n`;
  }
}
