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
