/** The container files: their form, what they promise, and the health check; building them needs more than a suite may do. */
import assert from "node:assert/strict";
import { parse } from "yaml";
import { loadConfig } from "../../lib/feeds/config.ts";
import { systemFiles } from "../../lib/runtime/files.ts";

const FOLDER = new URL("../../.container/", import.meta.url);
const PINNED_DENO = "2.9.6";

interface Service {
  readonly image?: string;
  readonly user?: string;
  readonly build?: unknown;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly networks?: readonly string[];
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[]; readonly interval?: string };
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, unknown>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

function read(name: string): Promise<string> {
  return Deno.readTextFile(new URL(name, FOLDER));
}

function composeOf(text: string): Compose {
  return parse(text, { merge: true });
}

/** What is wrong with a compose file, one sentence each. */
function faultsOf({ services, networks, volumes }: Compose): string[] {
  return Object.entries(services).flatMap(([name, service]) => {
    const { environment = {}, ports = [], depends_on: needs = {}, image = "" } = service;
    const secrets = Object.entries(environment).filter(([key]) => /PASSWORD|SECRET/.test(key));
    const named = (service.volumes ?? []).map((volume) => volume.split(":")[0]!);
    const rules: readonly (readonly [isKept: boolean, fault: string])[] = [
      [service.read_only === true, "its root can be written to"],
      [service.cap_drop?.join() === "ALL", "it has capabilities"],
      [service.security_opt?.includes("no-new-privileges:true") === true, "it may gain rights"],
      [service.healthcheck?.test[0] === "CMD", "nobody knows whether it works"],
      [service.build !== undefined || /:[\w.-]*\d/.test(image), `its image ${image} is not pinned`],
      [ports.every((port) => port.startsWith("127.0.0.1:")), "a port is open to others"],
      [secrets.every(([, value]) => /\$\{\w+[:}]/.test(value)), "a secret is written down"],
      [(service.networks ?? []).every((one) => one in networks), "a network is not declared"],
      [named.every((one) => one.startsWith("./") || one in volumes), "a volume is not declared"],
      [
        Object.entries(needs).every(([other, { condition }]) =>
          condition === "service_healthy" && services[other]?.healthcheck !== undefined
        ),
        "it waits for what cannot be told",
      ],
    ];
    return rules.filter(([isKept]) => !isKept).map(([, fault]) => `${name}: ${fault}`);
  });
}

Deno.test("the compose file has its five parts, each shut in, checked and without a secret", async () => {
  const compose = composeOf(await read("compose.yaml"));
  assert.deepEqual(Object.keys(compose.services), [
    "broker",
    "database",
    "ingest",
    "writer",
    "serve",
  ]);
  assert.deepEqual(faultsOf(compose), []);
});

Deno.test("faultsOf sees what is left out of a compose file", async () => {
  const text = await read("compose.yaml");
  const changes: readonly (readonly [from: string, to: string, fault: RegExp])[] = [
    ["read_only: true", "read_only: false", /root can be written to/],
    ["cap_drop: [ALL]", "cap_drop: []", /capabilities/],
    ["no-new-privileges:true", "label:disable", /gain rights/],
    ["nats:2.10.29-alpine", "nats:latest", /not pinned/],
    ["127.0.0.1:8377:8377", "8377:8377", /open to others/],
    ["${POSTGRES_PASSWORD}@", "hunter2@", /written down/],
    ["outside: {}", "outsides: {}", /network is not declared/],
    ["database: {}", "data: {}", /volume is not declared/],
    ["service_healthy", "service_started", /cannot be told/],
  ];
  for (const [from, to, fault] of changes) {
    assert.ok(text.includes(from), from);
    assert.match(faultsOf(composeOf(text.replaceAll(from, to))).join("; "), fault);
  }
});

