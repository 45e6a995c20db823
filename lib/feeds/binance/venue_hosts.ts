import type { MarketError } from "../../model/errors.ts";
import type { NetworkFault } from "../../runtime/http.ts";
import { type Peer, peerOf, unreachable } from "./explain.ts";

export interface VenueHostsOptions {
  readonly setting: Peer["setting"];
  /** The host wanted most. */
  readonly url: string;
  /** Other hosts of the same venue with the same data, in the order they are to be tried. */
  readonly alternatives: readonly string[];
  /** `["wss:", "ws:"]` */
  readonly protocols: readonly string[];
  /** Path of the streams there, told where it may be the wrong one. @default "" */
  readonly route?: string;
}

/** One host, with how to reach it. */
export interface VenueHost extends Peer {
  /** Without a slash at the end. */
  readonly url: string;
}

/**
 * The hosts that serve one side of Binance with the same data. The present one is used until it cannot be
 * reached; then the next takes its place, round and round. A host that answers is never left: a refusal
 * (451, 403, 429, 418) is the venue's word, and another host is no way around it.
 */
export class VenueHosts {
  readonly #hosts: readonly VenueHost[];
  #index = 0;

  /** @throws {RangeError} when a URL is none, or stands twice. */
  constructor({ setting, url, alternatives, protocols, route = "" }: VenueHostsOptions) {
    const urls = [url, ...alternatives].map((one) => one.replace(/\/+$/, ""));
    const again = urls.find((one, i) => urls.indexOf(one) < i);
    if (again !== undefined) {
      throw new RangeError(`${setting} and its alternatives must be different, got ${again} twice`);
    }
    const peers = urls.map((one, i) =>
      peerOf(i === 0 ? setting : alternativesOf(setting), one, protocols)
    );
    this.#hosts = peers.map((peer, i) => {
      const next = peers.length > 1 ? peers[(i + 1) % peers.length]!.host : undefined;
      return { ...peer, url: urls[i]!, route, ...(next === undefined ? {} : { next }) };
    });
  }

  /** The one in use. */
  get present(): VenueHost {
    return this.#hosts[this.#index]!;
  }

  /** All names, the one wanted most first. */
  get names(): readonly string[] {
    return this.#hosts.map(({ host }) => host);
  }

  /** Explains why a host gave no answer at all, and turns to the next one where that may help. */
  unreachable(
    host: VenueHost,
    fault: NetworkFault,
    options: { readonly limitMs: number; readonly cause?: unknown },
  ): MarketError {
    const error = unreachable(host, fault, options);
    // Late word from a host that was left already changes nothing.
    if (error.isPassing && host === this.present) {
      this.#index = (this.#index + 1) % this.#hosts.length;
    }
    return error;
  }
}

function alternativesOf(setting: Peer["setting"]): Peer["setting"] {
  return setting === "binance.restUrl" || setting === "binance.restAlternatives"
    ? "binance.restAlternatives"
    : "binance.streamAlternatives";
}
