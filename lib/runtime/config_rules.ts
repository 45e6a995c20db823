import { hostOfOtherMarket, urlsOf } from "./binance_hosts.ts";
import { ConfigError } from "./config_error.ts";
import type { Config } from "./config_schema.ts";

/** Rules that more than one key has a part in. @throws {ConfigError} */
export function assertUsable(config: Config): void {
  const { ibkr, binance } = config;
  if (ibkr.futures.length + binance.symbols.length === 0) {
    throw new ConfigError(
      "ibkr.futures and binance.symbols must name at least one instrument between them, got none",
    );
  }
  const stray = hostOfOtherMarket(binance);
  if (stray !== undefined) {
    throw new ConfigError(
      `binance.market is ${binance.market}, and ${stray} serves the other market; leave the hosts of Binance out to take the usual ones`,
    );
  }
  assertSpeedIsSimulated(config);
}

/** Another speed than real time makes sense only against a simulator, and those are on this machine. */
function assertSpeedIsSimulated({ source, clock, ibkr, binance }: Config): void {
  if (clock.speed === 1 || source !== "live") return;
  const hosts = [
    ...(ibkr.futures.length > 0 ? [ibkr.host] : []),
    ...(binance.symbols.length > 0 ? urlsOf(binance).map(hostOf) : []),
  ];
  const real = hosts.find((name) => !isLoopback(name));
  if (real !== undefined) {
    throw new ConfigError(
      `clock.speed must be 1 against a real venue, got ${clock.speed} with ${real}; other speeds are for simulators on this machine`,
    );
  }
}

function hostOf(address: string): string {
  return new URL(address).hostname;
}

/** True for names and addresses of this machine. */
export function isLoopback(name: string): boolean {
  return /^(127\.\d+\.\d+\.\d+|localhost|\[?::1\]?)$/.test(name);
}
