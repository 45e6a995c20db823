import { afterTurn } from "../../runtime/after_turn.ts";

/** Lets the event loop go on before the next piece of long work. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => afterTurn(resolve));
}

/** Does one piece of work after the other, in the order in which they were asked for. */
export class OneByOne {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(work: () => T | Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => {});
    return result;
  }
}
