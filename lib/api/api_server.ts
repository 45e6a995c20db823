import type { BusFigures } from "../bus/bus_gauge.ts";
import type { Config } from "../feeds/config.ts";
import type { Market } from "../market/market.ts";
import { isLoopback } from "../runtime/address.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Log } from "../runtime/log.ts";
import type { UpgradeToSocket, WebHandler } from "../runtime/web_server.ts";
import type { StoreOfMarket } from "../store/store_of.ts";
import { AlertLog } from "./alert_log.ts";
import { AnswerTimes } from "./answer_times.ts";
import { ApiApp } from "./api_app.ts";
import type { ApiContext } from "./api_context.ts";
import { BarRows } from "./bar_rows.ts";
import { BASE_PATH } from "./base_path.ts";
import { Allowance } from "./guard/allowance.ts";
import { foreignProblem } from "./guard/own_address.ts";
import { Login } from "./guard/login.ts";
import { tokenProblem } from "./guard/token_check.ts";
import { assertUpgrade } from "./guard/assert_upgrade.ts";
import { MarketChanges } from "./market_changes.ts";
import { canChange, otherMethod } from "./methods.ts";
import { ApiProblem } from "./problem.ts";
import { ROUTES } from "./routes/mod.ts";
import { eventStream } from "./stream/event_stream.ts";
import { readBySocket } from "./stream/socket_reader.ts";
import { StreamHub } from "./stream/stream_hub.ts";
import { keptRules } from "./kept_rules.ts";

/** What an API server needs of the outside. */
export interface ApiServerOptions {
  readonly market: Market;
  readonly config: Config;
  readonly store: StoreOfMarket | undefined;
  readonly clock: Clock;
  readonly log: Log;
  /** Where it listens; the port as it was taken. */
  readonly address: () => { readonly host: string; readonly port: number };
  /** Needed for changes; and for everything where the address is not loopback. */
  readonly token: string;
  readonly upgrade: UpgradeToSocket;
  /** Measures the configured broker, for the metrics. @default there is none */
  readonly bus?: () => Promise<BusFigures | undefined>;
  /** Answers what is no part of the API, such as the page. @default nothing else is answered */
  readonly others?: (request: Request) => Response | undefined | Promise<Response | undefined>;
}

/** Routes that stand at the root too. */
const SHORT_PATHS = ["/openapi.json", "/docs"];

/** Readers of channels at a time, of either kind. */
const MOST_READERS = 500;

/** Answers that must be made, changes, and tokens that are not the token, of each peer. */
const WORK = { perSecond: 200, burst: 600 };
const CHANGES = { perSecond: 20, burst: 100 };
const WRONG_TOKENS = { perSecond: 0.2, burst: 20 };

/** The API over one market: a handler for a listening server. */
export class ApiServer {
  readonly app: ApiApp;
  readonly #options: ApiServerOptions;
  readonly #changes = new MarketChanges();
  readonly #alerts = new AlertLog();
  readonly #rows: BarRows;
  readonly #times = new AnswerTimes();
  readonly #work: Allowance;
  readonly #changed: Allowance;
  readonly #wrongTokens: Allowance;
  readonly #hub: StreamHub;
  readonly #login: Login;
  readonly #stopListening: () => void;
  #requests = 0;
  #sockets = 0;

