import type { Config } from "../feeds/config.ts";
import { MarketError } from "../model/errors.ts";
import { isLoopback } from "../runtime/address.ts";
import { randomToken } from "../runtime/random_token.ts";
import { readSecret } from "../runtime/secret.ts";

/** How an API is reached. */
export interface ApiSettings {
  readonly host: string;
  readonly token: string;
  /** The token was made for this run. */
  readonly isTokenMade: boolean;
}

/**
 * Reads `api` of a configuration. Without a token a random one is made, on loopback alone.
 *
 * @param folder where a relative path of the token begins.
 * @throws {MarketError} `api-open` for an address that others reach without a token, or without names to answer to.
 */
export async function apiSettings({ api }: Config, folder: string): Promise<ApiSettings> {
  const { host, token, hosts } = api;
  if (!isLoopback(host)) {
    if (token === null) throw open(`api.token must be set with api.host ${host}: others reach it`);
    if (hosts.length === 0) {
      throw open(
        `api.hosts must list the names by which ${host} is reached, such as desk.lan, got none`,
      );
    }
  }
  if (token === null) return { host, token: randomToken(), isTokenMade: true };
  return { host, token: await readSecret("api.token", token, { folder }), isTokenMade: false };
}

function open(message: string): MarketError {
  return new MarketError("api-open", "configure", `${message}.`);
}
