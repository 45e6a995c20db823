import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { withTempFolder } from "./temp_folder.ts";

const PRELOAD = fileURLToPath(new URL("property_seed.ts", import.meta.url));

Deno.test("what is loaded before the tests keeps the user's configuration out of them and of what they start", async () => {
  await withTempFolder(async (dir) => {
    const script = `${dir}/names.ts`;
    await Deno.writeTextFile(
      script,
      'const ours = Object.entries(Deno.env.toObject()).filter(([name]) => name.startsWith("COMOVE_"));\n' +
        "console.log(JSON.stringify(ours));\n",
    );
    const config = fileURLToPath(new URL("../../deno.json", import.meta.url));
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", `--config=${config}`, `--preload=${PRELOAD}`, script],
      env: { COMOVE_SOURCE: "live", COMOVE_CONFIG_FILE: `${dir}/config.yaml` },
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    assert.equal(text(stdout).trim(), '[["COMOVE_CONFIG_FILE",""]]', text(stderr));
  });
});
