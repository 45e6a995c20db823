import type { Venue } from "../model/instrument.ts";

/** What a message carries. */
export const BUS_KINDS = [
  "minutes",
  "trades",
  "funding",
  "coverage",
  "events",
  "alerts",
  "judged",
] as const;
export type BusKind = (typeof BUS_KINDS)[number];

/** Every subject of ours; a stream must take all of them. */
export const ALL_SUBJECTS = "comove.>";
/** The minutes of all instruments. */
export const ALL_MINUTES = "comove.*.*.minutes";
/** Where the publishers of all venues say how these fare; see {@link momentSubjectOf}. */
export const ALL_STATES = "comove_now.*.state";
/** In the place of an instrument where an event is of a whole venue. */
export const WHOLE_VENUE = "-";
/** What the stream holds: one kind of data, of one market. */
export const META_SUBJECT = "comove.bus.meta";

/** Where a message is published. */
export interface BusAddress {
  readonly venue: Venue;
  /** Its id. */
  readonly instrument: string;
  readonly kind: BusKind;
}

/**
 * The subject of messages of one instrument and kind. What is no letter, digit, `_`, `-`, `@` or `/` is written in
 * the manner of `%2E`, for a broker takes some of it for separators and wildcards.
 *
 * @example
 * ```ts
 * import { addressOf, subjectOf } from "./bus_subject.ts";
 * import assert from "node:assert/strict";
 * const address = { venue: "coinbase", instrument: "BTC-USD@coinbase", kind: "minutes" } as const;
 * assert.equal(subjectOf(address), "comove.coinbase.BTC-USD@coinbase.minutes");
 * assert.deepEqual(addressOf("comove.coinbase.BTC-USD@coinbase.minutes"), address);
 * assert.equal(subjectOf({ ...address, instrument: "A.B" }), "comove.coinbase.A%2EB.minutes");
 * ```
 */
export function subjectOf({ venue, instrument, kind }: BusAddress): string {
  return `comove.${token(venue)}.${token(instrument)}.${kind}`;
}

/** What a subject says; undefined for one that is not of ours. */
export function addressOf(subject: string): BusAddress | undefined {
  const [root, venue, instrument, kind, ...more] = subject.split(".");
  if (root !== "comove" || more.length > 0 || !venue || !instrument) return undefined;
  const known = BUS_KINDS.find((one) => one === kind);
  if (known === undefined) return undefined;
  try {
    return {
      venue: decodeURIComponent(venue),
      instrument: decodeURIComponent(instrument),
      kind: known,
    };
  } catch {
    return undefined;
  }
}

/**
 * The subject of what is of the moment only and no stream keeps: the `state` of a venue's feed, or an instrument's
 * `forming` minute.
 */
export function momentSubjectOf(venue: Venue, instrument?: string): string {
  const root = `comove_now.${token(venue)}`;
  return instrument === undefined ? `${root}.state` : `${root}.${token(instrument)}.forming`;
}

function token(text: string): string {
  return text.replace(/[^\w@/-]/gu, (character) => {
    const bytes = [...new TextEncoder().encode(character)];
    return bytes.map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("");
  });
}
