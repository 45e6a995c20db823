import type { MarketError } from "../../model/errors.ts";
import { AGAIN, failure, type Named, type Peer } from "./peer.ts";

/** All feeds of this process together have dialled a host as often as they may. */
export function dialledOften(peer: Peer, waitMs: number): MarketError {
  return failure(
    peer,
    "dialled-often",
    "wait",
    `The streams of ${peer.host} have been opened as often as is decent within five minutes. Comove opens the next in ${
      Math.ceil(waitMs / 1_000)
    } s; check the internet connection if streams keep breaking.`,
    { retryAfterMs: waitMs },
  );
}

/** The stream took the subscription and then said nothing. */
export function noFirstData(
  peer: Peer,
  topic: string,
  { id, symbol, silentMs, unreadable }: Silence & { readonly unreadable: number },
): MarketError {
  const { host, setting, route = "", words: { title, market, streamUrl } } = peer;
  const sent = unreadable === 0
    ? "sent nothing"
    : `of what it sent, ${unreadable} frames could not be used (the log says why), and no bar came`;
  return failure(
    peer,
    "no-first-data",
    "retry",
    `${title} accepted the subscription ${topic} at ${host}${route} but ${sent} for ${
      Math.round(silentMs / 1_000)
    } s. Check that ${symbol} trades in the ${market} and that ${setting} is a market-data host such as ${streamUrl}. ${AGAIN}`,
    { instrument: id },
  );
}

/** The venue announces that it is not as usual. */
export function announced(peer: Peer, what: string): MarketError {
  const { host, words: { title } } = peer;
  const text =
    `${title} announces at ${host}: ${what}. Streams go on as far as it serves them, and what is missed is fetched.`;
  return failure(peer, "announced", "wait", text);
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

interface Silence extends Named {
  readonly silentMs: number;
}

function silent(
  peer: Peer,
  topic: string,
  { id, silentMs }: Silence,
  what: string,
): MarketError {
  const { host, words: { title } } = peer;
  const message = `${title}'s ${topic} at ${host} is silent for ${
    Math.round(silentMs / 1_000)
  } s${what}`;
  return failure(peer, "silent", "retry", message, { instrument: id });
}

/** An open stream ended. */
export function streamLost(peer: Peer, code: number, reason: string): MarketError {
  const why = reason === "" ? `code ${code}` : `code ${code}, ${reason.slice(0, 100)}`;
  return failure(
    peer,
    "lost",
    "retry",
    `The ${peer.words.title} stream ${peer.host} ended (${why}). It is opened again and what was missed is fetched.`,
  );
}
