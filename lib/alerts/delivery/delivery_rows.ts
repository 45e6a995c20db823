import type { AlertBody, AlertChange, AlertChangeKind } from "../../model/alert.ts";
import { fieldsOf } from "../../wire/json_fields.ts";
import type { StoredAlert, StoredDelivery } from "../../store/store.ts";

/** The rows of the outbox that a change needs: one a channel, not tried yet. @param now local wall clock. */
export function rowsOf({ kind, body, notify }: AlertChange, now: number): StoredDelivery[] {
  const json = JSON.stringify(body);
  return notify.map((channel) => ({
    alert: body.id,
    channel,
    kind,
    created: now,
    body: json,
    attempts: 0,
    nextAt: now,
    receipt: null,
    error: null,
  }));
}

/** An alert as it is stored after a change. */
export function alertRowOf({ body }: AlertChange): StoredAlert {
  const { id, rule, of, state, since, time, value } = body;
  return {
    id,
    rule,
    subject: of,
    state,
    started: since,
    ended: state === "resolved" ? time : null,
    value: Number.isFinite(value) ? value : null,
    evidence: JSON.stringify(body),
  };
}

/** True for a row that has come to its end. */
export function isOver({ receipt, error }: StoredDelivery): boolean {
  return receipt !== null || error !== null;
}

/** True for a row whose process ended amid an attempt: it may have arrived. */
export function wasCutOff(row: StoredDelivery): boolean {
  return !isOver(row) && row.nextAt === null;
}

const KIND = /^(?:firing|resolved|repeat-\d{1,9})$/;

/** The change and body of a row; undefined for one that is damaged. */
export function itemOfRow(
  { kind, body }: StoredDelivery,
): { readonly kind: AlertChangeKind; readonly body: AlertBody; readonly json: string } | undefined {
  if (!KIND.test(kind)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  const fields = fieldsOf(value);
  const isBody = ["id", "rule", "metric", "of", "severity", "state", "message", "source"]
    .every((name) => typeof fields?.[name] === "string") &&
    ["value", "threshold", "n", "expected", "time"]
      .every((name) => typeof fields?.[name] === "number");
  if (!isBody) return undefined;
  return { kind: kind as AlertChangeKind, body: value as AlertBody, json: body };
}
