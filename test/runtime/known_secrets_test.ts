import assert from "node:assert/strict";
import { knownSecrets } from "../../lib/runtime/known_secrets.ts";
import { withTempFolder } from "../support/temp_folder.ts";

Deno.test("knownSecrets finds what stands in a configuration and what its references stand for", async () => {
  await withTempFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/hook`, "https://hooks.example/in/a1b2?c=d3\n", {
      mode: 0o600,
    });
    const config = {
      alerts: {
        channels: {
          one: { kind: "discord", url: "file:hook" },
          two: { kind: "telegram", token: "env:TOKEN", chatId: "5" },
          three: { kind: "ntfy", topic: "t0pic", url: "https://ntfy.example" },
          four: { kind: "email", password: "env:NONE", user: "desk" },
        },
      },
      api: { token: "plain-token" },
    };
    const env = (name: string) => name === "TOKEN" ? "1:abc" : undefined;
    assert.deepEqual((await knownSecrets(config, { folder, env })).sort(), [
      "/in/a1b2",
      "/in/a1b2?c=d3",
      "1:abc",
      "https://hooks.example/in/a1b2?c=d3",
      "plain-token",
      "t0pic",
    ]);
  });
});
