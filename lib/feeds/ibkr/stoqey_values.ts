import { type Contract, type ContractDetails, SecType } from "@stoqey/ib";
import { ianaZone, parseDate, zonedTime } from "../../calendar/zone.ts";
import { cutText } from "../../model/cut_text.ts";
import { SECOND } from "../../model/time.ts";
import type { ListedFuture, VenueBar } from "./gateway.ts";
import type { TcpSocket } from "../../runtime/tcp_socket.ts";

/** The parts of the pinned package that are wrapped. It offers no public place to stand between. */
export interface Internals {
  readonly controller: {
    rateLimiter: (tokens: unknown[]) => void;
    pause(): void;
    readonly socket: {
      _status: number;
      _clientId: number;
      connect(clientId: number): void;
      onConnect(): void;
      onData(data: Uint8Array): void;
      onEnd(): void;
      onError(error: Error & { code?: string }): void;
      send(tokens: unknown[]): void;
      /** Node's socket, once connecting. */
      client?: TcpSocket;
    };
  };
}

const BAR_TIME = /^(\d{8})(?: +(\d\d):(\d\d):00 (\S.*))?$/;

/** All a data request needs: the contract's own id and where it trades. */
export function contractOf({ contractId, symbol, exchange, currency }: ListedFuture): Contract {
  return { conId: contractId, symbol, secType: SecType.FUT, exchange, currency };
}

export function futureOf({ contract, ...details }: ContractDetails): ListedFuture {
  const text = (value: string | undefined) => cutText(value ?? "");
  return {
    contractId: contract.conId ?? 0,
    symbol: text(contract.symbol),
    tradingClass: text(contract.tradingClass),
    localSymbol: text(contract.localSymbol),
    lastTradeDate: text(
      contract.lastTradeDate || details.realExpirationDate || contract.lastTradeDateOrContractMonth,
    ),
    contractMonth: text(details.contractMonth),
    exchange: text(contract.exchange),
    currency: text(contract.currency),
    multiplier: contract.multiplier,
    timeZone: text(details.timeZoneId),
    tradingHours: details.tradingHours ?? "",
  };
}

/** Absent sizes are unknown, and −1 is how TWS writes "none". */
export function barOf(
  time: number,
  { open, high, low, close, volume, vwap, trades }: {
    open: number;
    high: number;
    low: number;
    close: number;
    volume: number | undefined;
    vwap: number | undefined;
    trades: number | undefined;
  },
): VenueBar {
  const known = (value: number | undefined) => value === undefined || value < 0 ? undefined : value;
  return {
    time,
    open,
    high,
    low,
    close,
    volume: volume ?? NaN,
    vwap: known(vwap),
    trades: known(trades),
  };
}

/**
 * When a bar of history begins, epoch ms. Asked for are epoch seconds; the bar of a whole trading day has its
 * date instead, and a time with its zone (`20261202 09:00:00 US/Central`) is read as what it says. NaN for
 * anything else.
 */
export function barTime(text: string): number {
  const [, date = "", hour, minute, zoneName = ""] = BAR_TIME.exec(text) ?? [];
  const day = parseDate(date);
  if (day === undefined) return text === "" ? NaN : Number(text) * SECOND;
  if (hour === undefined) return zonedTime(day, { hour: 0 }, "Etc/UTC");
  const zone = ianaZone(zoneName);
  if (zone === undefined || Number(hour) > 23 || Number(minute) > 59) return NaN;
  return zonedTime(day, { hour: Number(hour), minute: Number(minute) }, zone);
}

/** `localhost` may stand for several addresses, tried in turn; their errors come bundled. */
export function firstCode(error: Error): string | undefined {
  const { errors } = error as { errors?: readonly { code?: string }[] };
  return errors?.[0]?.code;
}
