/** How a damaged message is damaged. */
export type Damage = "impossible" | "not-a-number" | "truncated";

const DAMAGES: readonly Damage[] = ["impossible", "not-a-number", "truncated"];

/** The faults that are in force, shared by every session of a server. Times are venue ms. */
export class Faults {
  #stalledUntil = -Infinity;
  #toCorrupt = 0;
  #corrupted = 0;
  #delayMs = 0;
  #delayedUntil = -Infinity;

  stall(until: number): void {
    this.#stalledUntil = Math.max(this.#stalledUntil, until);
  }

  isStalled(now: number): boolean {
    return now < this.#stalledUntil;
  }

  corrupt(count: number): void {
    this.#toCorrupt += count;
  }

  /** How the next market-data message is to be damaged; the kinds take turns. */
  nextDamage(): Damage | undefined {
    if (this.#toCorrupt <= 0) return undefined;
    this.#toCorrupt--;
    return DAMAGES[this.#corrupted++ % DAMAGES.length];
  }

  delay(delayMs: number, until: number): void {
    this.#delayMs = delayMs;
    this.#delayedUntil = until;
  }

  /** How long a message sent now is held back. */
  delayAt(now: number): number {
    return now < this.#delayedUntil ? this.#delayMs : 0;
  }
}
