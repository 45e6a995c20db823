import { importsOf } from "./import_graph.ts";

/** What the rules look at: texts of files, by their paths from the project's root. */
export interface Sources {
  readonly denoJson: string;
  /** Locks by their paths; `deno.lock` is that of the imports of deno.json. */
  readonly locks: ReadonlyMap<string, string>;
  /** Code: modules, and the code cells of notebooks. */
  readonly code: ReadonlyMap<string, string>;
  /** Lists of Python packages. */
  readonly requirements: ReadonlyMap<string, string>;
  /** Texts with shell commands: those of the continuous integration, and READMEs. */
  readonly scripts: ReadonlyMap<string, string>;
}

const EXACT = String.raw`\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?`;
const NAME = String.raw`(?:@[a-z0-9._-]+\/)?[a-z0-9._-]+`;
const EXACT_NPM = new RegExp(`^npm:(${NAME}@${EXACT})$`);
const INTEGRITY = /^sha512-[A-Za-z0-9+/]{86}==$/;

/** Every dependency without a fixed version or without a hash, one sentence each. */
export function looseDependencies(sources: Sources): string[] {
  const { denoJson, code, requirements, scripts } = sources;
  const imports: Readonly<Record<string, string>> = JSON.parse(denoJson).imports ?? {};
  const locks = new Map([...sources.locks].map(([path, text]) => [path, JSON.parse(text) as Lock]));
  const main = locks.get("deno.lock")?.specifiers ?? {};
  const locked = [...locks.values()].flatMap(({ specifiers = {} }) => Object.keys(specifiers));
  return [
    ...looseImports(imports),
    ...Object.values(imports).filter((target) => !Object.hasOwn(main, target))
      .map((target) => `deno.lock: ${target} of deno.json is not in it`),
    ...[...locks].flatMap(([path, lock]) => looseLock(path, lock)),
    ...[...code].flatMap(([path, text]) => strayImports(path, text, imports)),
    ...[...code].flatMap(([path, text]) => looseNames(path, text, locked)),
    ...[...requirements].flatMap(([path, text]) => looseRequirements(path, text)),
    ...[...scripts].flatMap(([path, text]) => looseCommands(path, text)),
  ];
}

function looseImports(imports: Readonly<Record<string, string>>): string[] {
  return Object.entries(imports).flatMap(([name, target]) =>
    EXACT_NPM.test(target) ? [] : [`deno.json: ${name} is ${target}, not npm:NAME@1.2.3`]
  );
}

interface Lock {
  readonly specifiers?: Readonly<Record<string, string>>;
  readonly npm?: Readonly<Record<string, { readonly integrity?: string }>>;
  readonly [section: string]: unknown;
}

function looseLock(path: string, lock: Lock): string[] {
  const { specifiers = {}, npm = {} } = lock;
  const foreign = ["jsr", "remote", "redirects"].filter((section) => lock[section] !== undefined);
  return [
    ...foreign.map((section) => `${path}: has ${section}; only npm packages are used here`),
    ...Object.keys(specifiers).filter((specifier) => !EXACT_NPM.test(specifier))
      .map((specifier) => `${path}: ${specifier} is not npm:NAME@1.2.3`),
    ...Object.entries(npm).filter(([, { integrity }]) => !INTEGRITY.test(integrity ?? ""))
      .map(([name]) => `${path}: ${name} has no integrity`),
  ];
}

/** Names of packages that code keeps for an import of its own: what such a name imports is in a lock. */
function looseNames(path: string, text: string, locked: readonly string[]): string[] {
  // The rules are tried on names like these.
  if (path.startsWith("test/architecture/")) return [];
  const names = [...text.matchAll(/["'`]((?:npm|jsr):[@\w][^"'`\s]*)["'`]/g)].map(([, name]) =>
    name!
  );
  return names.filter((name) => !EXACT_NPM.test(name) || !locked.includes(name))
    .map((name) => `${path}: ${name} is in no lock`);
}

/** What code may import besides its own files and what Deno brings. */
function strayImports(
  path: string,
  text: string,
  imports: Readonly<Record<string, string>>,
): string[] {
  const types = [...text.matchAll(/@(?:deno|ts)-types\s*=\s*["']([^"']+)["']/g)]
    .map(([, specifier]) => specifier!);
  const references = [...text.matchAll(/\/\/\/\s*<reference\s+(?:types|path)=["']([^"']+)["']/g)]
    .map(([, specifier]) => specifier!);
  const named = importsOf({ path, text }).map(({ specifier }) => specifier);
  return [...named, ...types, ...references].flatMap((specifier) => {
    if (/^(\.{1,2}\/|node:|data:|file:)/.test(specifier) || specifier === COMPUTED) return [];
    const isMapped = Object.hasOwn(imports, packageOf(specifier));
    return isMapped ? [] : [`${path}: imports ${specifier}, which deno.json does not map`];
  });
}

/** Stands for a dynamic import of what is only known when it runs; see `importsOf`. */
const COMPUTED = "a computed name";

/** `@scope/name/sub` → `@scope/name`. */
function packageOf(specifier: string): string {
  return /^(@[^/]+\/[^/]+|[^/]+)/.exec(specifier)?.[0] ?? specifier;
}

const EXACT_PYTHON = /^[A-Za-z0-9][A-Za-z0-9._-]*(\[[A-Za-z0-9,._-]+\])?==\d+(\.\d+)*([a-z]+\d+)?$/;

function looseRequirements(path: string, text: string): string[] {
  return text.split("\n").map((line) => line.replace(/(^|\s)#.*$/, "").trim())
    .filter((line) => line !== "" && !EXACT_PYTHON.test(line))
    .map((line) => `${path}: ${line} is not NAME==1.2.3`);
}

/** Programs that download and run a package: `npx` always, `pip install` when it names one. */
function looseCommands(path: string, text: string): string[] {
  const lines = text.split("\n").filter((line) => !/^\s*#/.test(line));
  const npx = lines.flatMap((line) => [...line.matchAll(/\bnpx\s+(?:-\S+\s+)*([@a-z]\S*)/g)])
    .map(([, name]) => name!.replace(/[`'",.;:)]+$/, ""));
  const exact = new RegExp(`^${NAME}@${EXACT}$`);
  return npx.filter((name) => !exact.test(name))
    .map((name) => `${path}: npx ${name} names no exact version`);
}
