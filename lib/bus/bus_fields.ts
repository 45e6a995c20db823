/** A message that is not of the form of this version. */
export class BusFormatError extends Error {
  override readonly name = "BusFormatError";

  /** @param part what is wrong: the name of a key. */
  constructor(part: string) {
    super(`its ${part} is not what this version writes`);
  }
}

/** What a message of JSON holds, by its keys. */
export type Body = Readonly<Record<string, unknown>>;

/** The form of messages; readers refuse others. */
const VERSION = 1;

/** The text of a message. JSON has no NaN and no infinity: they become null. */
export function textOf(body: Body): string {
  return JSON.stringify({ v: VERSION, ...body });
}

/** @throws {BusFormatError} for what {@link textOf} of this version did not write. */
export function bodyOf(text: string): Body {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new BusFormatError("text");
  }
  const record = recordOf(body, "body");
  if (record.v !== VERSION) throw new BusFormatError("version");
  return record;
}

export function recordOf(value: unknown, part: string): Body {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new BusFormatError(part);
  }
  return value as Body;
}

export function listOf(value: unknown, part: string, most: number): readonly unknown[] {
  if (Array.isArray(value) && value.length <= most) return value;
  throw new BusFormatError(part);
}

export function finite(value: unknown, part: string): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new BusFormatError(part);
}

/** The same where null stands for what is unknown. */
export function finiteOr<T>(value: unknown, unknown: T, part: string): number | T {
  return value === null || value === undefined ? unknown : finite(value, part);
}

/** @param most characters. */
export function textIn(value: unknown, part: string, most = 2_000): string {
  if (typeof value === "string" && value.length <= most) return value;
  throw new BusFormatError(part);
}

export function oneOf<T extends string>(value: unknown, known: readonly T[], part: string): T {
  const found = known.find((one) => one === value);
  if (found !== undefined) return found;
  throw new BusFormatError(part);
}
