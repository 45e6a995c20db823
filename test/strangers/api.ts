/**
 * Programs that share no code with Comove read the API: the README's own lines, Prometheus' parser, a walk through the
 * contract, readers that are cut off, and schemathesis, which tries every route of the document with what it allows and
 * what it forbids. `PYTHON` names an interpreter that has requirements.txt.
 */
import assert from "node:assert/strict";
import { serve } from "../../lib/cli/serve.ts";
import type { Terminal } from "../../lib/runtime/terminal.ts";
import { say } from "../support/say.ts";
import { until } from "../support/simulated_market.ts";
import { withTempFolder } from "../support/temp_folder.ts";

const python = Deno.env.get("PYTHON") ?? "python3";
const README = await Deno.readTextFile(new URL("../../README.md", import.meta.url));
const SECONDS = Number(Deno.env.get("TEST_SCHEMATHESIS_SECONDS") ?? 45);
/** Another seed draws other requests. */
const SEED = Deno.env.get("TEST_SCHEMATHESIS_SEED") ?? "15";

/** `serve` on a free port, of the simulated market. */
async function withServer(
  body: (
    server: { readonly host: string; readonly token: string; readonly folder: string },
  ) => Promise<void>,
): Promise<void> {
  await withTempFolder(async (folder) => {
    const file = `${folder}/config.yaml`;
    await Deno.writeTextFile(
      file,
      `data: { backfillHours: 6, trades: true }\nstore: { kind: sqlite, path: ${folder}/api.db }\n`,
    );
    const stopping = new AbortController();
    const out: string[] = [];
    const terminal: Terminal = {
      out: (text) => void out.push(text),
      err: (text) => void out.push(text),
      clearLine: () => {},
      isInteractive: false,
      stop: stopping.signal,
      env: {},
    };
    const running = serve(["--config", file, "--port", "0", "--speed", "60"], terminal);
    try {
      await until(() => /trades, age/.test(out.join("")), 30_000, "the market is open");
      const host = /serves at http:\/\/([^/]+)\//.exec(out.join(""))![1]!;
      const token = /of this run: (\S+)/.exec(out.join(""))![1]!;
      await body({ host, token, folder });
    } finally {
      stopping.abort(new Error("the test is over"));
      assert.equal(await running, 0);
    }
  });
}

/** Code of a block of the README that holds a text, for another address. */
function blockOf(language: string, marker: string, host: string): string {
  const blocks = [...README.matchAll(new RegExp("```" + language + "\\n([\\s\\S]*?)```", "g"))];
  const found = blocks.map(([, code]) => code!).find((code) => code.includes(marker));
  assert.ok(found !== undefined, `the README has a block of ${language} with ${marker}`);
  return found.replaceAll("127.0.0.1:8377", host);
}

async function run(command: string, args: string[], options: Deno.CommandOptions = {}) {
  const { code, stdout, stderr } = await new Deno.Command(command, { args, ...options }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), err: text(stderr) };
}

Deno.test("the README's lines of curl are answered", async () => {
  await withServer(async ({ host, token }) => {
    const lines = blockOf("sh", "curl", host).replaceAll("curl -s", "curl -sS --fail-with-body");
    const { code, out, err } = await run("sh", ["-ec", lines], { env: { TOKEN: token } });
    assert.equal(code, 0, `${out}\n${err}`);
    for (const part of ['"state":', '"timeframe":"5m"', '"columns":["pair"', '"ETHUSDT"']) {
      assert.ok(out.includes(part), `${part} in ${out.slice(0, 2_000)}`);
    }
  });
});

