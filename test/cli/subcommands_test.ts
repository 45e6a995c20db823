import assert from "node:assert/strict";
import { runSubcommand, type Subcommands } from "../../lib/cli/subcommands.ts";
import { fakeTerminal } from "./fake_terminal.ts";

const COMMANDS: Subcommands = {
  info: {
    summary: "shows it",
    load: () =>
      Promise.resolve((args, { out }) => {
        out(args.join());
        return Promise.resolve(7);
      }),
  },
};

Deno.test("runSubcommand runs the named command with what follows, and gives its exit code", async () => {
  const { terminal, out } = fakeTerminal();
  assert.equal(await runSubcommand("x", "X.", COMMANDS, ["info", "a", "--b"], terminal), 7);
  assert.equal(out(), "a,--b");
});

Deno.test("runSubcommand lists the commands: asked for on standard output, else as an error", async () => {
  const asked = fakeTerminal();
  assert.equal(await runSubcommand("x", "X.", COMMANDS, ["--help"], asked.terminal), 0);
  assert.match(asked.out(), /deno task x COMMAND[\s\S]*info +shows it/);
  const none = fakeTerminal();
  assert.equal(await runSubcommand("x", "X.", COMMANDS, [], none.terminal), 2);
  assert.match(none.err(), /info +shows it/);
  assert.equal(none.out(), "");
});

Deno.test("runSubcommand refuses an unknown name, and suggests the nearest", async () => {
  const { terminal } = fakeTerminal();
  for (const name of ["ifno", "toString"]) {
    await assert.rejects(runSubcommand("x", "X.", COMMANDS, [name], terminal), {
      code: "usage",
      message: name === "ifno"
        ? "ifno is no command of x; known: info; did you mean info?."
        : "toString is no command of x; known: info.",
    });
  }
});
