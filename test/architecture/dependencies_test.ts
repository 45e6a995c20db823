/** No dependency comes in without a fixed version and a hash. */
import assert from "node:assert/strict";
import { looseDependencies, type Sources } from "./dependencies.ts";

const ROOT = new URL("../../", import.meta.url);

/** Paths of all files below a folder, but for what is made and not kept. */
async function filesBelow(folder: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(new URL(folder, ROOT))) {
    const path = `${folder}${name}`;
    if (isDirectory && !/^(rendered|node_modules|\.ipynb_checkpoints)$/.test(name)) {
      paths.push(...await filesBelow(`${path}/`));
    } else if (!isDirectory) paths.push(path);
  }
  return paths;
}

async function ourSources(): Promise<Sources> {
  const read = (path: string) => Deno.readTextFile(new URL(path, ROOT));
  const paths = (await Promise.all(["lib/", "test/", "notebooks/", ".ci/"].map(filesBelow))).flat();
  const textsOf = async (pattern: RegExp, wanted: readonly string[] = paths) =>
    new Map(
      await Promise.all(
        wanted.filter((path) => pattern.test(path))
          .map(async (path) => [path, await read(path)] as const),
      ),
    );
  const notebooks = [...await textsOf(/\.ipynb$/)].map(([path, text]) =>
    [path, codeOf(text)] as const
  );
  return {
    denoJson: await read("deno.json"),
    locks: await textsOf(/deno\.lock$/, [...paths, "deno.lock"]),
    code: new Map([...await textsOf(/\.(ts|tsx|js|mjs|mts)$/), ...notebooks]),
    requirements: await textsOf(/requirements[^/]*\.txt$/),
    scripts: await textsOf(/./, [...paths.filter((path) => path.startsWith(".ci/")), "README.md"]),
  };
}

/** The code cells of a notebook. */
function codeOf(notebook: string): string {
  const { cells } = JSON.parse(notebook) as {
    readonly cells: readonly { readonly cell_type: string; readonly source: string | string[] }[];
  };
  return cells.filter(({ cell_type: kind }) => kind === "code")
    .map(({ source }) => typeof source === "string" ? source : source.join("")).join("\n");
}

Deno.test("every dependency has a fixed version and a hash, and comes in through deno.json", async () => {
  const sources = await ourSources();
  assert.ok(sources.code.size > 400 && sources.requirements.size >= 3, "the sources are found");
  assert.ok([...sources.code.keys()].some((path) => path.endsWith(".ipynb")));
  assert.deepEqual(looseDependencies(sources), []);
});

const HASH = `sha512-${"A".repeat(86)}==`;

/** A second lock, of what only one check needs. */
const BENCH = JSON.stringify({
  specifiers: { "npm:peer@1.0.0": "1.0.0" },
  npm: { "peer@1.0.0": { integrity: HASH } },
});

/** What is found when one thing of a sound project is another. */
function found(changed: Partial<Record<"imports" | "lock" | "code" | "python" | "ci", unknown>>) {
  const {
    imports = { ws: "npm:ws@8.23.0" },
    lock = {
      specifiers: { "npm:ws@8.23.0": "8.23.0" },
      npm: { "ws@8.23.0": { integrity: HASH } },
    },
    code = `import ws from "ws";\nimport { a } from "./a.ts";\nimport "node:net";`,
    python = "pandas==3.1.1\n# a note\nnumpy==2.4.6 # another\nib_async[x]==2.1.0rc1\n",
    ci = "npx -y deno@2.9.6 task test\n# npx anything\n",
  } = changed;
  return looseDependencies({
    denoJson: JSON.stringify({ imports }),
    locks: new Map([["deno.lock", JSON.stringify(lock)], ["test/bench/deno.lock", BENCH]]),
    code: new Map([["lib/x.ts", code as string]]),
    requirements: new Map([["test/requirements.txt", python as string]]),
    scripts: new Map([[".ci/run", ci as string]]),
  });
}

