/**
 * Whether `serve` answers in this container, for its health check: exits with 0 where it does, else with 1, saying why.
 * Its token is in the environment. By a bare connection, so that no proxy of the environment stands between.
 */
const PORT = Number(Deno.args[0] ?? 8377);
const WITHIN_MS = 4_000;

const token = Deno.env.get("COMOVE_SECRET_API_TOKEN") ?? "";
const request = [
  "GET /api/v1/health HTTP/1.1",
  `host: 127.0.0.1:${PORT}`,
  `authorization: Bearer ${token}`,
  "connection: close",
];

async function answer(): Promise<string> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port: PORT });
  const writer = connection.writable.getWriter();
  await writer.write(new TextEncoder().encode(`${request.join("\r\n")}\r\n\r\n`));
  return await new Response(connection.readable).text();
}

const timer = setTimeout(() => end(1, `no answer within ${WITHIN_MS} ms`), WITHIN_MS);
try {
  const text = await answer();
  const status = /^HTTP\/1\.1 (\d+)/.exec(text)?.[1];
  const body = text.slice(text.indexOf("\r\n\r\n")).trim();
  end(status === "200" ? 0 : 1, `${status ?? "no HTTP"} ${body}`);
} catch (error) {
  end(1, `no connection: ${(error as Error).message}`);
}

function end(code: number, why: string): never {
  clearTimeout(timer);
  console.log(why);
  Deno.exit(code);
}
