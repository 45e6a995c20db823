import type { Signer, UniqueId } from "../runtime/signer.ts";

/** A JSON object of a message. */
export type Content = Readonly<Record<string, unknown>>;

/** A message of a kernel. */
export interface KernelMessage {
  readonly type: string;
  readonly id: string;
  /** Id of the request that it belongs to; empty when it belongs to none. */
  readonly parentId: string;
  /** When the kernel made it, ISO 8601; empty when it is missing. */
  readonly date: string;
  readonly content: Content;
}

/** A decoded message, or why it was refused. */
export type DecodedMessage =
  | { readonly kind: "message"; readonly message: KernelMessage }
  | { readonly kind: "refused"; readonly reason: string };

/** Version of the Jupyter messaging protocol spoken. */
const PROTOCOL = "5.3";
const DELIMITER = "<IDS|MSG>";
const USERNAME = "comove";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export interface RequestOptions {
  readonly type: string;
  readonly content: Content;
  readonly session: string;
  readonly signer: Signer;
  readonly uniqueId: UniqueId;
  /** Epoch ms UTC. */
  readonly now: number;
}

/**
 * A signed request of the Jupyter messaging protocol 5.3.
 *
 * @returns its id, which answers name as their parent, and the parts to send.
 */
export function encodeRequest(options: RequestOptions): { id: string; parts: Uint8Array[] } {
  const { type, content, session, signer, uniqueId, now } = options;
  const id = uniqueId();
  const header = {
    msg_id: id,
    msg_type: type,
    session,
    username: USERNAME,
    date: new Date(now).toISOString(),
    version: PROTOCOL,
  };
  const signed = [header, {}, {}, content].map((part) => encoder.encode(JSON.stringify(part)));
  const [delimiter, signature] = [DELIMITER, signer.sign(signed)].map((text) =>
    encoder.encode(text)
  );
  return { id, parts: [delimiter!, signature!, ...signed] };
}

/** Reads what a kernel sent. Never throws: a message with a bad signature or form is refused with a reason. */
export function decodeMessage(parts: readonly Uint8Array[], signer: Signer): DecodedMessage {
  const at = parts.findIndex((part) =>
    part.length === DELIMITER.length && decoder.decode(part) === DELIMITER
  );
  if (at < 0) return refused("it has no delimiter");
  const signed = parts.slice(at + 2, at + 6);
  if (signed.length < 4) return refused("parts are missing");
  if (!signer.isSigned(signed, decoder.decode(parts[at + 1]))) {
    return refused("its signature is not that of the kernel we started");
  }
  const [header, parent, , content] = signed.map(objectOf);
  if (header === undefined || parent === undefined || content === undefined) {
    return refused("a part is not a JSON object");
  }
  const type = textOf(header.msg_type);
  if (type === "") return refused("it has no type");
  const [id, parentId] = [textOf(header.msg_id), textOf(parent.msg_id)];
  return { kind: "message", message: { type, id, parentId, date: textOf(header.date), content } };
}

function refused(reason: string): DecodedMessage {
  return { kind: "refused", reason };
}

function objectOf(part: Uint8Array): Content | undefined {
  try {
    const value: unknown = JSON.parse(decoder.decode(part));
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? value as Content
      : undefined;
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