Deno.test("looseDependencies finds nothing in a sound project", () => {
  assert.deepEqual(found({}), []);
});

Deno.test("looseDependencies names an import that is not exact, or from elsewhere", () => {
  const targets = ["npm:ws@^8.0.0", "npm:ws@8", "npm:ws", "npm:ws@latest", "jsr:@std/ws@1.0.0"];
  for (
    const target of [...targets, "https://a.example/ws.ts", "npm:ws@>=8.23.0", "npm:ws@8.23.x"]
  ) {
    const [first] = found({ imports: { ws: target } });
    assert.equal(first, `deno.json: ws is ${target}, not npm:NAME@1.2.3`);
  }
});

Deno.test("looseDependencies names what the lock lacks", () => {
  const specifiers = { "npm:ws@8.23.0": "8.23.0" };
  const npm = { "ws@8.23.0": { integrity: HASH } };
  const of = (lock: unknown) => found({ lock }).join("\n");
  assert.match(of({ specifiers, npm: { "ws@8.23.0": {} } }), /ws@8\.23\.0 has no integrity/);
  assert.match(
    of({ specifiers, npm: { "ws@8.23.0": { integrity: "sha1-abc" } } }),
    /has no integrity/,
  );
  assert.match(of({ specifiers: {}, npm }), /npm:ws@8\.23\.0 of deno\.json is not in it/);
  assert.match(of({ specifiers: { ...specifiers, "npm:a@^1": "1.0.0" }, npm }), /npm:a@\^1/);
  assert.match(of({ specifiers, npm, jsr: {} }), /has jsr/);
  assert.match(of({ specifiers, npm, remote: {} }), /has remote/);
});

Deno.test("looseDependencies names an import past deno.json, in whatever form", () => {
  // Taken apart, so that this file does not break the rule.
  const [at, slashes] = ["@ts-types", "///"];
  const forms = [
    [`import a from "a";`, "a"],
    [`export * from "@std/a";`, "@std/a"],
    [`import type { A } from "https://a.example/a.ts";`, "https://a.example/a.ts"],
    [`const a = await im` + `port("left-pad");`, "left-pad"],
    [`// ${at}="@types/a"`, "@types/a"],
    [`${slashes} <reference types="@types/a" />`, "@types/a"],
  ] as const;
  for (const [code, specifier] of forms) {
    assert.deepEqual(found({ code }), [
      `lib/x.ts: imports ${specifier}, which deno.json does not map`,
    ]);
  }
  for (const name of ["npm:a@1.2.3", "npm:a", "jsr:@std/a@1.0.0"]) {
    assert.deepEqual(found({ code: `import a from "${name}";` }), [
      `lib/x.ts: imports ${name}, which deno.json does not map`,
      `lib/x.ts: ${name} is in no lock`,
    ]);
    assert.deepEqual(found({ code: `const NAME = "${name}";` }), [
      `lib/x.ts: ${name} is in no lock`,
    ]);
  }
  assert.deepEqual(found({ code: `const NAME = "npm:peer@1.0.0";` }), []);
  assert.deepEqual(found({ code: `import a from "ws/lib/sender.js";` }), []);
});

Deno.test("looseDependencies names Python packages and programs without an exact version", () => {
  const lines = ["pandas", "pandas>=3", "pandas~=3.1", "pandas==3.*", "-r other.txt"];
  for (const line of [...lines, "git+https://a.example/b", "pandas==3.1.1; os_name=='nt'"]) {
    assert.deepEqual(found({ python: line }), [
      `test/requirements.txt: ${line} is not NAME==1.2.3`,
    ]);
  }
  for (const name of ["deno", "deno@latest", "deno@2", "@scope/x@^1.0.0"]) {
    assert.deepEqual(found({ ci: `npx -y ${name} task test` }), [
      `.ci/run: npx ${name} names no exact version`,
    ]);
  }
});
