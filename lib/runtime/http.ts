import { isLoopback } from "./address.ts";
import { directGet } from "./direct_get.ts";
import { isPermitted } from "./permission.ts";
import { mayDivertLoopback } from "./proxy.ts";

/** An HTTP answer, whatever its status. Header names are lowercase. */
export interface HttpReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface HttpGetOptions {
  /** For the whole exchange, body included; local ms. */
  readonly timeoutMs: number;
  /** Ends the exchange at once; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Asks by HTTP GET. Redirects are not followed: an API does not redirect, a captive portal does.
 *
 * @throws {HttpFailure} when there is no answer.
 */
export type HttpGet = (url: string, options: HttpGetOptions) => Promise<HttpReply>;

/** Why a peer could not be reached or did not answer. */
export type NetworkFault =
  | "host-not-found"
  | "refused"
  | "unreachable"
  | "tls"
  | "timeout"
  | "not-permitted"
  | "proxy"
  | "not-http"
  | "lost";

/** Each as a part of a sentence. */
export const NETWORK_FAULTS: Readonly<Record<NetworkFault, string>> = {
  "host-not-found": "no host of that name is found",
  "refused": "nothing listens there",
  "unreachable": "no way leads there",
  "tls": "no trusted TLS connection",
  "timeout": "no answer in time",
  "not-permitted": "this process may not connect there",
  "proxy": "the proxy on the way does not let a connection through",
  "not-http": "it does not speak HTTP",
  "lost": "the connection broke",
};

/** No answer came. */
export class HttpFailure extends Error {
  override readonly name: string = "HttpFailure";
  readonly fault: NetworkFault;

  constructor(fault: NetworkFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.fault = fault;
  }
}

/** The longest ban of any venue, three days: who asks for a longer wait was not understood. */
export const LONGEST_WAIT_MS = 3 * 24 * 3_600_000;

/**
 * `Retry-After` as ms, from seconds or from a date; undefined when it is absent, neither of them, or longer than
 * any ban.
 *
 * @param now the server's own time (its `Date` header), epoch ms. @default dates are not read
 */
export function retryAfterOf(header: string | undefined, now = NaN): number | undefined {
  if (header === undefined || header.trim() === "") return undefined;
  const waitMs = /^\s*[\d.]+\s*$/.test(header)
    ? Number(header) * 1_000
    : Math.max(0, (httpDateOf(header) ?? NaN) - now);
  return waitMs >= 0 && waitMs <= LONGEST_WAIT_MS ? waitMs : undefined;
}

/** A date as HTTP writes it (RFC 9110, 5.6.7, all three forms), epoch ms; undefined for anything else. */
export function httpDateOf(header: string | undefined): number | undefined {
  const text = header?.trim() ?? "";
  if (text.length > 40 || !/^[A-Z][a-z]+,? /.test(text)) return undefined;
  // The oldest form, of C's asctime, leaves the zone out.
  const time = Date.parse(text.endsWith("GMT") ? text : `${text} GMT`);
  return Number.isNaN(time) ? undefined : time;
}

/** Longer bodies are cut off: nothing Comove asks for is near it. */
const MAX_BODY_BYTES = 8_000_000;

/**
 * {@link HttpGet} by the machine's `fetch`, which goes through a proxy of the environment; what is on this machine
 * is asked directly. Timeouts and aborts leave nothing behind.
 */
export const fetchGet: HttpGet = async (url, { timeoutMs, signal, headers = {} }) => {
  if (signal?.aborted) throw signal.reason;
  const ending = new AbortController();
  let isLate = false;
  const onAbort = () => ending.abort(signal?.reason);
  signal?.addEventListener("abort", onAbort, { once: true });
  const timer = setTimeout(() => {
    isLate = true;
    ending.abort();
  }, timeoutMs);
  try {
    const body = new Body();
    const asked = {
      headers,
      signal: ending.signal,
      onChunk: (chunk: Uint8Array) => body.add(chunk),
    };
    const isDirect = isLoopback(new URL(url).hostname) && mayDivertLoopback();
    const reply = await (isDirect ? permittedDirectGet : fetchParts)(url, asked);
    return { ...reply, text: body.text() };
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    if (isLate) throw new HttpFailure("timeout", `no answer within ${timeoutMs} ms`);
    if (error instanceof HttpFailure) throw error;
    throw new HttpFailure(networkFaultOf(error), textOf(error), { cause: error });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  }
};

/** A body as it comes in, as long as it may be. */
class Body {
  readonly #decoder = new TextDecoder();
  #text = "";
  #bytes = 0;

  /** @throws {HttpFailure} when it gets too long. */
  add(chunk: Uint8Array): void {
    this.#bytes += chunk.length;
    if (this.#bytes > MAX_BODY_BYTES) {
      throw new HttpFailure("lost", `the body is longer than ${MAX_BODY_BYTES} bytes`);
    }
    this.#text += this.#decoder.decode(chunk, { stream: true });
  }

  text(): string {
    return this.#text + this.#decoder.decode();
  }
}

type Exchange = typeof directGet;

const fetchParts: Exchange = async (url, { headers, signal, onChunk }) => {
  const reply = await fetch(url, { headers, redirect: "manual", signal });
  for await (const chunk of reply.body ?? []) onChunk(chunk);
  return { status: reply.status, headers: Object.fromEntries(reply.headers) };
};

const permittedDirectGet: Exchange = (url, options) => {
  // Without the permission, Node's sockets throw where nobody can catch it.
  if (isPermitted(url)) return directGet(url, options);
  return Promise.reject(new HttpFailure("not-permitted", `no permission to reach ${url}`));
};

/** Wordings and system codes of Deno's `fetch`, Deno's Node sockets and rustls, most telling first. */
const SIGNS: readonly (readonly [NetworkFault, RegExp])[] = [
  ["not-permitted", /NotCapable|Requires net access|permission/i],
  ["proxy", /unsuccessful tunnel|proxy authentication required|socks/i],
  ["host-not-found", /ENOTFOUND|EAI_AGAIN|dns error|failed to lookup|name or service not known/i],
  ["refused", /ECONNREFUSED|connection refused|Requests to port \d+ are blocked/i],
  ["unreachable", /EHOSTUNREACH|ENETUNREACH|no route to host|network is unreachable/i],
  ["timeout", /ETIMEDOUT|timed out/i],
  ["tls", /certificate|CERT_|tls|ssl|handshake|InvalidContentType|corrupt message/i],
  ["not-http", /HPE_|Parse Error|invalid HTTP|Missing expected|Invalid Upgrade|Sec-WebSocket/i],
];

/** Finds from an error of `fetch` or of a socket what is the matter with the peer. */
export function networkFaultOf(error: unknown): NetworkFault {
  const text = textOf(error);
  return SIGNS.find(([, sign]) => sign.test(text))?.[0] ?? "lost";
}

/** The error's code, name and message, and its causes', in one text. */
function textOf(error: unknown, depth = 0): string {
  if (!(error instanceof Error)) return String(error);
  const code = (error as { code?: unknown }).code;
  const own = [code, error.name, error.message].filter((part) => typeof part === "string");
  const cause = error.cause === undefined || depth > 3 ? [] : [textOf(error.cause, depth + 1)];
  return [...own, ...cause].join(" ");
}
