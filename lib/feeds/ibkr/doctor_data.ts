import type { Random } from "../../runtime/random.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { ConnectTcp } from "../../runtime/tcp_socket.ts";
import { broken, type Finding, ok, optional } from "../finding.ts";
import { askForData, type DataAnswer } from "./data_check.ts";
import type { FutureQuery, IndexQuery } from "./gateway.ts";
import type { IbkrOptions } from "./options.ts";
import { stoqeyGatewayOver } from "./stoqey_gateway.ts";

/** Asked about even where it is not followed. */
const VIX: IndexQuery = { symbol: "VIX", exchange: "CBOE" };
/** TWS looks contracts up before it answers; in times of the limit of a check. */
const LIMITS = 3;
/** Names of IBKR's subscriptions, by exchange. */
const SUBSCRIPTIONS: Readonly<Record<string, string>> = {
  CME: "CME Real-Time (NP, L1)",
  CBOT: "CBOT Real-Time (NP, L1)",
  COMEX: "COMEX Real-Time (NP, L1)",
  CBOE: "Cboe Streaming Market Indexes",
};

/** The settings that {@link checkData} reads. */
export interface DataSettings {
  readonly host: string;
  readonly port: number;
  readonly futures: readonly FutureQuery[];
  readonly indices: readonly IndexQuery[];
  readonly manualExpiry: string | null;
  readonly marketDataType: IbkrOptions["marketDataType"];
}

/** A line for each future and index: live, delayed or none. An index is never needed. */
export async function checkData(
  settings: DataSettings,
  { clock, random, connectTcp, limitMs }: {
    readonly clock: Clock;
    readonly random: Random;
    readonly connectTcp: ConnectTcp;
    readonly limitMs: number;
  },
): Promise<Finding[]> {
  const { host, port, futures, indices, manualExpiry, marketDataType } = settings;
  const isFollowed = indices.some(({ symbol }) => symbol === VIX.symbol);
  const { answers, isSimulated } = await askForData({
    host,
    port,
    futures,
    indices: isFollowed ? indices : [...indices, VIX],
    manualExpiry,
    openGateway: stoqeyGatewayOver(connectTcp),
    clock,
    random,
    limitMs: LIMITS * limitMs,
  });
  if (answers.length === 0) {
    return [broken(
      "Data",
      "a second connection for asking was not accepted",
      "look at the Gateway's window, and at the number of its API clients; then try again",
    )];
  }
  const indexIds = new Set([VIX, ...indices].map(({ symbol }) => symbol));
  return answers.map((answer) =>
    indexIds.has(answer.instrument)
      ? optional(indexFinding(answer, isSimulated, isFollowed || answer.instrument !== VIX.symbol))
      : futureFinding(answer, isSimulated, marketDataType)
  );
}

function futureFinding(
  answer: DataAnswer,
  isSimulated: boolean,
  wanted: IbkrOptions["marketDataType"],
): Finding {
  const { instrument, exchange, outcome } = answer;
  const name = `Data ${instrument}`;
  if (outcome.kind === "live") {
    return ok(name, `${kindText("live", isSimulated)}${contractText(answer)}`);
  }
  if (outcome.kind === "delayed") {
    const what = `${kindText("delayed", isSimulated)}${contractText(answer)}`;
    if (wanted !== "live" && wanted !== "frozen") {
      return ok(name, `${what}, which ibkr.marketDataType: ${wanted} takes`);
    }
    return broken(
      name,
      `${what}; no live data of ${exchange} for the API`,
      `${subscribe(exchange)}; or set ibkr.marketDataType: delayed, which needs no subscription`,
    );
  }
  return refusedFinding(name, answer, "ibkr.futures and ibkr.manualExpiry");
}

function indexFinding(answer: DataAnswer, isSimulated: boolean, isFollowed: boolean): Finding {
  const { instrument, exchange, outcome } = answer;
  const name = `Data ${instrument}`;
  if (outcome.kind !== "live" && outcome.kind !== "delayed") {
    return refusedFinding(name, answer, "ibkr.indices");
  }
  const follow = isFollowed
    ? ""
    : `; to follow it: ibkr.indices: [{ symbol: ${instrument}, exchange: ${exchange} }]`;
  return ok(name, `${kindText(outcome.kind, isSimulated)}${follow}`);
}

function refusedFinding(
  name: string,
  { instrument, exchange, outcome }: DataAnswer,
  keys: string,
): Finding {
  if (outcome.kind !== "refused") {
    return broken(
      name,
      "TWS did not answer in time",
      "try again in a minute; if it stays so, look at the Gateway's window or restart it",
    );
  }
  const { cause, code } = outcome;
  const why = code === undefined ? "" : ` (code ${code})`;
  switch (cause) {
    case "competing":
      return broken(
        name,
        `none: another session of this IBKR user has the data${why}`,
        "log out there (TWS, mobile, Client Portal), or use a second user name for the API",
      );
    case "contract":
      return broken(
        name,
        `none: IBKR lists no contract of ${instrument} on ${exchange}${why}`,
        `check ${keys}`,
      );
    case "permission":
    case "no-delayed":
      return broken(name, `none, neither live nor delayed${why}`, subscribe(exchange));
    case "scarce":
      return broken(
        name,
        `none: all market-data lines are in use${why}`,
        "close watchlists or other API programs",
      );
    default:
      return broken(name, `none: TWS refused the snapshot${why}`, "try again in a minute");
  }
}

function kindText(kind: "live" | "delayed", isSimulated: boolean): string {
  const text = kind === "live" ? "live" : "delayed by 10 to 15 minutes";
  return isSimulated ? `${text}, of a simulated account` : text;
}

function contractText({ contract }: DataAnswer): string {
  return contract === undefined ? "" : ` (${contract})`;
}

function subscribe(exchange: string): string {
  const name = SUBSCRIPTIONS[exchange] ?? `the real-time data of ${exchange}`;
  return `subscribe to ${name} in Client Portal, Settings, Market Data Subscriptions, and share it with the paper account`;
}
