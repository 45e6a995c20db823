import { fieldsOf } from "./json_fields.ts";

/**
 * What an error of Deribit asks for: `retry` after a back-off, `wait` some minutes, or `never` ask the same
 * again by itself.
 */
export type DeribitAction = "retry" | "wait" | "never";

/** `{"code":10028,"message":"too_many_requests","data":null}` */
export interface DeribitError {
  readonly code: number;
  readonly message: string;
  /** The invalid parameter and the reason, where Deribit sends them (code −32602). */
  readonly detail: string | undefined;
  readonly action: DeribitAction;
}

export const TOO_MANY_REQUESTS = 10028;
export const SYSTEM_MAINTENANCE = 11051;
export const PUBLIC_REQUESTS_DISABLED = 11056;
export const METHOD_NOT_FOUND = -32601;

/** Source: Deribit API documentation, "RPC error codes". Any other code may be temporary: `retry`. */
const NEVER = new Set([
  10_000,
  10_020,
  10_030,
  10_033,
  10_048,
  11_029,
  11_050,
  11_052,
  12_005,
  13_004,
  13_009,
  13_010,
  13_016,
  13_020,
  13_021,
  13_025,
  13_777,
  13_778,
  -32_700,
  -32_600,
  METHOD_NOT_FOUND,
  -32_602,
]);

/** What to do about a code. */
export function deribitActionOf(code: number): DeribitAction {
  if (code === PUBLIC_REQUESTS_DISABLED) return "wait";
  return NEVER.has(code) ? "never" : "retry";
}

const LONGEST_TEXT = 200;

/** The `error` of a reply, or undefined when it is none. */
export function deribitErrorOf(value: unknown): DeribitError | undefined {
  const fields = fieldsOf(value);
  if (fields === undefined || !Number.isSafeInteger(fields.code)) return undefined;
  const code = fields.code as number;
  const data = fieldsOf(fields.data);
  const parts = [data?.param, data?.reason].filter((part) => typeof part === "string");
  return {
    code,
    message: typeof fields.message === "string" ? fields.message.slice(0, LONGEST_TEXT) : "",
    detail: parts.length === 0 ? undefined : parts.join(": ").slice(0, LONGEST_TEXT),
    action: deribitActionOf(code),
  };
}
