import { MarketError } from "../../model/errors.ts";
import type { NetworkFault } from "../../runtime/http.ts";
import type { BinanceApi } from "./api.ts";

/** One side of Binance as configured: whom we talk to and the setting that names it. */
export interface Peer {
  /** `api.binance.com`, with the port when there is one. */
  readonly host: string;
  readonly setting:
    | "binance.restUrl"
    | "binance.streamUrl"
    | "binance.restAlternatives"
    | "binance.streamAlternatives";
  /** Path of the streams there, where the host has several. */
  readonly route?: string;
  /** Another host of the venue, which is asked when this one cannot be reached. */
  readonly next?: string;
}

/** The peer behind a configured URL. @throws {RangeError} when the URL is not one of these protocols. */
export function peerOf(
  setting: Peer["setting"],
  url: string,
  protocols: readonly string[],
): Peer {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !protocols.includes(parsed.protocol)) {
    throw new RangeError(
      `${setting} must be a URL that begins with ${protocols.join("// or ")}//, got ${url}`,
    );
  }
  return { host: parsed.host, setting };
}

const AGAIN = "It is tried again.";

/** Why there is no answer at all. */
export function unreachable(
  { host, setting, next }: Peer,
  fault: NetworkFault,
  { limitMs, cause }: { readonly limitMs: number; readonly cause?: unknown },
): MarketError {
  const again = next === undefined
    ? AGAIN
    : `Next is ${next}, another host of the venue with the same data.`;
  const seconds = Math.round(limitMs / 100) / 10;
  const said: Record<NetworkFault, string> = {
    "host-not-found":
      `The Binance host ${host} cannot be found: no such name, or no network here. Check ${setting} and the internet connection. ${again}`,
    refused:
      `The Binance host ${host} refused the connection: nothing listens there, or a firewall blocks it. Check host and port in ${setting}. ${again}`,
    unreachable:
      `The Binance host ${host} is out of reach: no route from this machine. Check the internet connection, VPN and firewall. ${again}`,
    tls:
      `No trusted TLS connection to the Binance host ${host}: its certificate or its protocol is not accepted (a proxy in between, a wrong local clock, or a port without TLS). Check ${setting}. ${again}`,
    timeout:
      `The Binance host ${host} did not answer within ${seconds} s. Check the internet connection, firewall and ${setting}. ${again}`,
    "not-permitted":
      `Comove was started without permission to reach ${host}. Start it with --allow-net=${host}, or change ${setting}.`,
    "not-http":
      `${host} answered, but not as Binance: it does not speak HTTP. Check host and port in ${setting}.`,
    lost:
      `The connection to the Binance host ${host} broke before it answered. Check the internet connection if it happens often. ${again}`,
  };
  const code = fault === "not-http" ? "not-binance" : fault;
  const isFinal = fault === "not-http" || fault === "not-permitted";
  if (!isFinal) return failure(code, "retry", said[fault], { cause });
  // A bad alternative must not end a feed whose own host may come back.
  const isAlternative = setting.endsWith("Alternatives");
  return isAlternative
    ? failure(code, "retry", `${said[fault]} ${again}`, { cause })
    : failure(code, "configure", said[fault], { cause });
}

/** Delays taken when the venue names none, venue ms. */
const LIMITED_MS = 60_000;
const BANNED_MS = 120_000;

/**
 * Why an HTTP status (of a request, or of a refused WebSocket upgrade) is no data; undefined for a status
 * that does not speak for itself.
 *
 * @param detail what the venue said, if anything.
 */
export function refusedByStatus(
  { host, setting }: Peer,
  status: number,
  { retryAfterMs, detail = "" }: { readonly retryAfterMs?: number; readonly detail?: string } = {},
): MarketError | undefined {
  const said = detail === "" ? "" : ` It said: ${detail}`;
  if (status === 451) {
    return failure(
      "geo-blocked",
      "configure",
      `Binance does not serve this location (HTTP 451 from ${host}), so it is not retried. Use a permitted network or another venue host in ${
        bothSettings(setting)
      }.${said}`,
    );
  }
  if (status === 403) {
    return failure(
      "forbidden",
      "configure",
      `Binance's firewall turned the request away (HTTP 403 from ${host}), so it is not retried. Wait some minutes, change the network, or set another venue host in ${
        bothSettings(setting)
      }.`,
    );
  }
  if (status === 429 || status === 418) {
    const waitMs = retryAfterMs ?? (status === 429 ? LIMITED_MS : BANNED_MS);
    const [code, what] = status === 429
      ? ["rate-limited", "Binance asks for fewer requests (HTTP 429"]
      : ["banned", "Binance has banned this address for too many requests (HTTP 418"];
    return failure(
      code,
      "wait",
      `${what} from ${host}). Comove waits ${
        Math.ceil(waitMs / 1_000)
      } s before it asks again; other programs on this address share the limit.`,
      { retryAfterMs: waitMs },
    );
  }
  if (status >= 500) {
    return failure(
      "server-error",
      "retry",
      `Binance has trouble of its own (HTTP ${status} from ${host}). ${AGAIN}${said}`,
    );
  }
  return undefined;
}

/** After so long a refused history is asked for again, venue ms. */
const REFUSED_MS = 10 * 60_000;

