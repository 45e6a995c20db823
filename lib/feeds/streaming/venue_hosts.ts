import { withoutSlashes } from "../../model/without_slashes.ts";
import type { MarketError } from "../../model/errors.ts";
import type { NetworkFault } from "../../runtime/http.ts";
import { proxyFor } from "../../runtime/proxy.ts";
import type { VenueRefusal, VenueWords } from "./adapter.ts";
import { hostOf, type Peer } from "./peer.ts";
import { refusedByStatus, unreachable } from "./refusals.ts";
import { RefusalWaits } from "./refusal_waits.ts";

export interface VenueHostsOptions {
  readonly words: VenueWords;
  /** Which side of the venue: what its settings begin with. */
  readonly side: "rest" | "stream";
  /** The host wanted most. */
  readonly url: string;
  /** Other hosts of the same venue with the same data, in the order they are to be tried. */
  readonly alternatives: readonly string[];
  /** Path of the streams there, for messages where it may be the wrong one. @default "" */
  readonly route?: string;
}

/** One host, with how to reach it. */
export interface VenueHost extends Peer {
  /** Without a slash at the end. */
  readonly url: string;
}

/** How a host refused a request or an upgrade. */
export interface HostRefusal {
  readonly status: number;
  /** From its `Retry-After`. */
  readonly retryAfterMs: number | undefined;
  /** What the venue itself wrote; undefined when it wrote nothing. */
  readonly refusal: VenueRefusal | undefined;
  /** The venue's time as far as it is known, epoch ms. */
  readonly venueTime: number;
}

/** The venue's time is not known to the last ms, and asking a moment too early prolongs a ban. */
const UNTIL_MARGIN_MS = 1_000;

const PROTOCOLS = { rest: ["https:", "http:"], stream: ["wss:", "ws:"] } as const;

/**
 * The hosts that serve one side of a venue with the same data. The present one is used until it cannot be
 * reached; then the next takes its place, round and round. A host that answers is never left: a refusal
 * (451, 403, 429, 418) is the venue's decision, and another host is no way around it.
 */
export class VenueHosts {
  readonly #hosts: readonly VenueHost[];
  readonly #waits = new RefusalWaits();
  #index = 0;
  #wasServed = false;

  /** @throws {RangeError} when a URL is none, or stands twice. */
  constructor({ words, side, url, alternatives, route = "" }: VenueHostsOptions) {
    const own = `${words.section}.${side}Url`;
    const urls = [url, ...alternatives].map(withoutSlashes);
    const again = urls.find((one, i) => urls.indexOf(one) < i);
    if (again !== undefined) {
      throw new RangeError(`${own} and its alternatives must be different, got ${again} twice`);
    }
    const settingOf = (i: number) => i === 0 ? own : `${words.section}.${side}Alternatives`;
    const names = urls.map((one, i) => hostOf(settingOf(i), one, PROTOCOLS[side]));
    this.#hosts = urls.map((one, i) => {
      const next = names.length > 1 ? names[(i + 1) % names.length] : undefined;
      return {
        words,
        host: names[i]!,
        setting: settingOf(i),
        isAlternative: i > 0,
        url: one,
        route,
        ...(next === undefined ? {} : { next }),
      };
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

  /**
   * Explains a refusal, and how long it is waited out: as the venue says by `Retry-After` or in its text, else
   * longer each time. Undefined for a status that is ambiguous by itself.
   */
  refused(host: Peer, { status, retryAfterMs, refusal, venueTime }: HostRefusal) {
    const untilMs = refusal?.until === undefined
      ? undefined
      : refusal.until - venueTime + UNTIL_MARGIN_MS;
    return refusedByStatus(host, statusOf(status, refusal?.means), {
      answered: status,
      wasServed: this.#wasServed,
      waitFor: (kind) => this.#waits.next(kind, [retryAfterMs, untilMs]),
      retryAfterMs,
      detail: refusal?.text,
    });
  }

  /** The venue has answered or streams: it refuses no more. */
  served(): void {
    this.#wasServed = true;
    this.#waits.over();
  }

  /** Explains why a host gave no answer at all, and turns to the next one where that may help. */
  unreachable(
    host: VenueHost,
    fault: NetworkFault,
    options: { readonly limitMs: number; readonly cause?: unknown },
  ): MarketError {
    const error = unreachable(host, fault, { ...options, proxy: proxyFor(host.url) });
    // What a host that was left already does late changes nothing.
    if (error.isPassing && host === this.present) {
      this.#index = (this.#index + 1) % this.#hosts.length;
    }
    return error;
  }
}

/** Some venues refuse with another status and say why in the body. */
function statusOf(status: number, means: VenueRefusal["means"]): number {
  switch (means) {
    case "banned":
      return 418;
    case "rate-limited":
      return status === 418 ? 418 : 429;
    case "server-error":
      return Math.max(status, 500);
    default:
      return status;
  }
}
