import type { ApiAnswer } from "../page_api.ts";
import { element } from "../element.ts";

/** The line of a form that says what became of it. */
export class FormAnswer {
  readonly line = element("output", { role: "status" });

  /** @param done said when it was done */
  show(answer: ApiAnswer, done: string): boolean {
    const isDone = answer.kind === "done";
    this.say(isDone ? done : answer.message, isDone);
    return isDone;
  }

  say(text: string, isFine = true): void {
    this.line.textContent = text;
    this.line.className = isFine ? "" : "bad";
  }
}
