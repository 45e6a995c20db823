import type { StoreBatch } from "../store/store.ts";
import { BusFormatError } from "./bus_fields.ts";
import { batchOf, type HeldMessage } from "./bus_message.ts";

/** The rows of a message; none of one that is damaged, which is left out: its sender has them, or a later one. */
export function readableBatch(
  { subject, text }: Pick<HeldMessage, "subject" | "text">,
): StoreBatch {
  try {
    return batchOf(subject, text) ?? {};
  } catch (error) {
    if (error instanceof BusFormatError || error instanceof RangeError) return {};
    throw error;
  }
}