  constructor(options: ApiServerOptions) {
    this.#options = options;
    const { market, config, clock, log, store } = options;
    this.#work = new Allowance(clock, WORK);
    this.#changed = new Allowance(clock, CHANGES);
    this.#wrongTokens = new Allowance(clock, WRONG_TOKENS);
    this.#login = new Login({ token: options.token, clock, wrongTokens: this.#wrongTokens });
    this.#rows = new BarRows(market);
    for (const { body } of market.alerts?.history ?? []) this.#alerts.add(body);
    this.#hub = new StreamHub({ market, alerts: this.#alerts }, clock);
    this.#stopListening = market.onEvent((event) => {
      this.#changes.take(event);
      this.#alerts.take(event);
      this.#hub.take(event);
      this.#rows.take(event);
    }, "api");
    const context: ApiContext = {
      market,
      config,
      speed: market.status().speed,
      clock,
      log,
      store,
      changes: this.#changes,
      alerts: this.#alerts,
      rows: this.#rows,
      keepRules: keptRules(options),
      times: this.#times,
      bus: options.bus,
      figures: () => this.figures,
      document: () => this.app.document,
    };
    this.app = new ApiApp({
      routes: ROUTES,
      context,
      admitsChange: (request, from) => this.#tokenRefusal(request, from),
      admitsWork: (from, cost) => this.#work.take(from, cost),
    });
  }

  /** Counts of what was asked and refused. */
  get figures(): Readonly<Record<string, number>> {
    return {
      requests: this.#requests,
      answers_kept: this.app.kept.hits,
      answers_made: this.app.kept.made,
      stream_sockets: this.#sockets,
      stream_readers: this.#hub.readers,
      stream_channels: this.#hub.counts.channels,
      stream_kept: this.#hub.counts.kept,
      stream_dropped: this.#hub.dropped,
      refused_rate: this.#work.refused + this.#changed.refused + this.#wrongTokens.refused,
    };
  }

  /** Rows of bars that were written as text so far. */
  get rowsWritten(): number {
    return this.#rows.written;
  }

  /** Answers a request: guard first, then what was made before, then the routes. */
  readonly handle: WebHandler = (request, from) => {
    this.#requests++;
    const { host, port } = this.#options.address();
    const foreign = foreignProblem(request.headers, {
      port,
      hosts: this.#options.config.api.hosts,
    });
    if (foreign !== undefined) return foreign.response();
    const login = isLoopback(host) ? undefined : this.#login.answer(request, from);
    if (login !== undefined) return login;
    const refusal = this.#refusal(request, from, host);
    if (refusal !== undefined) return refusal.response();
    return this.app.keptAnswer(request) ?? this.#answer(request, from);
  };

  close(): void {
    this.#stopListening();
    this.#hub.close();
  }

  /** Undefined for a request that asks for no channels. */
  #streamed(request: Request, pathname: string, from: string): Response | undefined {
    const isSocket = pathname === `${BASE_PATH}/stream`;
    if (!isSocket && pathname !== `${BASE_PATH}/events`) return undefined;
    if (request.method !== "GET") return otherMethod(request, ["GET"]);
    const busy = this.#work.take(from);
    if (busy !== undefined) throw busy;
    if (this.#sockets >= MOST_READERS || this.#hub.readers >= MOST_READERS) {
      throw new ApiProblem(503, { detail: `There are ${MOST_READERS} readers already.` });
    }
    const { clock, upgrade } = this.#options;
    if (!isSocket) return eventStream(request, this.#hub, clock);
    assertUpgrade(request);
    const { socket, response } = upgrade(request);
    this.#sockets++;
    socket.onClose(() => this.#sockets--);
    readBySocket(socket, this.#hub, clock);
    return response;
  }

  async #answer(request: Request, from: string): Promise<Response> {
    const { pathname } = new URL(request.url);
    try {
      const streamed = this.#streamed(request, pathname, from);
      if (streamed !== undefined) return streamed;
      if (SHORT_PATHS.includes(pathname)) {
        const full = new URL(`${BASE_PATH}${pathname}`, request.url);
        return await this.app.answer(
          new Request(full, { method: request.method, headers: request.headers }),
          from,
        );
      }
      if (!pathname.startsWith(`${BASE_PATH}/`)) {
        const answer = await this.#options.others?.(request);
        if (answer !== undefined) return answer;
      }
      const { clock } = this.#options;
      const began = clock.monotonic();
      const answer = await this.app.answer(request, from);
      this.#times.add(clock.monotonic() - began);
      return answer;
    } catch (error) {
      return this.app.failure(error);
    }
  }

  #refusal(request: Request, from: string, host: string): ApiProblem | undefined {
    const isChange = canChange(request);
    if (!isChange && isLoopback(host)) return undefined;
    if (isChange) {
      const busy = this.#changed.take(from);
      if (busy !== undefined) return busy;
    }
    if (isLoopback(host)) return undefined;
    return this.#tokenRefusal(request, from);
  }

  #tokenRefusal({ headers }: Request, from: string): ApiProblem | undefined {
    // Who has guessed too often is told nothing more, not even that a guess was right.
    const waiting = this.#wrongTokens.refusal(from);
    if (waiting !== undefined) return waiting;
    const refused = tokenProblem(headers, this.#options.token);
    if (refused !== undefined) this.#wrongTokens.take(from);
    return refused;
  }
}