Deno.test("the README's client in Python reads bars and follows them", async () => {
  await withServer(async ({ host }) => {
    const code = blockOf("python", "websockets", host);
    const child = new Deno.Command(python, {
      args: ["-u", "-c", code],
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    let out = "";
    const timer = setTimeout(() => child.kill("SIGKILL"), 30_000);
    const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    while (!/snapshot[\s\S]*update[\s\S]*update/.test(out)) {
      const { value, done } = await reader.read();
      if (done) break;
      out += value;
    }
    clearTimeout(timer);
    await reader.cancel();
    try {
      child.kill("SIGTERM");
    } catch {
      // It has ended by itself, and what it wrote says why.
    }
    await child.status;
    assert.match(out, /open +high[\s\S]* simulated\n/, out);
    const followed = [...out.matchAll(/^(\d+) (snapshot|update) \d+$/gm)];
    const seqs = followed.map(([, seq]) => Number(seq));
    assert.ok(followed.length >= 3, out);
    assert.ok(seqs.every((seq, i) => i === 0 || seq === seqs[i - 1]! + 1), `${seqs}`);
  });
});

const READ_METRICS = `
import sys
from prometheus_client.parser import text_string_to_metric_families as families
for family in families(sys.argv[1]):
    for sample in family.samples:
        print(family.type, sample.name, sorted(sample.labels), sample.value)
`;

Deno.test("Prometheus' own parser reads the metrics: streams, gaps, heals, drops, queues, delays", async () => {
  await withServer(async ({ host }) => {
    const text = await (await fetch(`http://${host}/api/v1/metrics`)).text();
    const { code, out, err } = await run(python, ["-c", READ_METRICS, text]);
    assert.equal(code, 0, err);
    for (
      const line of [
        /^gauge comove_stream_live \['instrument', 'venue'\] 1(\.0)?$/m,
        /^gauge comove_stream_minutes \['instrument', 'venue'\] \d{3}/m,
        /^counter comove_stream_gaps_total \['instrument', 'venue'\] /m,
        /^counter comove_stream_healed_minutes_total \['instrument', 'venue'\] /m,
        /^counter comove_sink_dropped_total \['sink'\] 0(\.0)?$/m,
        /^gauge comove_sink_queued \['sink'\] /m,
        /^gauge comove_sink_lag_seconds \['sink'\] /m,
        /^gauge comove_stream_age_seconds \['instrument', 'venue'\] /m,
        /^counter comove_events_dropped_total \[\] 0(\.0)?$/m,
        /^counter comove_api_requests_total \[\] \d/m,
        /^counter comove_api_stream_dropped_total \[\] 0(\.0)?$/m,
        /^gauge comove_api_stream_readers \[\] 0(\.0)?$/m,
        /^histogram comove_api_answer_seconds_bucket \['le'\] /m,
      ]
    ) assert.match(out, line);
    assert.ok(!out.includes("unknown "), "each family has a type");
  });
});

/** Runs a program of this folder against a server, and shows what it says. */
async function outsider(name: string, args: readonly string[]): Promise<void> {
  const script = new URL(name, import.meta.url).pathname;
  const { code, out, err } = await run(python, ["-u", script, ...args]);
  say(out);
  assert.equal(code, 0, `${out}\n${err}`);
}

Deno.test("an outsider finds every statement of the contract true", async () => {
  await withServer(({ host, token }) => outsider("api_contract.py", [host, token]));
});

Deno.test("1,000 cuts by WebSocket and as many of events lose nothing; a slow reader is closed with 1013", async () => {
  await withServer(({ host }) => outsider("api_streams.py", [host, "1000"]));
});

const { code: lacking } = await run(python, ["-c", "import schemathesis"]).catch(() => ({
  code: 1,
}));
if (lacking !== 0) say("PYTHON has no schemathesis: its check is skipped. See requirements.txt.");

Deno.test({
  name: "schemathesis finds nothing in any route, reading and changing",
  ignore: lacking !== 0,
  fn: async () => {
    await withServer(async ({ host, token, folder }) => {
      const { code, out, err } = await run(python, [
        "-m",
        "schemathesis.cli",
        "run",
        `http://${host}/openapi.json`,
        "--header",
        `Authorization: Bearer ${token}`,
        "--max-time",
        `${SECONDS}`,
        "--seed",
        SEED,
        "--rate-limit",
        "30/s",
        "--warnings",
        "off",
        // What it found before is kept in its folder, and tried again.
      ], { cwd: folder });
      say(out.split("\n").slice(-25).join("\n"));
      assert.equal(code, 0, `${out}\n${err}`);
    });
  },
});