/** Requests are refused for good (403, 451) at a venue whose stream flows: that is no reason to end it. */
export function refusedHistory({ host }: Peer, { code }: MarketError): MarketError {
  const status = code === "geo-blocked" ? 451 : 403;
  return failure(
    code,
    "wait",
    `Binance refuses requests at ${host} (HTTP ${status}), though its streams have been served here. They go on; what is missing stays listed. Comove asks again in ${
      REFUSED_MS / 60_000
    } min; if it lasts, use another network.`,
    { retryAfterMs: REFUSED_MS },
  );
}

/** The rate limit was met earlier, by this or another user of the host. */
export function stillLimited({ host }: Peer, waitMs: number, isBanned: boolean): MarketError {
  const [code, what] = isBanned
    ? ["banned", `Binance still bans this address at ${host}`]
    : ["rate-limited", `Binance's request limit at ${host} is used up`];
  return failure(
    code,
    "wait",
    `${what}. Comove asks again in ${
      Math.ceil(waitMs / 1_000)
    } s; other programs on this address share the limit.`,
    { retryAfterMs: waitMs },
  );
}

/** All feeds of this process together have dialled a host as often as they may. */
export function dialledOften({ host }: Peer, waitMs: number): MarketError {
  return failure(
    "dialled-often",
    "wait",
    `The streams of ${host} have been opened as often as is decent within five minutes. Comove opens the next in ${
      Math.ceil(waitMs / 1_000)
    } s; check the internet connection if streams keep breaking.`,
    { retryAfterMs: waitMs },
  );
}

/**
 * Somebody answers there, but it is not Binance.
 *
 * @param isKnown it has answered as Binance before: then something stands in between for a while.
 */
export function notBinance({ host, setting }: Peer, what: string, isKnown: boolean): MarketError {
  const text = `${host} answered, but not as Binance (${what}).`;
  return isKnown
    ? failure(
      "not-binance",
      "retry",
      `${text} It did before, so a proxy or captive portal may stand in between. ${AGAIN}`,
    )
    : failure(
      "not-binance",
      "configure",
      `${text} Check ${setting}; a captive portal or proxy may also answer in its place.`,
    );
}

/** The venue refused a request with a reason of its own. */
export function refusedRequest({ host }: Peer, code: number, text: string): MarketError {
  return failure(
    "refused-request",
    "retry",
    `Binance refused a request at ${host}: ${text} (${code}). ${AGAIN}`,
  );
}

export function unknownSymbol({ host }: Peer, symbol: string, api: BinanceApi): MarketError {
  return failure(
    "unknown-symbol",
    "configure",
    `Binance does not know symbol ${symbol} (asked at ${host}). Check binance.symbols: ${api.symbols} are written BTCUSDT, ETHUSDT.`,
    { instrument: symbol },
  );
}

/** The stream took the subscription and then said nothing. */
export function noFirstData(
  { host, setting, route = "" }: Peer,
  stream: string,
  { symbol, silentMs, api, unreadable }: {
    readonly symbol: string;
    readonly silentMs: number;
    readonly api: BinanceApi;
    readonly unreadable: number;
  },
): MarketError {
  const sent = unreadable === 0
    ? "sent nothing"
    : `of what it sent, ${unreadable} frames could not be used (the log says why), and no kline came`;
  return failure(
    "no-first-data",
    "retry",
    `Binance accepted the subscription ${stream} at ${host}${route} but ${sent} for ${
      Math.round(silentMs / 1_000)
    } s. Check that ${symbol} trades in the ${api.title} and that ${setting} is a market-data host such as ${api.streamUrl}. ${AGAIN}`,
    { instrument: symbol },
  );
}

/** A stream that had delivered went quiet while its socket stayed open. */
export function silentStream(peer: Peer, stream: string, silence: Silence): MarketError {
  return silent(
    peer,
    stream,
    silence,
    ": socket open but silent. The connection is replaced and what was missed is fetched.",
  );
}

/** Klines show trades that the trade stream does not bring. */
export function silentTrades(peer: Peer, stream: string, silence: Silence): MarketError {
  return silent(
    peer,
    stream,
    silence,
    " although there are trades. It is asked for again; minutes are not affected.",
  );
}

interface Silence {
  readonly symbol: string;
  readonly silentMs: number;
}

function silent(
  { host }: Peer,
  stream: string,
  { symbol, silentMs }: Silence,
  what: string,
): MarketError {
  const seconds = Math.round(silentMs / 1_000);
  const message = `Binance's ${stream} at ${host} is silent for ${seconds} s${what}`;
  return failure("silent", "retry", message, { instrument: symbol });
}

/** An open stream ended. */
export function streamLost({ host }: Peer, code: number, reason: string): MarketError {
  const why = reason === "" ? `code ${code}` : `code ${code}, ${reason.slice(0, 100)}`;
  return failure(
    "lost",
    "retry",
    `The Binance stream ${host} ended (${why}). It is opened again and what was missed is fetched.`,
  );
}

/** The other setting is named too: whoever moves must move both. */
function bothSettings(setting: Peer["setting"]): string {
  return setting === "binance.restUrl" || setting === "binance.restAlternatives"
    ? "binance.restUrl and binance.streamUrl"
    : "binance.streamUrl and binance.restUrl";
}

function failure(
  code: string,
  remedy: ConstructorParameters<typeof MarketError>[1],
  message: string,
  options: { instrument?: string; retryAfterMs?: number; cause?: unknown } = {},
): MarketError {
  return new MarketError(code, remedy, message, { venue: "binance", ...options });
}
