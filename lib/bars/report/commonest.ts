/** Counts numbers as they arrive and returns the most common one. */
export class Commonest {
  readonly #counts = new Map<number, number>();

  add(value: number): void {
    this.#counts.set(value, (this.#counts.get(value) ?? 0) + 1);
  }

  /** The smallest of equally common numbers; undefined without any. */
  get value(): number | undefined {
    let found: number | undefined, most = 0;
    for (const [value, count] of this.#counts) {
      if (count > most || (count === most && value < found!)) [found, most] = [value, count];
    }
    return found;
  }
}
