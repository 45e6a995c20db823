import assert from "node:assert/strict";

const TERMINAL = new URL("../../lib/runtime/terminal.ts", import.meta.url).href;

Deno.test("runCommand obeys no control in what is printed, and clears a line only when asked", async () => {
  const code = `import { runCommand } from ${JSON.stringify(TERMINAL)};
    await runCommand((_args, terminal) => {
      terminal.out("a\\u202eb\\x1b[31mc\\x07\\x9b1m\\r\\ufeff\\ud800\\td\\n");
      terminal.err("e\\x1b]0;owned\\x07\\u200b\\n");
      terminal.clearLine();
      return Promise.resolve(3);
    });`;
  const { code: exit, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-lock", code],
    stdout: "piped",
    stderr: "piped",
  }).output();
  const read = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  assert.equal(
    read(stdout),
    String.raw`a\u202eb\u001b[31mc\u0007\u009b1m\u000d\ufeff\ud800` + "\td\n\r\x1b[K",
  );
  assert.equal(read(stderr), String.raw`e\u001b]0;owned\u0007\u200b` + "\n");
  assert.equal(exit, 3);
});

/** Runs a command that prints until it is stopped, at most 500 lines, with its output as the shell line says. */
async function printing(shell: (program: string) => string) {
  const code = `import { runCommand } from ${JSON.stringify(TERMINAL)};
    await runCommand(async (_args, terminal) => {
      let line = 0;
      while (line < 500 && !terminal.stop.aborted) {
        terminal.out(\`line \${++line}\\n\`);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      terminal.err(\`ended after \${line < 500 ? "some" : "all"}\\n\`);
      return 0;
    });`;
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  await Deno.writeTextFile(file, code);
  const program = `"${Deno.execPath()}" run -A --no-check --quiet "${file}"`;
  const { code: exit, stdout, stderr } = await new Deno.Command("sh", {
    args: ["-c", shell(program)],
  }).output();
  await Deno.remove(file);
  const text = new TextDecoder();
  return { exit, out: text.decode(stdout), err: text.decode(stderr) };
}

Deno.test({
  name:
    "runCommand goes on when its output goes to a full disk, says so once, and exits with an error",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const { exit, err } = await printing((program) => `${program} > /dev/full`);
    assert.equal(
      err,
      "ended after all\nWhat was printed is not complete: " +
        "standard output could not be written, the disk is full.\n",
    );
    assert.equal(exit, 1);
  },
});

Deno.test({
  name: "runCommand stops in good order when nobody reads its output any more",
  ignore: Deno.build.os === "windows",
  async fn() {
    const { exit, out, err } = await printing((program) =>
      `{ ${program}; echo "rc $?" >&2; } | head -2`
    );
    assert.equal(out, "line 1\nline 2\n");
    assert.equal(err, "ended after some\nrc 0\n");
    assert.equal(exit, 0);
  },
});
