import assert from "node:assert/strict";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { type Certificate, newAuthority, selfSigned } from "./certificates.ts";
import { startFakeMailServer } from "../alerts/support/fake_mail_server.ts";
import { startConnectProxy } from "./connect_proxy.ts";

const SUBJECT = fileURLToPath(new URL("./subject_post.ts", import.meta.url));
const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PATH = "S3CRET-path-of-a-hook";
const YEAR = 365 * 86_400_000;
/** What a process trusts, and its proxies. */
const OWN = /_PROXY$|^(?:DENO_CERT|DENO_TLS_CA_STORE|NODE_EXTRA_CA_CERTS|SSL_CERT_)/i;

const STRANGE =
  "no trusted TLS connection: its certificate is signed by no authority that is trusted here, or has expired";

/** What came of posts in a process with the permissions of `deno task stream`, and its environment. */
async function outcomes(
  env: Readonly<Record<string, string>>,
  urls: readonly string[],
): Promise<string[]> {
  const kept = Object.entries(Deno.env.toObject()).filter(([name]) => !OWN.test(name));
  const variables = PROXY_NAMES.join();
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "--no-prompt", "--cached-only", "--allow-net"]
      .concat(`--allow-env=${variables}`, SUBJECT, urls),
    cwd: ROOT,
    clearEnv: true,
    env: { ...Object.fromEntries(kept), ...env },
  }).output();
  const lines = new TextDecoder().decode(stdout).trimEnd().split("\n");
  const problems = new TextDecoder().decode(stderr);
  assert.equal(lines.length, urls.length, problems);
  assert.ok(!`${lines}${problems}`.includes(PATH), "the path stays secret");
  return lines.map((line) => JSON.parse(line));
}

const PROXY_NAMES = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"]
  .concat("ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy");

/** A server with a certificate, and how many bodies it has got. */
async function startSecure(certificate: Certificate) {
  let got = 0;
  const server = createServer(certificate, (request, response) => {
    got++;
    request.resume();
    response.end("taken");
  });
  server.on("tlsClientError", () => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `https://localhost:${port}/${PATH}`,
    get got() {
      return got;
    },
    close() {
      server.closeAllConnections();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

Deno.test("a certificate that a trusted root has signed for the host is accepted, every other one refused before a byte is sent", async () => {
  const authority = await newAuthority();
  const root = await Deno.makeTempFile({ suffix: ".pem" });
  await Deno.writeTextFile(root, authority.cert);
  const past = { from: Date.now() - 2 * YEAR, to: Date.now() - YEAR };
  const good = await startSecure(await authority.sign("localhost"));
  const others = [
    await startSecure(await authority.sign("other.test")),
    await startSecure(await authority.sign("localhost", past)),
    await startSecure(await selfSigned("localhost")),
  ];
  const urls = [good, ...others].map(({ url }) => url);
  try {
    const trusting = [
      { DENO_CERT: root },
      { NODE_EXTRA_CA_CERTS: root },
      { DENO_TLS_CA_STORE: "system", SSL_CERT_FILE: root },
      // What turns checks off in Node turns them off nowhere here.
      { DENO_CERT: root, NODE_TLS_REJECT_UNAUTHORIZED: "0" },
    ];
    for (const env of trusting) {
      const [accepted, wrongName, expired, own] = await outcomes(env, urls);
      assert.equal(accepted, "HTTP 200", JSON.stringify(env));
      assert.equal(wrongName, "no trusted TLS connection: its certificate is for another host");
      assert.equal(expired, STRANGE);
      assert.equal(own, "no trusted TLS connection: its certificate is signed by itself");
    }
    const [unknown] = await outcomes({}, [good.url]);
    assert.equal(unknown, STRANGE, "a root that nobody named is trusted by nobody");
    assert.equal(good.got, trusting.length);
    assert.deepEqual(others.map(({ got }) => got), [0, 0, 0]);
  } finally {
    for (const server of [good, ...others]) await server.close();
    await Deno.remove(root);
  }
});

Deno.test("a post over TLS goes through the proxy of the environment, and trusts the same roots there", async () => {
  const authority = await newAuthority();
  const root = await Deno.makeTempFile({ suffix: ".pem" });
  await Deno.writeTextFile(root, authority.cert);
  const server = await startSecure(await authority.sign("hook.test"));
  const proxy = await startConnectProxy(server.port);
  const refusing = await startConnectProxy();
  const HTTPS_PROXY = `http://me:pass@127.0.0.1:${proxy.port}`;
  const urls = [`https://hook.test/${PATH}`, `https://other.test/${PATH}`];
  try {
    for (const env of [{ DENO_CERT: root }, { NODE_EXTRA_CA_CERTS: root }]) {
      const [accepted, wrongName] = await outcomes({ HTTPS_PROXY, ...env }, urls);
      assert.equal(accepted, "HTTP 200", JSON.stringify(env));
      assert.equal(wrongName, "no trusted TLS connection: its certificate is for another host");
    }
    assert.deepEqual(
      new Set(proxy.asked),
      new Set(["CONNECT hook.test:443", "CONNECT other.test:443"]),
    );
    assert.equal(proxy.credentials[0], `Basic ${btoa("me:pass")}`);
    assert.equal(server.got, 2);
    const [strange] = await outcomes({ HTTPS_PROXY }, [urls[0]!]);
    assert.equal(strange, STRANGE);
    const no = { HTTPS_PROXY: `http://127.0.0.1:${refusing.port}`, DENO_CERT: root };
    const [refused] = await outcomes(no, [urls[0]!]);
    assert.equal(refused, "the proxy on the way does not let a connection through");
  } finally {
    await server.close();
    await proxy.close();
    await refusing.close();
    await Deno.remove(root);
  }
});

Deno.test("a mail server needs a certificate that a trusted root has signed for it", async () => {
  const authority = await newAuthority();
  const root = await Deno.makeTempFile({ suffix: ".pem" });
  await Deno.writeTextFile(root, authority.cert);
  await using good = await startFakeMailServer(await authority.sign("localhost"));
  await using wrongName = await startFakeMailServer(await authority.sign("other.test"));
  await using own = await startFakeMailServer(await selfSigned("localhost"));
  const urls = [good, wrongName, own].map(({ port }) => `smtps://localhost:${port}`);
  try {
    for (const NODE_TLS_REJECT_UNAUTHORIZED of ["1", "0"]) {
      const env = { NODE_EXTRA_CA_CERTS: root, NODE_TLS_REJECT_UNAUTHORIZED };
      const [accepted, ...refused] = await outcomes(env, urls);
      assert.match(accepted!, /^250/);
      assert.match(refused[0]!, /altnames/);
      assert.match(refused[1]!, /self[- ]signed certificate/);
    }
    const [unknown] = await outcomes({}, [urls[0]!]);
    assert.match(unknown!, /unable to verify/);
    assert.equal(good.mails.length, 2);
    assert.deepEqual([...wrongName.mails, ...own.mails], []);
  } finally {
    await Deno.remove(root);
  }
});
