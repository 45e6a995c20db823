import assert from "node:assert/strict";
import { createServer, type Server, type Socket } from "node:net";
import { doctor, type DoctorPorts } from "../../lib/cli/doctor.ts";
import { DAY } from "../../lib/model/time.ts";
import { systemClock } from "../../lib/runtime/clock.ts";
import { type Files, systemFiles } from "../../lib/runtime/files.ts";
import { HttpFailure, type NetworkFault } from "../../lib/runtime/http.ts";
import type { Terminal } from "../../lib/runtime/terminal.ts";
import { startBinanceServer } from "../../lib/simulator/binance/server.ts";
import { createMarketModel } from "../../lib/simulator/market_model.ts";
import { startTwsServer } from "../../lib/simulator/tws/server.ts";
import { VenueTime } from "../../lib/simulator/venue_time.ts";
import { encodeFrame } from "../../lib/wire/tws_frame.ts";

const START = Date.UTC(2025, 11, 3, 15, 0);

interface Run {
  readonly code: number;
  readonly lines: readonly string[];
  /** The line of a check. */
  line(name: string): string;
}

/** Runs the doctor on a configuration; the network is as given and otherwise in order. */
async function run(
  { yaml = "", args = [], ports = {} }: {
    readonly yaml?: string;
    readonly args?: readonly string[];
    readonly ports?: Partial<DoctorPorts>;
  },
): Promise<Run> {
  let out = "";
  const terminal: Terminal = {
    out: (text) => out += text,
    err: () => {},
    clearLine: () => {},
    isInteractive: false,
    stop: new AbortController().signal,
    env: {},
  };
  const files: Files = {
    ...systemFiles,
    readText: () => Promise.resolve(yaml),
    exists: () => Promise.resolve(yaml !== ""),
  };
  const code = await doctor(args, terminal, { ...IN_ORDER, files, ...ports });
  const lines = out.trimEnd().split("\n");
  return {
    code,
    lines,
    line: (name) => lines.find((line) => line.slice(5).startsWith(`${name}:`)) ?? "no such line",
  };
}

/** A machine without faults on which everything answers; the Gateway talk is left out by `futures: []`. */
const IN_ORDER: Partial<DoctorPorts> = {
  denoVersion: "2.9.6",
  mayReach: () => Promise.resolve(true),
  canListen: () => true,
  countEntries: () => Promise.resolve(3),
  talk: () => Promise.resolve({ kind: "failed", fault: "refused" }),
  get: (url) =>
    Promise.resolve({
      status: 200,
      headers: {},
      text: url.endsWith("/time") ? `{"serverTime":${systemClock.now()}}` : "{}",
    }),
  openStream(_url, { onOpen }) {
    queueMicrotask(() => onOpen({ headers: {} }));
    return { send() {}, close: () => Promise.resolve() };
  },
  limitMs: 1_200,
};
const LIVE = "source: live\nderibit: { enabled: false }\n";
const LIVE_BINANCE = `${LIVE}ibkr: { futures: [] }\n`;
const { talk: _refusing, ...REAL_TALK } = IN_ORDER;

