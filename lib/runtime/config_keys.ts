import { nearest } from "../model/nearest.ts";

/** What is used of a zod schema to look into it. */
interface Schema {
  readonly shape?: Readonly<Record<string, Schema>>;
  readonly def?: {
    readonly innerType?: Schema;
    readonly out?: Schema;
    readonly element?: Schema;
  };
}

/** Begin of the names of our variables. */
export const PREFIX = "COMOVE_";

/** The keys of the configuration, as `["ibkr", "clientId"]`, and what they are called elsewhere. */
export class ConfigKeys {
  /** Every key, sections before what is in them. */
  readonly #paths: readonly (readonly string[])[];
  /** Every key, those inside of lists too: `ibkr.futures.symbol`. */
  readonly #names: readonly string[];

  /** @param schema a zod object. */
  constructor(schema: unknown) {
    this.#paths = pathsOf(schema as Schema, false);
    this.#names = pathsOf(schema as Schema, true).map((path) => path.join("."));
  }

  /** The key that an environment variable stands for: `COMOVE_IBKR_CLIENT_ID` → `ibkr.clientId`. */
  ofVariable(name: string): readonly string[] | undefined {
    return this.#paths.find((path) => variableOf(path) === name);
  }

  /** The variables that stand for keys. */
  get variables(): readonly string[] {
    return this.#paths.map(variableOf);
  }

  /** The known variable that comes closest, if it comes close. */
  nearestVariable(name: string): string | undefined {
    return nearest(name, this.#paths.map(variableOf));
  }

  /** The known key that comes closest, in spelling or, when it is in the wrong section, by its name. */
  nearestKey(path: readonly PropertyKey[]): string | undefined {
    const words = path.map(String).filter((word) => !/^\d+$/.test(word));
    const name = words.join(".");
    const namesake = this.#names.find((known) => known.split(".").at(-1) === words.at(-1));
    return nearest(name, this.#names) ?? namesake;
  }
}

/** Begin of the names of variables that hold a secret, for `env:COMOVE_SECRET_…`: no keys of the configuration. */
export const SECRET_PREFIX = `${PREFIX}SECRET_`;

/** Names the configuration in place of `notebooks/config.yaml`; empty where there is to be none. */
export const FILE_VARIABLE = `${PREFIX}CONFIG_FILE`;

/** Whether the variable is meant for a key of Comove's configuration. */
export function isOurVariable(name: string): boolean {
  return name.startsWith(PREFIX) && !name.startsWith(SECRET_PREFIX) && name !== FILE_VARIABLE;
}

/** `["ibkr", "clientId"]` → `COMOVE_IBKR_CLIENT_ID`. */
export function variableOf(path: readonly string[]): string {
  const words = path.map((key) => key.replace(/([a-z])([A-Z])/g, "$1_$2").toUpperCase());
  return `${PREFIX}${words.join("_")}`;
}

function pathsOf(schema: Schema, isIntoLists: boolean): string[][] {
  return Object.entries(shapeOf(schema, isIntoLists) ?? {}).flatMap(([key, inner]) => [
    [key],
    ...pathsOf(inner, isIntoLists).map((rest) => [key, ...rest]),
  ]);
}

/** The keys of an object schema, through defaults and preparations, and through lists where wanted. */
function shapeOf({ shape, def }: Schema, isIntoLists: boolean): Schema["shape"] {
  const inner = def?.innerType ?? def?.out ?? (isIntoLists ? def?.element : undefined);
  return shape ?? (inner === undefined ? undefined : shapeOf(inner, isIntoLists));
}
