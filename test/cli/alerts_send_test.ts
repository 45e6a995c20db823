import assert from "node:assert/strict";
import { alerts } from "../../lib/cli/alerts.ts";
import { doctor } from "../../lib/cli/doctor.ts";
import { MarketError } from "../../lib/model/errors.ts";
import { startFakeChannelServer } from "../alerts/support/fake_channel_server.ts";
import { withTempFolder } from "../support/temp_folder.ts";
import { fakeTerminal } from "./fake_terminal.ts";

/** Runs with a configuration of two channels; the second has no secret. */
async function withChannels(
  use: (
    run: (...args: readonly string[]) => Promise<{ code: number; out: string }>,
    server: Awaited<ReturnType<typeof startFakeChannelServer>>,
    file: string,
  ) => Promise<void>,
) {
  await using server = await startFakeChannelServer();
  await withTempFolder(async (folder) => {
    const file = `${folder}/c.yaml`;
    await Deno.writeTextFile(`${folder}/hook`, `${server.url}/in/S3CRETpath`, { mode: 0o600 });
    await Deno.writeTextFile(
      file,
      "alerts: { channels: { desk: { kind: webhook, url: 'file:hook' }, " +
        "phone: { kind: telegram, token: 'env:COMOVE_SECRET_NONE', chatId: 5 } } }\n",
    );
    await use(
      async (...args) => {
        const { terminal, out, err } = fakeTerminal();
        const [command, ...rest] = args;
        const all = [...rest, "--config", file];
        const code = command === "doctor"
          ? await doctor(all, terminal, { mayReach: () => Promise.resolve(true) })
          : await alerts([command!, ...all], terminal);
        assert.ok(!(out() + err()).includes("S3CRET"));
        return { code, out: out() };
      },
      server,
      file,
    );
  });
}

Deno.test("alerts send posts one test message and says what became of it", async () => {
  await withChannels(async (run, server) => {
    const host = new URL(server.url).host;
    assert.deepEqual(await run("send", "desk"), {
      code: 0,
      out: `desk (webhook, ${host}): delivered (HTTP 200)\n`,
    });
    server.plan({ status: 429, headers: { "Retry-After": "2.5" } });
    assert.deepEqual(await run("send", "desk"), {
      code: 1,
      out: `desk (webhook, ${host}): not delivered: HTTP 429; try again in 3 s\n`,
    });
    const [first, second, ...more] = server.asked;
    assert.deepEqual(more, []);
    assert.equal(first?.target, "/in/S3CRETpath");
    assert.notEqual(first?.headers["webhook-id"], second?.headers["webhook-id"]);
    assert.match(JSON.parse(first!.body).message, /^A test of Comove's alerts/);
  });
});

Deno.test("alerts send refuses a channel that is not there, and one without its secret, by name", async () => {
  await withChannels(async (run, server) => {
    const refusal = (...args: string[]) =>
      run(...args).then(() => assert.fail("it was sent"), (error: unknown) => {
        assert.ok(error instanceof MarketError);
        return error.message;
      });
    assert.match(await refusal("send", "dsk"), /dsk is no channel .* known: desk, phone; did you/);
    assert.match(await refusal("send"), /needs the name of one channel/);
    assert.match(
      await refusal("send", "phone"),
      /channels\.phone\.token is in the variable COMOVE/,
    );
    assert.deepEqual(server.asked, []);
  });
});

Deno.test("doctor checks each channel without sending, and sends with --send", async () => {
  await withChannels(async (run, server) => {
    const lineOf = (out: string, name: string) =>
      out.split("\n").find((line) => line.includes(`Channel ${name}`));
    const checked = await run("doctor");
    assert.equal(checked.code, 1, "one has no secret");
    assert.match(
      lineOf(checked.out, "desk")!,
      /^ok +Channel desk: Webhook at 127\.0\.0\.1:\d+, set/,
    );
    assert.match(
      lineOf(checked.out, "phone")!,
      /^fix +Channel phone: is not set up → .*SECRET_NONE/,
    );
    assert.deepEqual(server.asked, []);
    server.plan({}, { status: 404 });
    const sent = await run("doctor", "--send");
    assert.match(lineOf(sent.out, "desk")!, /test message delivered \(HTTP 200\)$/);
    const gone = await run("doctor", "--send");
    assert.match(
      lineOf(gone.out, "desk")!,
      /^fix .*not delivered: HTTP 404 → check alerts\.channels/,
    );
    assert.equal(server.asked.length, 2);
  });
});
