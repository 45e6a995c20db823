import { batchOf, type BusMessage, type HeldMessage } from "../../../lib/bus/bus_message.ts";
import { KnownMinutes } from "../../../lib/bars/known_minutes.ts";
import type { Bar } from "../../../lib/model/bar.ts";

/** A broker's stream in memory, as its client shows it. */
export function heldStream() {
  const held: HeldMessage[] = [];
  const created = "2025-12-03T00:00:00Z";
  const matches = (pattern: string, subject: string) => {
    const parts = subject.split(".");
    return pattern.split(".").every((part, i) => part === "*" || part === parts[i]);
  };
  return {
    place: "nats://desk COMOVE",
    publish(message: BusMessage) {
      const sequence = held.length + 1;
      held.push({ sequence, subject: message.subject, text: message.text, time: sequence });
    },
    /** Bars in the order of the stream. */
    bars(): Bar[] {
      return held.flatMap(({ subject, text }) =>
        (batchOf(subject, text)?.bars ?? []).flatMap(({ bars, contract }) => {
          const known = new KnownMinutes(contract === undefined ? bars : { ...bars, contract });
          return Array.from({ length: known.length }, (_, row) => known.barAt(row));
        })
      );
    },
    state() {
      const lastSequence = held.length, lastTime = held.at(-1)?.time;
      return Promise.resolve({ created, firstSequence: 1, lastSequence, bytes: 0, lastTime });
    },
    async *held(subject: string, since: number) {
      const found = held.filter((one) => matches(subject, one.subject) && one.time >= since);
      if (found.length > 0) yield found;
    },
    last: (subject: string) =>
      Promise.resolve(held.findLast((one) => matches(subject, one.subject))),
    read: (from: number, most: number) => Promise.resolve(held.slice(from - 1, from - 1 + most)),
    at: (sequence: number) => Promise.resolve(held[sequence - 1]),
  };
}
