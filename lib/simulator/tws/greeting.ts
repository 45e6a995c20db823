const MAGIC = "API\0";
const PREFIX_LENGTH = 8;
/** `v100..193`, with room for connect options behind it. */
const MAX_LENGTH = 256;

/** The first bytes of a client, read. */
export type Greeting =
  | { readonly kind: "incomplete" | "not-tws" }
  | {
    readonly kind: "hello";
    /** Range of protocol versions the client speaks. */
    readonly lowest: number;
    readonly highest: number;
    /** Bytes behind the greeting. */
    readonly rest: Uint8Array;
  };

/**
 * Reads a client's first message: `API`, a NUL, four bytes of length, and the range of versions it speaks,
 * which has no NUL behind it.
 */
export function greetingOf(bytes: Uint8Array): Greeting {
  const start = new TextDecoder("latin1").decode(bytes.subarray(0, MAGIC.length));
  if (!MAGIC.startsWith(start)) return { kind: "not-tws" };
  if (bytes.length < PREFIX_LENGTH) return { kind: "incomplete" };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(MAGIC.length);
  if (length === 0 || length > MAX_LENGTH) return { kind: "not-tws" };
  const end = PREFIX_LENGTH + length;
  if (bytes.length < end) return { kind: "incomplete" };
  const text = new TextDecoder().decode(bytes.subarray(PREFIX_LENGTH, end));
  const [, lowest, highest] = /^v(\d+)(?:\.\.(\d+))?(?: |$)/.exec(text) ?? [];
  if (lowest === undefined) return { kind: "not-tws" };
  return {
    kind: "hello",
    lowest: Number(lowest),
    highest: Number(highest ?? lowest),
    rest: bytes.slice(end),
  };
}
