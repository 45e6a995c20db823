// @ts-types="@types/ws"
import { WebSocketServer } from "ws";
import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { proxyFor, proxyVariables } from "../../lib/runtime/proxy.ts";
import { canListen } from "../../lib/runtime/probe.ts";
import { startConnectProxy } from "./connect_proxy.ts";

type Environment = Readonly<Record<string, string>>;

const SUBJECT = fileURLToPath(new URL("./subject_proxy.ts", import.meta.url));
const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PROXIES = [
  "HTTP_PROXY",
  "http_proxy",
  "HTTPS_PROXY",
  "https_proxy",
  "ALL_PROXY",
  "all_proxy",
];
/** Nothing listens there. */
const DEAD = "http://127.0.0.1:9";
const EVERYTHING: Environment = Object.fromEntries(PROXIES.map((name) => [name, DEAD]));

/** What came of going to each address, in a process under that environment. */
async function outcomes(
  env: Environment,
  urls: readonly string[],
  permissions: readonly string[] = ["--allow-net", "--allow-env"],
): Promise<string[]> {
  const own = Object.entries(Deno.env.toObject()).filter(([name]) => !/_proxy$/i.test(name));
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "--cached-only", ...permissions, SUBJECT, ...urls],
    cwd: ROOT,
    clearEnv: true,
    env: { ...Object.fromEntries(own), ...env },
  }).output();
  const lines = new TextDecoder().decode(stdout).trimEnd().split("\n");
  assert.equal(lines.length, urls.length, new TextDecoder().decode(stderr));
  return lines.map((line) => JSON.parse(line));
}

