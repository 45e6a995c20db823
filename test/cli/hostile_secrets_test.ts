import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import { record } from "../../lib/cli/record.ts";
import { hostileVenues } from "../support/hostile_venues.ts";
import { withTempFolder } from "../support/temp_folder.ts";
import { MUST_MASK } from "../model/secrets/texts.ts";
import { fakeTerminal } from "./fake_terminal.ts";

/** Those that cannot stand somewhere by chance, as six digits can. */
const SECRETS = [
  ...MUST_MASK.map(([, secret]) => secret).filter((secret) => !/^\d+$|^short$/.test(secret)),
  "7654321",
  "7654322",
  "7654323",
  "c0nfigured",
];
const CONTROLS = "\u202egnp.\u2066 \x1b[31mRED\x1b[0m \x9b31m \u200b\ufeff\x85";
/** What must not be printed or logged as it is. */
const UNSEEN = /(?![\t\n])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/** Every file under a folder, unpacked, by its path. */
async function filesIn(dir: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for await (const { name, isDirectory } of Deno.readDir(dir)) {
    const path = `${dir}/${name}`;
    if (isDirectory) {
      for (const [inner, text] of await filesIn(path)) files.set(inner, text);
      continue;
    }
    const bytes = await Deno.readFile(path);
    // A recording's file has a gzip member for each block.
    files.set(path, new TextDecoder().decode(name.endsWith(".gz") ? gunzipSync(bytes) : bytes));
    if (Deno.build.os !== "windows" && name !== "config.yaml") {
      assert.equal((await Deno.stat(path)).mode! & 0o777, 0o600, path);
    }
  }
  return files;
}

function configOf(dir: string, twsPort: number, webPort: number): string {
  const host = `me:c0nfigured@127.0.0.1:${webPort}`;
  return `source: live
ibkr: { host: 127.0.0.1, port: ${twsPort} }
binance: { streamUrl: "ws://${host}", restUrl: "http://${host}", symbols: [BTCUSDT] }
deribit: { enabled: false }
data: { backfillHours: 1 }
log: { level: debug, dir: "${dir}/logs" }
`;
}

Deno.test("nothing that is written or printed holds a secret that a venue sends or the configuration has", async () => {
  await withTempFolder(async (dir) => {
    const texts = MUST_MASK.map(([text]) => `${CONTROLS} ${text}`).concat(
      MUST_MASK.map(([text]) => text),
    );
    await using venues = await hostileVenues(texts);
    await Deno.writeTextFile(`${dir}/config.yaml`, configOf(dir, venues.twsPort, venues.webPort));
    const { terminal, stop, out, err } = fakeTerminal();
    const args = [
      "--config",
      `${dir}/config.yaml`,
      "--out",
      `${dir}/tapes`,
      "--export",
      `${dir}/out`,
    ];
    const running = record(args, terminal);
    const deadline = performance.now() + 30_000;
    const isOver = () =>
      venues.sent.tws >= texts.length && venues.sent.stream >= texts.length &&
      venues.sent.rest > 0 && /"source":"stream"/.test(err());
    while (!isOver() && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
    stop();
    await running;
    assert.ok(
      venues.sent.tws > 50 && venues.sent.rest > 0 && venues.sent.stream > 20,
      JSON.stringify(venues.sent),
    );

    const written = await filesIn(dir);
    const names = [...written.keys()].map((path) => path.slice(dir.length));
    for (
      const part of [
        "/logs/",
        "/tapes/",
        "/manifest.json",
        ".jsonl.gz",
        "coverage.json",
        "events.jsonl",
      ]
    ) {
      assert.ok(names.some((name) => name.includes(part)), `${part} among ${names.join(" ")}`);
    }
    written.delete(`${dir}/config.yaml`);
    written.set("standard output", out());
    written.set("standard error", err());
    for (const [path, text] of written) {
      for (const secret of SECRETS) {
        const at = text.indexOf(secret);
        assert.ok(at < 0, `${path} holds ${secret}: ${text.slice(Math.max(0, at - 120), at + 60)}`);
      }
      if (path.endsWith(".gz")) continue;
      const unseen = UNSEEN.exec(text);
      assert.equal(unseen, null, `${path} holds ${JSON.stringify(unseen?.[0])}`);
    }
    // The texts did arrive.
    assert.match(err(), /\*\*\*/);
    assert.ok([...written].some(([path, text]) => path.endsWith(".gz") && text.includes("***")));
  });
});
