import { DigestSum } from "../store/digest.ts";
import type { StoreBatch, StoredAlert, StoredDelivery } from "../store/store.ts";
import {
  type Body,
  bodyOf,
  BusFormatError,
  finite,
  finiteOr,
  listOf,
  oneOf,
  recordOf,
  textIn,
  textOf,
} from "./bus_fields.ts";
import type { BusMessage } from "./bus_message.ts";
import { addressOf, subjectOf } from "./bus_subject.ts";

/** The share of a market that follows all that is published. */
const ALL = "all";
/** In the place of a venue: alerts may be of several. */
const VENUE = "bus";
const STATES = ["pending", "firing", "recovering", "resolved"] as const;
/** Notes that a message may write, and how long they may be, characters. */
const NOTES: readonly string[] = ["alerts", "alerts watched"];
const MOST_TEXT = 1_000_000;
/** Alerts and deliveries of one message. */
const MOST_ROWS = 10_000;

/** What tells the alerts of one market over a bus from those of another: the instruments that it follows. */
export function shareOf(instruments: readonly string[] | null): string {
  if (instruments === null) return ALL;
  const sum = new DigestSum();
  for (const id of new Set(instruments)) sum.add([id]);
  return `share-${sum.value().digest}`;
}

/** Where a share's alerts are published, and where its judging stands: the latter changes each minute. */
export function alertSubjects(share: string): { readonly alerts: string; readonly judged: string } {
  const of = (kind: "alerts" | "judged") => subjectOf({ venue: VENUE, instrument: share, kind });
  return { alerts: of("alerts"), judged: of("judged") };
}

/** True for the notes that say where judging stands, by their own names. */
export function isAlertNote(name: string): boolean {
  return NOTES.includes(name);
}

/** The name that a note of a share has in a store. */
export function storeNote(name: string, share: string): string {
  return share === ALL ? name : `${name} of ${share}`;
}

/** The message of what alerts came to: rows, and the notes that say where judging stands. */
export function alertMessage(
  { alerts = [], deliveries = [], notes = {} }: StoreBatch,
  share: string,
): BusMessage {
  const { alerts: of, judged } = alertSubjects(share);
  const isCheckpoint = alerts.length + deliveries.length === 0 && Object.keys(notes).length === 1;
  return { subject: isCheckpoint ? judged : of, text: textOf({ alerts, deliveries, notes }) };
}

/**
 * What a message says of alerts, its notes under their own names; undefined for one about something else.
 *
 * @throws {BusFormatError} for what is no such message.
 */
export function alertBatchOf(
  subject: string,
  text: string,
): { readonly share: string; readonly batch: AlertBatch } | undefined {
  const address = addressOf(subject);
  if (address?.kind !== "alerts" && address?.kind !== "judged") return undefined;
  const { alerts, deliveries, notes } = bodyOf(text);
  const batch = {
    alerts: listOf(alerts, "alerts", MOST_ROWS).map(alertIn),
    deliveries: listOf(deliveries, "deliveries", MOST_ROWS).map(deliveryIn),
    notes: Object.fromEntries(
      Object.entries(recordOf(notes, "notes")).map(([name, note]) => [
        oneOf(name, NOTES, "note's name"),
        textIn(note, "note", MOST_TEXT),
      ]),
    ),
  };
  return { share: address.instrument, batch };
}

/** What alerts write. */
export type AlertBatch = Required<Pick<StoreBatch, "alerts" | "deliveries" | "notes">>;

/** The same as a store holds it. @throws {BusFormatError} */
export function storedAlertsOf(subject: string, text: string): AlertBatch | undefined {
  const found = alertBatchOf(subject, text);
  if (found === undefined) return undefined;
  const { share, batch } = found;
  const notes = Object.entries(batch.notes).map(([name, note]) => [storeNote(name, share), note]);
  return { ...batch, notes: Object.fromEntries(notes) };
}

function alertIn(value: unknown): StoredAlert {
  const alert = recordOf(value, "alert");
  return {
    id: textIn(alert.id, "alert's id"),
    rule: textIn(alert.rule, "rule"),
    subject: textIn(alert.subject, "alert's subject"),
    state: oneOf(alert.state, STATES, "alert's state"),
    started: whole(alert.started, "started"),
    ended: alert.ended === null ? null : whole(alert.ended, "ended"),
    value: finiteOr(alert.value, null, "value"),
    evidence: jsonIn(alert, "evidence"),
  };
}

function deliveryIn(value: unknown): StoredDelivery {
  const delivery = recordOf(value, "delivery");
  const orNull = (name: string) =>
    delivery[name] === null ? null : textIn(delivery[name], name, MOST_TEXT);
  return {
    alert: textIn(delivery.alert, "delivery's alert"),
    channel: textIn(delivery.channel, "channel"),
    kind: textIn(delivery.kind, "delivery's kind", 100),
    created: whole(delivery.created, "created"),
    body: jsonIn(delivery, "body"),
    attempts: whole(delivery.attempts, "attempts"),
    nextAt: delivery.nextAt === null ? null : whole(delivery.nextAt, "nextAt"),
    receipt: orNull("receipt"),
    error: orNull("error"),
  };
}

function whole(value: unknown, part: string): number {
  if (Number.isSafeInteger(value)) return finite(value, part);
  throw new BusFormatError(part);
}

function jsonIn(record: Body, part: string): string {
  const text = textIn(record[part], part, MOST_TEXT);
  try {
    JSON.parse(text);
    return text;
  } catch {
    throw new BusFormatError(part);
  }
}