/** A server of requests and WebSockets on loopback. */
async function withServer(host: string, body: (port: number) => Promise<void>): Promise<void> {
  const server: Server = createServer((request, response) => response.end(`got ${request.url}`));
  const sockets = new WebSocketServer({ server });
  sockets.on("connection", (socket) => socket.send("hello"));
  await new Promise<void>((resolve) => server.listen(0, host, () => resolve()));
  try {
    await body((server.address() as AddressInfo).port);
  } finally {
    for (const socket of sockets.clients) socket.terminate();
    sockets.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

Deno.test("requests and WebSockets reach this machine directly, whichever variable names a proxy", async () => {
  const environments: Environment[] = [
    ...PROXIES.map((name) => ({ [name]: DEAD })),
    EVERYTHING,
    { ...EVERYTHING, NO_PROXY: "elsewhere.test" },
    { ...EVERYTHING, HTTP_PROXY: "nonsense ::", all_proxy: "socks5://127.0.0.1:9" },
  ];
  await withServer("127.0.0.1", async (port) => {
    const reached = ["127.0.0.1", "localhost", "LOCALHOST"].flatMap((name) => [
      `http://${name}:${port}/a?b=c`,
      `ws://${name}:${port}/`,
    ]);
    for (const env of environments) {
      const expected = reached.map((url) => url.startsWith("ws") ? "open hello" : "200 got /a?b=c");
      assert.deepEqual(await outcomes(env, reached), expected, JSON.stringify(env));
    }
    // A process that may not read its environment cannot know.
    const blind = await outcomes(EVERYTHING, reached.slice(0, 2), ["--allow-net"]);
    assert.deepEqual(blind, ["200 got /a?b=c", "open hello"]);
    // Without permission it says so instead of ending the process.
    const unpermitted = ["--allow-net=127.0.0.1:1", "--allow-env"];
    assert.deepEqual(
      await outcomes(EVERYTHING, reached.slice(0, 2), unpermitted),
      ["not-permitted", "not-permitted"],
    );
  });
});

Deno.test({
  name: "requests and WebSockets reach this machine directly by IPv6",
  ignore: !canListen("::1", 0),
  async fn() {
    await withServer("::1", async (port) => {
      const urls = [`http://[::1]:${port}/a`, `ws://[::1]:${port}/`];
      assert.deepEqual(await outcomes(EVERYTHING, urls), ["200 got /a", "open hello"]);
    });
  },
});

Deno.test("a direct request ends as one by fetch does: late, refused, cut and too long", async () => {
  const server = createTcpServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", (request) => {
      const path = request.toString().split(" ")[1];
      if (path === "/cut") return socket.destroy();
      if (path === "/half") {
        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhalf");
        return void setTimeout(() => socket.destroy(), 50);
      }
      if (path === "/ssh") return socket.end("SSH-2.0-OpenSSH_9\r\n");
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n");
      socket.write("x".repeat(9_000_000));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const urls = [`${url}/cut`, `${url}/half`, `${url}/ssh`, `${url}/long`, "http://127.0.0.1:1/"];
  const expected = ["lost", "lost", "not-http", "lost", "refused"];
  assert.deepEqual(await outcomes({ HTTP_PROXY: DEAD }, urls), expected);
  assert.deepEqual(await outcomes({}, urls), expected, "by fetch");
  await new Promise((resolve) => server.close(resolve));
});

Deno.test("other hosts are reached through the proxy, WebSockets as requests, with its credentials", async () => {
  await withServer("127.0.0.1", async (port) => {
    const proxy = await startConnectProxy(port);
    const address = `http://us%25er:p%40ss@127.0.0.1:${proxy.port}`;
    const urls = ["http://api.test/x", "ws://stream.test:9443/y"];
    for (const name of ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"]) {
      assert.deepEqual(await outcomes({ [name]: address }, urls), ["200 by proxy", "open hello"]);
      assert.deepEqual(
        proxy.asked.splice(0),
        ["GET http://api.test/x", "CONNECT stream.test:9443"],
        name,
      );
      const [ofRequest, ofSocket] = proxy.credentials.splice(0);
      assert.equal(ofSocket, `Basic ${btoa("us%er:p@ss")}`);
      assert.equal(ofRequest, ofSocket);
    }
    await proxy.close();
  });
});

Deno.test("a process that may read the proxies' variables alone goes through them too", async () => {
  await withServer("127.0.0.1", async (port) => {
    const proxy = await startConnectProxy(port);
    const permissions = ["--allow-net", `--allow-env=${[...PROXIES, "NO_PROXY", "no_proxy"]}`];
    const env = { HTTP_PROXY: `http://127.0.0.1:${proxy.port}` };
    const urls = ["http://api.test/x", "ws://stream.test:9443/y"];
    assert.deepEqual(await outcomes(env, urls, permissions), ["200 by proxy", "open hello"]);
    await proxy.close();
  });
});

Deno.test("a proxy that refuses is said to, for requests and WebSockets alike", async () => {
  const proxy = await startConnectProxy();
  const urls = ["https://api.test/x", "wss://stream.test:9443/y"];
  const env = { HTTPS_PROXY: `127.0.0.1:${proxy.port}` };
  assert.deepEqual(await outcomes(env, urls), ["proxy", "proxy"]);
  assert.deepEqual(proxy.asked, ["CONNECT api.test:443", "CONNECT stream.test:9443"]);
  await proxy.close();
  assert.deepEqual(await outcomes({ HTTPS_PROXY: DEAD }, urls), ["refused", "refused"]);
});

Deno.test("WebSockets go through a SOCKS5 proxy as requests do", async () => {
  await withServer("127.0.0.1", async (port) => {
    const hosts: string[] = [];
    const sockets = new Set<Socket>();
    const socks = createTcpServer((socket) => {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.once("data", () => {
        socket.write(new Uint8Array([5, 0]));
        socket.once("data", (bytes: Uint8Array) => {
          hosts.push(new TextDecoder().decode(bytes.subarray(5, 5 + bytes[4]!)));
          const other = connect({ host: "127.0.0.1", port }, () => {
            socket.write(new Uint8Array([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
            socket.pipe(other);
            other.pipe(socket);
          });
          sockets.add(other);
          other.on("error", () => socket.destroy());
        });
      });
    });
    await new Promise<void>((resolve) => socks.listen(0, "127.0.0.1", () => resolve()));
    const urls = ["http://api.test/x", "ws://stream.test/y"];
    // The names of hosts are the proxy's to resolve, whichever scheme is written.
    for (const scheme of ["socks5h", "socks5"]) {
      const env = { ALL_PROXY: `${scheme}://127.0.0.1:${(socks.address() as AddressInfo).port}` };
      assert.deepEqual(await outcomes(env, urls), ["200 got /x", "open hello"], scheme);
      assert.deepEqual(hosts.splice(0), ["api.test", "stream.test"], scheme);
    }
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => socks.close(resolve));
  });
});

Deno.test("an encrypted WebSocket asks the proxy for its host, and encrypts for that host through it", async () => {
  const begun: Uint8Array[] = [];
  const target = createTcpServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", (bytes: Uint8Array) => {
      begun.push(bytes);
      socket.destroy();
    });
  });
  await new Promise<void>((resolve) => target.listen(0, "127.0.0.1", () => resolve()));
  const proxy = await startConnectProxy((target.address() as AddressInfo).port);
  const env = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` };
  const [outcome] = await outcomes(env, ["wss://stream.test/y"]);
  assert.doesNotMatch(outcome!, /^open/);
  assert.deepEqual(proxy.asked, ["CONNECT stream.test:443"]);
  const HANDSHAKE = 0x16;
  assert.equal(begun[0]![0], HANDSHAKE, "nothing is sent in the clear");
  assert.ok(
    new TextDecoder("latin1").decode(begun[0]).includes("stream.test"),
    "it names the host",
  );
  await proxy.close();
  await new Promise((resolve) => target.close(resolve));
});

/** Environments, and which of the addresses below go through the proxy. */
const EXCEPTIONS: readonly (readonly [Environment, readonly string[]])[] = [
  [{ NO_PROXY: "a.test" }, ["xa.test", "10.1.2.3"]],
  [{ NO_PROXY: " .a.test ,x" }, ["xa.test", "10.1.2.3"]],
  [{ NO_PROXY: "b.a.test" }, ["a.test", "xa.test", "10.1.2.3"]],
  [{ NO_PROXY: "*" }, ["10.1.2.3"]],
  [{ NO_PROXY: "test" }, ["10.1.2.3"]],
  [{ NO_PROXY: "*.a.test,A.TEST,a.test:443" }, ["a.test", "b.a.test", "xa.test", "10.1.2.3"]],
  [{ NO_PROXY: "10.0.0.0/8" }, ["a.test", "b.a.test", "xa.test"]],
  [{ NO_PROXY: "10.1.2.3,11.0.0.0/99,::/0" }, ["a.test", "b.a.test", "xa.test"]],
  [{ no_proxy: "a.test" }, ["xa.test", "10.1.2.3"]],
  [{ NO_PROXY: "", no_proxy: "a.test" }, ["a.test", "b.a.test", "xa.test", "10.1.2.3"]],
];
const NAMES = ["a.test", "b.a.test", "xa.test", "10.1.2.3"];

Deno.test("NO_PROXY keeps WebSockets off the proxy exactly where it keeps requests off it", async () => {
  const proxy = await startConnectProxy();
  const address = `http://127.0.0.1:${proxy.port}`;
  for (const [env, through] of EXCEPTIONS) {
    const all: Environment = { ...env, HTTPS_PROXY: address };
    const read = (name: string) => all[name];
    const found = NAMES.filter((name) => proxyFor(`wss://${name}`, read) !== undefined);
    assert.deepEqual(found, through, JSON.stringify(env));
  }
  // What fetch itself does, where going past the proxy costs no time on the network.
  for (const [env, through] of EXCEPTIONS) {
    const names = NAMES.filter((name) => through.includes(name) || !name.startsWith("10."));
    await outcomes(
      { ...env, HTTPS_PROXY: address },
      names.map((name) => `https://${name}/`),
    );
    const asked = through.map((name) => `CONNECT ${name}:443`);
    assert.deepEqual(proxy.asked.splice(0), asked, JSON.stringify(env));
  }
  await proxy.close();
});

