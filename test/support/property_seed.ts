/**
 * Loaded before the tests. Properties draw the same cases in every run, so that a red run can be repeated and
 * a green one says the same everywhere; `PROPERTY_SEED=42 deno task test` draws others. No test reads the user's
 * configuration, from a file or from the environment.
 */
import fc from "fast-check";

// A configuration in this checkout or in the environment, which may say `source: live`, reaches no test and no process
// that a test starts.
for (const name of Object.keys(Deno.env.toObject())) {
  if (name.startsWith("COMOVE_")) Deno.env.delete(name);
}
Deno.env.set("COMOVE_CONFIG_FILE", "");

const DEFAULT_SEED = 20_251_203;

fc.configureGlobal({ seed: Number(Deno.env.get("PROPERTY_SEED") ?? DEFAULT_SEED) });
