import { apiSettings } from "../api/api_settings.ts";
import { Dashboard } from "../api/dashboard.ts";
import { openingAnswer } from "../api/opening_answer.ts";
import { PAGE_ADVICE } from "../api/page/page_advice.ts";
import { OpeningText } from "../market/opening_text.ts";
import { StreamLog } from "../market/stream_log.ts";
import { MarketError } from "../model/errors.ts";
import { SECOND } from "../model/time.ts";
import { type Clock, sleep, systemClock } from "../runtime/clock.ts";
import { isLoopback } from "../runtime/address.ts";
import { bundleForBrowser } from "../runtime/bundle.ts";
import { configFolder } from "../runtime/config_reader.ts";
import { diskReason } from "../runtime/disk_error.ts";
import { openAddress } from "../runtime/open_address.ts";
import { systemRandom } from "../runtime/random.ts";
import type { Terminal } from "../runtime/terminal.ts";
import {
  listenWeb,
  upgradeToSocket,
  type WebHandler,
  type WebListener,
} from "../runtime/web_server.ts";
import { storeOf } from "../store/store_of.ts";
import { numberOption, type OptionSpec, parseArguments, usageOf } from "./arguments.ts";
import { configOf, SPEED_OPTION, withCommandLog } from "./command_config.ts";
import { TradeCounts } from "./trade_counts.ts";

const OPTIONS: Readonly<Record<string, OptionSpec>> = {
  config: { value: "FILE", help: "configuration (YAML); default notebooks/config.yaml" },
  port: { value: "N", help: "port to listen on, 0 for a free one; default api.port" },
  open: { help: "open the page in the browser" },
  speed: SPEED_OPTION,
  help: { help: "show this text" },
};

/** How often a line says how the streams are, local ms. */
const LINE_MS = 10 * SECOND;
/** Hours of history to wait for: the page shows what is there, and how long the rest takes. */
const WAIT_HOURS = 6;
/** How long a stop waits for messages of alerts, local ms. */
const LAST_MESSAGES_MS = 3 * SECOND;

/** The outside world of {@link serve}. */
export interface ServePorts {
  readonly clock?: Clock;
  /** Shows an address to the user. @default in the browser */
  readonly open?: (address: string) => Promise<void>;
}

/**
 * `deno task serve`: feeds and API in one process, until Ctrl-C. Prints its address, and how the streams are every
 * ten seconds.
 *
 * @returns exit code: 0 after a clean stop, 1 where the store lacks rows of this run.
 * @throws {MarketError} for a bad command line or configuration, or a port that cannot be taken.
 */
export async function serve(
  args: readonly string[],
  terminal: Terminal,
  { clock = systemClock, open = openAddress }: ServePorts = {},
): Promise<number> {
  const options = parseArguments(args, OPTIONS, terminal.from);
  if (options.has("help")) {
    terminal.out(usageOf("serve", "Serves the configured markets.", OPTIONS));
    return 0;
  }
  const config = await configOf(options, terminal);
  const configFile = options.get("config")?.[0];
  const folder = configFolder(configFile);
  const settings = await apiSettings(config, folder);
  const port = numberOption(options, "port", { min: 0, isWhole: true }) ?? config.api.port;
  return await withCommandLog(config, terminal, async (log) => {
    const counts = new TradeCounts(), streams = new StreamLog(log);
    const opening = new OpeningText();
    // It listens before anything is opened: a port that is taken shows at once, and a page says how the opening goes.
    let handle: WebHandler = () => new Response(null, { status: 503 });
    const listener = await listen(settings.host, port, (request, from) => handle(request, from));
    try {
      const own = { host: settings.host, port: listener.port, hosts: config.api.hosts };
      const address = `http://${shownHost(settings.host)}:${listener.port}/`;
      terminal.out(`Comove serves at ${address}\n`);
      if (settings.isTokenMade) terminal.out(`Token for changes, of this run: ${settings.token}\n`);
      await using dashboard = new Dashboard({
        bundle: bundleForBrowser,
        clock,
        log: log("page"),
        upgrade: upgradeToSocket,
        opening: () => opening.text,
        ...(isLoopback(settings.host) ? { token: settings.token } : {}),
      });
      handle = (request) => openingAnswer(request, own, dashboard);
      if (options.has("open")) {
        await open(address).catch((error) =>
          terminal.err(`No browser could be opened: ${diskReason(error)}.\n`)
        );
      }
      const { openMarket } = await import("../market/open_market.ts");
      const opened = openMarket({ signal: terminal.stop, configFile, waitHours: WAIT_HOURS }, {
        config,
        clock,
        log,
        advice: PAGE_ADVICE,
        onEvent: (event) => {
          opening.take(event);
          streams.take(event);
          counts.take(event);
        },
      });
      // What serves it is loaded while the venues answer.
      const loading = loadEdge();
      loading.catch(() => {});
      await using market = await opened;
      const { ApiServer, PageBoard } = await loading;
      const store = storeOf(market);
      await using gauge = config.bus.kind === "none"
        ? undefined
        : (await import("./bus_metrics.ts")).busGauge(config, {
          store,
          clock,
          folder,
          log: log("bus"),
        });
      const server = new ApiServer({
        market,
        config,
        clock,
        log: log("api"),
        store,
        address: () => own,
        token: settings.token,
        upgrade: upgradeToSocket,
        ...(gauge === undefined ? {} : { bus: () => gauge.figures() }),
        others: (request) => dashboard.answer(request),
      });
      handle = server.handle;
      dashboard.open(new PageBoard({ market, clock, random: systemRandom, log: log("page") }));
      try {
        while (!terminal.stop.aborted) {
          terminal.out(`${counts.line(market.status())}\n`);
          await sleep(clock, LINE_MS, terminal.stop).catch(() => {});
        }
      } finally {
        server.close();
        await dashboard.close();
      }
      await Promise.race([market.alerts?.settle(), sleep(clock, LAST_MESSAGES_MS)]);
      const lost = store?.progress?.lost ?? 0;
      if (lost > 0) log("store").error(`The store lacks rows of this run: ${lost}`);
      return lost > 0 ? 1 : 0;
    } catch (error) {
      // Only the opening is given up on Ctrl-C.
      if (terminal.stop.aborted && error === terminal.stop.reason) return 0;
      throw error;
    } finally {
      await listener.close();
    }
  }, folder);
}

/** Panels, routes and all they stand on: half of what `serve` is made of. */
async function loadEdge() {
  const [{ ApiServer }, { PageBoard }] = await Promise.all([
    import("../api/api_server.ts"),
    import("../api/page/page_board.ts"),
  ]);
  return { ApiServer, PageBoard };
}

async function listen(host: string, port: number, handle: WebHandler): Promise<WebListener> {
  try {
    return await listenWeb({ host, port }, handle);
  } catch (cause) {
    throw new MarketError(
      "port",
      "configure",
      `Port ${port} of ${host} cannot be taken: ${diskReason(cause)}. Give another: --port N.`,
      { cause },
    );
  }
}

/** An address of every interface is none to open. */
function shownHost(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  return host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
}