Deno.test("proxyFor reads the variables in the order of fetch, and passes by what is no proxy", () => {
  const of = (env: Environment, url = "wss://stream.test") => {
    return proxyFor(url, (name) => env[name])?.url.host;
  };
  const [a, b, c] = ["http://a.proxy:1", "http://b.proxy:2", "http://c.proxy:3"];
  assert.equal(of({ ALL_PROXY: a, HTTPS_PROXY: b, HTTP_PROXY: c }), "a.proxy:1");
  assert.equal(of({ HTTPS_PROXY: b, https_proxy: c }), "b.proxy:2");
  assert.equal(of({ HTTPS_PROXY: "", https_proxy: c }), "c.proxy:3");
  assert.equal(of({ HTTP_PROXY: c }), undefined);
  assert.equal(of({ HTTP_PROXY: c }, "ws://stream.test"), "c.proxy:3");
  assert.equal(of({ HTTPS_PROXY: "b.proxy:2" }), "b.proxy:2");
  const useless = [" http://b.proxy:2", "ftp://b.proxy", "socks4://b.proxy:2", "x".repeat(3_000)];
  for (const value of useless) assert.equal(of({ HTTPS_PROXY: value }), undefined, value);
  for (const url of ["wss://127.8.9.1", "wss://localhost:1", "wss://[::1]", "wss://LocalHost"]) {
    assert.equal(of({ ALL_PROXY: a }, url), undefined, url);
  }
});

Deno.test("proxyVariables shows no credentials", () => {
  const env: Environment = {
    HTTPS_PROXY: "http://me:sec%ret@b.proxy:2/path?token=secret",
    http_proxy: "ftp://me:secret@c.proxy",
    NO_PROXY: "lan, .corp",
  };
  assert.deepEqual(proxyVariables((name) => env[name]), [
    { variable: "HTTPS_PROXY", shown: "http://***@b.proxy:2", isUsable: true },
    { variable: "http_proxy", shown: "no address of a proxy", isUsable: false },
    { variable: "NO_PROXY", shown: "lan, .corp", isUsable: true },
  ]);
});
