import type { Life } from "./pulse.ts";

/** What a status line begins with at this moment. */
export interface StateText {
  readonly text: string;
  /** `now` in the colour of the state, `was` in the colour of the text, `alarm` in that of a warning. */
  readonly tone: "now" | "was" | "alarm";
}

/** What a statement says: what it claims only while its kernel is known to live, else when it was so, and what to do. */
export function stateText(life: Life, { now, was }: { now: string; was: string }): StateText {
  switch (life.kind) {
    case "alive":
      return { text: now, tone: "now" };
    case "open":
      return { text: was, tone: "was" };
    case "unfed":
      return { text: `${was} · run the cell again for new data`, tone: "was" };
    case "left":
      return { text: `${was} · not updated any more: run the cell again`, tone: "alarm" };
    case "silent":
      return {
        text: `${was} · no heartbeat for ${
          silenceText(life.forMs)
        }: kernel stopped? Run the cell again`,
        tone: "alarm",
      };
    case "held":
      return { text: `${was} · paused`, tone: "was" };
    case "away":
      return {
        text: `${was} · the server is away for ${silenceText(life.forMs)}`,
        tone: "alarm",
      };
  }
}

/** `7 s`, `3 min`, `2 h`: never more than has passed. */
function silenceText(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  return seconds < 3_600 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 3_600)} h`;
}
