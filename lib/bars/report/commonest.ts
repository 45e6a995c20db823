/** Counts numbers as they come, and tells the commonest. */
export class Commonest {
  readonly #counts = new Map<number, number>();

  add(value: number): void {
    this.#counts.set(value, (this.#counts.get(value) ?? 0) + 1);
  }

  /** Of equally common ones the smallest; undefined without any. */
  get value(): number | undefined {
    let found: number | undefined, most = 0;
    for (const [value, count] of this.#counts) {
      if (count > most || (count === most && value < found!)) [found, most] = [value, count];
    }
    return found;
  }
}