async function withServer<T>(
  onSocket: (socket: Socket) => void,
  body: (port: number) => Promise<T>,
): Promise<T> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    onSocket(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await body((server.address() as { port: number }).port);
  } finally {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** Runs the doctor against a Gateway played by `onSocket`, over real sockets. */
function runGateway(onSocket: (socket: Socket) => void): Promise<Run> {
  return withServer(onSocket, async (port) => {
    const { talkTcp } = await import("../../lib/runtime/probe.ts");
    const yaml = `${LIVE}ibkr: { port: ${port} }\nbinance: { symbols: [] }`;
    return await run({ yaml, ports: { ...REAL_TALK, talk: talkTcp } });
  });
}

/** Waits until a server knows that every connection is gone. */
async function allGone(server: { stats(): { readonly sockets: number } }): Promise<void> {
  const deadline = performance.now() + 2_000;
  while (server.stats().sockets > 0) {
    assert.ok(performance.now() < deadline, "a connection is left open");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

Deno.test("doctor finds the real simulated venues in order, and leaves them as they were", async () => {
  const truth = createMarketModel({ seed: 3, from: START - DAY });
  const time = new VenueTime({ clock: systemClock, start: START });
  const tws = await startTwsServer({ truth, time, clock: systemClock });
  const binance = await startBinanceServer({ truth, time, clock: systemClock });
  try {
    const yamlOf = (market: string) =>
      `${LIVE}ibkr: { port: ${tws.port} }
binance: { market: ${market}, streamUrl: "ws://127.0.0.1:${binance.port}", restUrl: "http://127.0.0.1:${binance.port}" }`;
    const { talk: _t, get: _g, openStream: _o, mayReach: _m, ...ports } = IN_ORDER;
    const { openWebSocket } = await import("../../lib/runtime/web_socket.ts");
    const { fetchGet } = await import("../../lib/runtime/http.ts");
    const { mayReach, talkTcp } = await import("../../lib/runtime/probe.ts");
    const real = { ...ports, talk: talkTcp, get: fetchGet, openStream: openWebSocket, mayReach };
    for (const market of ["spot", "usdm"]) {
      const { code, line } = await run({ yaml: yamlOf(market), ports: real });
      assert.match(line("IB Gateway"), /^ok {3}IB Gateway: 127\.0\.0\.1:\d+ answers .*193$/);
      assert.match(line("Client id"), /^ok {3}Client id: 17 is free/);
      assert.match(line("Data ES"), /^ok {3}Data ES: live/);
      assert.match(line("Data VIX"), /^ok {3}Data VIX: delayed.*to follow it: ibkr\.indices/);
      assert.match(line("Binance REST"), /^ok/);
      assert.match(line("Binance stream"), /^ok/);
      assert.match(line("Clock"), /^ok.*keeps its own time/);
      assert.equal(code, 0);
    }
    await allGone(tws);
    assert.equal(binance.stats().worstFuturesWeight, 1, "the futures are asked on their own paths");
  } finally {
    await Promise.all([tws.close(), binance.close()]);
  }
});

Deno.test("doctor asks TWS what data the account gets, and what to do where it is not live", async () => {
  const truth = createMarketModel({ seed: 3, from: START - DAY });
  const time = new VenueTime({ clock: systemClock, start: START });
  const permissions = { NQ: "delayed", GC: "none", VIX: "none" } as const;
  const tws = await startTwsServer({ truth, time, clock: systemClock, options: { permissions } });
  try {
    const { talkTcp } = await import("../../lib/runtime/probe.ts");
    const ask = (more: string) => {
      const yaml = `${LIVE}binance: { symbols: [] }\nibkr: { port: ${tws.port}, ${more} }`;
      return run({ yaml, ports: { ...REAL_TALK, talk: talkTcp } });
    };
    const futures =
      "futures: [{ symbol: ES, exchange: CME }, { symbol: NQ, exchange: CME }, { symbol: GC, exchange: COMEX }]";
    const { code, line } = await ask(futures);
    assert.equal(line("Data ES"), "ok   Data ES: live, of a simulated account (ESZ5)");
    assert.match(
      line("Data NQ"),
      /^fix {2}Data NQ: delayed by .*simulated account \(NQZ5\); no live data of CME.* → subscribe to CME Real-Time \(NP, L1\) .*share it with the paper account; or set ibkr\.marketDataType: delayed/,
    );
    assert.match(line("Data GC"), /^fix {2}Data GC: none, neither .*354\) → subscribe to COMEX/);
    assert.match(line("Data VIX"), /^fix {2}Data VIX: none.* → subscribe to Cboe.*not needed/);
    assert.equal(code, 1);
    const delayed = await ask("marketDataType: live-or-delayed, indices: []");
    assert.match(delayed.line("Data NQ"), /^ok {3}Data NQ: delayed .*live-or-delayed takes$/);
    assert.equal(delayed.code, 0, "VIX is not needed");
    await allGone(tws);
  } finally {
    await tws.close();
  }
});

Deno.test("doctor gives 0 and a line a check when all is in order", async () => {
  const { code, lines } = await run({ yaml: LIVE_BINANCE });
  assert.equal(code, 0);
  assert.deepEqual(lines.slice(0, -2).filter((line) => !/^ok {3}\S.*: \S/.test(line)), []);
  assert.equal(lines.at(-1), "All that source: live needs is in order.");
});

Deno.test("doctor names a rule of alerts that its metric refuses", async () => {
  const rule = "{ name: z, metric: zscor, of: BTCUSDT/ES, fire: above 2 }";
  const { code, lines } = await run({ yaml: `alerts: { rules: [${rule}] }\n` });
  assert.equal(code, 1);
  assert.match(lines.join("\n"), /fix .*alerts\.rules\.0\.metric \(z\).*did you mean zscore\?/);
});

Deno.test("doctor says what to do when nothing listens, and which other port answers", async () => {
  const yaml = `${LIVE}ibkr: { port: 4001 }\nbinance: { symbols: [] }`;
  const { code, line, lines } = await run({
    yaml,
    ports: {
      talk: ({ port, greeting }) =>
        Promise.resolve(
          port === 7497 && greeting === undefined
            ? { kind: "done" }
            : { kind: "failed", fault: "refused" },
        ),
    },
  });
  assert.equal(code, 1);
  assert.match(
    line("IB Gateway"),
    /^fix {2}.*4001: nothing listens there; something listens on 7497: .*set ibkr\.port → .*Configuration > API > Settings.*4001.*4002.*7496.*7497/,
  );
  assert.match(lines.at(-1)!, /^1 of the \d+ checks must be put right/);
});

Deno.test("doctor tells a web server on the Gateway's port from TWS", async () => {
  const { code, line } = await runGateway((socket) =>
    socket.once("data", () => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"))
  );
  assert.equal(code, 1);
  assert.match(line("IB Gateway"), /not as TWS: "HTTP\/1\.1 400.*→ .*set ibkr\.port/);
});

Deno.test("doctor gives up on a port that accepts and never speaks", async () => {
  const startedAt = performance.now();
  const { line } = await runGateway(() => {});
  assert.match(line("IB Gateway"), /takes the connection and says nothing → .*login/);
  assert.ok(performance.now() - startedAt < 3_000);
});

Deno.test("doctor tells a Gateway that hangs up at once", async () => {
  const { line } = await runGateway((socket) => socket.end());
  assert.match(line("IB Gateway"), /hangs up at once → .*Trusted IPs/);
});

/** Answers the greeting with a version, and the client id with `after`. */
function gateway(version: number, after: Uint8Array): (socket: Socket) => void {
  return (socket) => {
    socket.once("data", () => {
      socket.write(encodeFrame([version, "20251203 10:00:00 EST"]));
      socket.once("data", () => socket.write(after));
    });
  };
}

Deno.test("doctor greets as TWS clients do and sends the client id after the version only", async () => {
  const heard: number[][] = [];
  await runGateway((socket) => {
    socket.on("data", (bytes) => {
      heard.push([...(bytes as Uint8Array)]);
      if (heard.length === 1) socket.write(encodeFrame([193, "20251203 10:00:00 EST"]));
      else socket.end();
    });
  });
  assert.deepEqual(heard[0], [...new TextEncoder().encode("API\0\0\0\0\x09v100..193")]);
  assert.deepEqual(heard[1], [...encodeFrame([71, 2, 17, ""])]);
});

Deno.test("doctor tells a client id in use", async () => {
  const taken = encodeFrame([4, 2, -1, 326, "Unable to connect as the client id is in use", ""]);
  const { code, line } = await runGateway(gateway(193, taken));
  assert.match(line("IB Gateway"), /^ok/);
  assert.match(line("Client id"), /^fix {2}Client id: 17 is in use.*→ .*ibkr\.clientId/);
  assert.equal(code, 1);
});

Deno.test("doctor tells a Gateway that waits for its login after the version", async () => {
  const { line } = await runGateway(gateway(193, encodeFrame([9, 1, 5])));
  assert.match(line("Client id"), /said no more: no account.*→ .*login/);
});

Deno.test("doctor tells a protocol version Comove cannot read", async () => {
  for (const version of [201, 99]) {
    const { line } = await runGateway(gateway(version, new Uint8Array()));
    assert.match(line("IB Gateway"), new RegExp(`version ${version}.*→ install`));
  }
});

Deno.test("doctor explains each answer of Binance that is none", async () => {
  const cases: [number, RegExp][] = [
    [451, /HTTP 451: Binance does not serve this location → .*permitted network/],
    [403, /HTTP 403: .*firewall.* → wait/],
    [429, /HTTP 429: too many requests.* → wait/],
    [503, /HTTP 503: trouble at Binance → try again/],
    [404, /not as Binance → check binance\.restUrl/],
  ];
  for (const [status, message] of cases) {
    const get = () => Promise.resolve({ status, headers: {}, text: "" });
    const { code, line } = await run({ yaml: LIVE_BINANCE, ports: { get } });
    assert.match(line("Binance REST"), message);
    assert.equal(code, 1);
  }
});

Deno.test("doctor explains each way Binance cannot be reached", async () => {
  const cases: [NetworkFault, RegExp][] = [
    ["host-not-found", /no host of that name.*→ check binance\.restUrl/],
    ["timeout", /no answer in time → /],
    ["tls", /no trusted TLS connection → /],
    ["not-permitted", /may not connect there → start it with deno task/],
  ];
  for (const [fault, message] of cases) {
    const get = () => Promise.reject(new HttpFailure(fault, "planted"));
    const { line } = await run({ yaml: LIVE_BINANCE, ports: { get } });
    assert.match(line("Binance REST"), message);
  }
});

Deno.test("doctor explains a refused upgrade and a WebSocket that never opens", async () => {
  const refusing: DoctorPorts["openStream"] = (_url, { onEnd }) => {
    queueMicrotask(() => onEnd({ kind: "refused-upgrade", status: 451, retryAfterMs: undefined }));
    return { send() {}, close: () => Promise.resolve() };
  };
  const refused = await run({ yaml: LIVE_BINANCE, ports: { openStream: refusing } });
  assert.match(refused.line("Binance stream"), /HTTP 451: .*does not serve this location/);
  const silent: DoctorPorts["openStream"] = () => ({ send() {}, close: () => Promise.resolve() });
  const late = await run({ yaml: LIVE_BINANCE, ports: { openStream: silent, limitMs: 50 } });
  assert.match(late.line("Binance stream"), /no answer in time → check binance\.streamUrl/);
  assert.equal(late.code, 1);
});

Deno.test("doctor warns of a clock more than two seconds off, which stops nothing", async () => {
  for (
    const [offset, message] of [[5_000, /5\.\d s behind/], [-5_000, /(4\.9|5\.0) s ahead/]] as const
  ) {
    const get: DoctorPorts["get"] = () =>
      Promise.resolve({
        status: 200,
        headers: {},
        text: `{"serverTime":${systemClock.now() + offset}}`,
      });
    const { code, line } = await run({ yaml: LIVE_BINANCE, ports: { get } });
    assert.match(line("Clock"), new RegExp(`^fix.*${message.source}.*→ synchronise`));
    assert.equal(code, 0);
  }
});

Deno.test("doctor needs no venue for the simulated source", async () => {
  const get = () => Promise.reject(new HttpFailure("refused", "planted"));
  const { code, line } = await run({ ports: { get } });
  assert.match(line("IB Gateway"), /^fix.*\(not needed for source: simulated\)$/);
  assert.match(line("Binance REST"), /^fix.*\(not needed for source: simulated\)$/);
  assert.match(line("Configuration"), /defaults/);
  assert.equal(code, 0);
  const deaf = await run({ ports: { canListen: () => false } });
  assert.match(deaf.line("Simulator"), /^fix.*cannot listen.*→/);
  assert.equal(deaf.code, 1);
});

Deno.test("doctor keeps the clocks of spot and of the futures beside it apart", async () => {
  const yaml = "source: live\nibkr: { futures: [] }\nusdm: { symbols: [BTCUSDT] }\n";
  const { line } = await run({ yaml });
  assert.match(line("Clock"), /^ok/);
  assert.match(line("Binance USD-M clock"), /^ok/);
});

Deno.test("doctor shows the proxies of the environment without their passwords, and what goes through them", async () => {
  const yaml = "source: live\nibkr: { futures: [] }\n";
  const under = async (env: Readonly<Record<string, string>>) => {
    const { line, lines } = await run({ yaml, ports: { variable: (name) => env[name] } });
    assert.ok(lines.every((text) => !text.includes("s3cret")), "a password was shown");
    return line("Proxy");
  };
  assert.equal(await under({}), "no such line");
  const through = await under({ https_proxy: "http://me:s3cret@proxy.lan:3128", NO_PROXY: "lan" });
  assert.match(through, /^ok {3}Proxy: https_proxy http:\/\/\*\*\*@proxy\.lan:3128, NO_PROXY lan/);
  assert.match(through, /for .*stream\.binance\.com:9443.*api\.binance\.com:443/);
  const past = await under({ HTTPS_PROXY: "http://proxy.lan:3128", NO_PROXY: "*" });
  assert.match(past, /^ok {3}Proxy: .*no configured host goes through it/);
  const useless = await under({ HTTPS_PROXY: "socks4://me:s3cret@proxy.lan" });
  assert.match(useless, /^fix {2}Proxy: .*HTTPS_PROXY is passed over → write HTTPS_PROXY as http:/);
});

Deno.test("doctor tells which of the ports of task simulate is taken", async () => {
  const { code, line } = await run({ ports: { canListen: (_host, port) => port !== 9080 } });
  assert.match(line("Simulator ports"), /^fix {2}Simulator ports: 9080 taken.*--binance-port/);
  assert.equal(code, 0);
});

Deno.test("doctor shows a broken configuration and goes on with the defaults", async () => {
  const { code, line } = await run({ yaml: "ibkr: { prot: 1 }" });
  assert.match(line("Configuration"), /^fix {2}Configuration: unknown key ibkr\.prot.*ibkr\.port/);
  assert.match(line("Binance REST"), /^ok/);
  assert.equal(code, 1);
});

Deno.test("doctor names what this version cannot do yet", async () => {
  assert.match(
    (await run({ yaml: "source: replay" })).line("Configuration"),
    /replay needs a recording → set replay\.path/,
  );
  const duckdb = await run({ yaml: "store: { kind: duckdb }" });
  assert.match(
    duckdb.line("Configuration"),
    /store\.kind must be memory, sqlite or postgres, got duckdb/,
  );
  assert.equal(duckdb.code, 1);
});

Deno.test("doctor says that a database's server is away, and shows no password", async () => {
  const url = "postgres://desk:hunter2hunter2@127.0.0.1:1/markets";
  const { line, code, lines } = await run({
    yaml: `${LIVE_BINANCE}store: { kind: postgres, url: "${url}" }`,
  });
  assert.match(
    line("Database"),
    /^fix.*postgres:\/\/127\.0\.0\.1:1\/markets.*nothing answers.*→ Start the server, or look at host/,
  );
  assert.equal(line("Store"), "no such line");
  assert.doesNotMatch(lines.join("\n"), /hunter2/);
  assert.equal(code, 1);
});

Deno.test("doctor says that a broker is away, and shows no password", async () => {
  const { line, code, lines } = await run({
    yaml: `${LIVE_BINANCE}bus: { kind: nats, url: "nats://desk:hunter2hunter2@127.0.0.1:1" }`,
  });
  assert.match(line("Broker"), /^fix.*nats:\/\/127\.0\.0\.1:1 cannot be reached.*→ Start it/);
  assert.doesNotMatch(lines.join("\n"), /hunter2/);
  assert.equal(code, 1);
});

Deno.test("doctor lists the hosts a process may not reach", async () => {
  const { code, line } = await run({
    yaml: LIVE,
    ports: { mayReach: (host) => Promise.resolve(!host.startsWith("api.")) },
  });
  assert.match(line("Permissions"), /^fix.*no permission to reach api\.binance\.com:443 → /);
  assert.equal(code, 1);
});

Deno.test("doctor minds an old Deno, and only mentions a newer one", async () => {
  const old = await run({ yaml: LIVE_BINANCE, ports: { denoVersion: "2.10.1" } });
  assert.equal(old.code, 0);
  assert.match(
    old.line("Deno"),
    /^fix {2}Deno: 2\.10\.1.*2\.9\.6 → run .*deno@2\.9\.6.*not needed/,
  );
  assert.equal((await run({ yaml: LIVE_BINANCE, ports: { denoVersion: "2.8.3" } })).code, 1);
});

Deno.test("doctor reports unreadable sample data without making it a condition", async () => {
  const { code, line } = await run({
    yaml: LIVE_BINANCE,
    ports: { countEntries: () => Promise.resolve(undefined) },
  });
  assert.match(line("Sample data"), /^fix/);
  assert.equal(code, 0);
});

Deno.test("doctor shows its usage and refuses unknown options", async () => {
  assert.match(
    (await run({ args: ["--help"] })).lines.join("\n"),
    /deno task doctor.*\n.*--config/,
  );
  await assert.rejects(run({ args: ["--hlep"] }), /--hlep is not an option/);
});
