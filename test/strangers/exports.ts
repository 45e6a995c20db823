/** pandas, openpyxl and pyarrow read what is exported: every number to the last digit, every time in UTC. */
import assert from "node:assert/strict";

/** Of the process that writes and of the one that reads. */
const ZONES = ["UTC", "America/New_York", "Asia/Kolkata"];

function here(name: string): string {
  return new URL(name, import.meta.url).pathname;
}

async function run(program: string, args: readonly string[], zone: string): Promise<void> {
  const { code } = await new Deno.Command(program, {
    args: [...args],
    env: { TZ: zone },
    stdout: "inherit",
    stderr: "inherit",
  }).output();
  assert.equal(code, 0, `${args.join(" ")} in ${zone}`);
}

Deno.test("exports are read back to the last digit, in UTC, under three time zones", async () => {
  const python = Deno.env.get("PYTHON") ?? "python3";
  const hashes = new Set<string>();
  for (const zone of ZONES) {
    const dir = await Deno.makeTempDir();
    await run(Deno.execPath(), ["run", "-A", here("support/write_exports.ts"), dir], zone);
    await run(python, [here("exports_check.py"), dir], zone);
    const { files: [file] } = JSON.parse(await Deno.readTextFile(`${dir}/bars.xlsx.manifest.json`));
    hashes.add(file.sha256);
    await Deno.remove(dir, { recursive: true });
  }
  assert.equal(hashes.size, 1, "the same bytes in every zone");
});