Deno.test("what a container runs is a task, with a configuration that is good and holds no secret", async () => {
  const { services } = composeOf(await read("compose.yaml"));
  const { tasks } = JSON.parse(await Deno.readTextFile(new URL("../deno.json", FOLDER)));
  const ours = Object.values(services).filter(({ build }) => build !== undefined);
  for (const { command = [], environment = {} } of ours) {
    const [task, option, file = ""] = command;
    assert.ok(task! in tasks, `${task} is no task`);
    assert.equal(option, "--config");
    const name = file.replace("/etc/comove/", "");
    const config = await loadConfig({
      env: {},
      files: systemFiles,
      file: new URL(name, FOLDER).pathname,
    });
    const secrets = [config.bus.url, config.store.url, config.api.token].filter((value) =>
      value !== null
    );
    for (const secret of secrets) {
      assert.ok(secret.startsWith("env:"), name);
      assert.ok(secret.slice(4) in environment, `${name} is not given ${secret}`);
    }
  }
});

Deno.test("the image is of the Deno that Comove is tested with, and its user is not root", async () => {
  const lines = (await read("Dockerfile")).replaceAll(/\\\n/g, " ").split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  const known = /^(FROM|ENV|WORKDIR|COPY|RUN|USER|EXPOSE|ENTRYPOINT|CMD) /;
  assert.deepEqual(lines.filter((line) => !known.test(line)), []);
  assert.equal(lines[0], `FROM denoland/deno:debian-${PINNED_DENO}`);
  const user = lines.findLast((line) => line.startsWith("USER "))!;
  assert.match(user, /^USER [1-9]\d*$/);
  assert.ok(lines.indexOf(user) > lines.findLastIndex((line) => /^(RUN|COPY) /.test(line)));
  assert.deepEqual(JSON.parse(lines.find((line) => line.startsWith("ENTRYPOINT"))!.slice(11)), [
    "deno",
    "task",
    "--quiet",
  ]);
  for (const line of lines.filter((line) => line.startsWith("COPY "))) {
    for (const source of line.split(" ").slice(1, -1)) {
      const [folder] = source.split("*");
      await Deno.stat(new URL(`../${folder}`, FOLDER));
    }
  }
  const ignored = (await read("Dockerfile.dockerignore")).split("\n");
  assert.equal(ignored.find((line) => !line.startsWith("#")), "*", "only what is named gets in");
});

Deno.test("the example of an environment holds no secret, and the real one stays out", async () => {
  const lines = (await read("example.env")).trim().split("\n");
  const names = lines.filter((line) => !line.startsWith("#"));
  assert.deepEqual(names, ["NATS_PASSWORD=", "POSTGRES_PASSWORD=", "API_TOKEN="]);
  assert.match(await Deno.readTextFile(new URL("../.gitignore", FOLDER)), /^\.container\/\.env$/m);
});

Deno.test("the health check exits with 0 for an answer of 200 alone, past a proxy, and says what else it met", async () => {
  let answer: (request: Request) => Response | Promise<Response> = () => new Response();
  const served: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    served.push(`${new URL(request.url).pathname} ${request.headers.get("authorization")}`);
    return answer(request);
  });
  const { port } = server.addr;
  try {
    assert.deepEqual(await healthOn(port), [0, "200"]);
    assert.deepEqual(served, ["/api/v1/health Bearer a-token"]);
    answer = () => new Response("The market is opening.", { status: 503 });
    assert.deepEqual(await healthOn(port), [1, "503 The market is opening."]);
    const { promise: never, resolve } = Promise.withResolvers<Response>();
    answer = () => never;
    assert.deepEqual(await healthOn(port), [1, "no answer within 4000 ms"]);
    resolve(new Response());
  } finally {
    await server.shutdown();
  }
  const [code, why] = await healthOn(port);
  assert.equal(code, 1);
  assert.match(why, /^no connection: /);
});

/** Runs the health check of `serve` as compose does, against another port. */
async function healthOn(port: number): Promise<readonly [code: number, why: string]> {
  const { services } = composeOf(await read("compose.yaml"));
  const [, program, ...args] = services.serve!.healthcheck!.test;
  assert.equal(program, "deno");
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: [...args.map((arg) => arg.replace(":8377", `:${port}`)), String(port)],
    cwd: new URL("..", FOLDER),
    env: { COMOVE_SECRET_API_TOKEN: "a-token", http_proxy: "http://127.0.0.1:9" },
  }).output();
  return [code, new TextDecoder().decode(stdout).trim()];
}
