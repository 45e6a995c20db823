/** Whether `serve` answers in this container, for its health check; its token is in the environment. */
const token = Deno.env.get("COMOVE_SECRET_API_TOKEN") ?? "";
const response = await fetch("http://localhost:8377/api/v1/health", {
  headers: { authorization: `Bearer ${token}` },
  signal: AbortSignal.timeout(4_000),
}).catch(() => undefined);
Deno.exit(response?.ok ? 0 : 1);
