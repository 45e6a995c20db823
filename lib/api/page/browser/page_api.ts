/** What the server answered: its data, or one sentence of why not. */
export type ApiAnswer =
  | { readonly kind: "done"; readonly data: unknown }
  | {
    readonly kind: "refused";
    readonly message: string;
    /** Key of the body that is at fault; undefined where none is. */
    readonly key?: string | undefined;
  };

const BASE = "/api/v1";
const TOKEN_KEY = "comove-token";

/** Asks the API. @param body JSON, or a file with its type */
export async function askApi(
  method: string,
  path: string,
  body?: unknown,
): Promise<ApiAnswer> {
  const headers = new Headers({ accept: "application/json" });
  const token = tokenOfPage();
  if (token !== undefined && method !== "GET") headers.set("authorization", `Bearer ${token}`);
  let sent: BodyInit | null = null;
  if (body instanceof Blob) {
    headers.set("content-type", "text/csv");
    sent = body;
  } else if (body !== undefined) {
    headers.set("content-type", "application/json");
    sent = JSON.stringify(body);
  }
  try {
    // What was changed a moment ago is not to be shown as it was before.
    const asked = { method, headers, body: sent, cache: "no-cache" } as const;
    const response = await fetch(`${BASE}/${path}`, asked);
    const text = await response.text();
    const data = text === "" ? undefined : JSON.parse(text);
    if (response.ok) return { kind: "done", data };
    if (response.status === 401) return await askForToken(method, path, body);
    return { kind: "refused", message: problemText(data, response.status), key: keyAtFault(data) };
  } catch (error) {
    return { kind: "refused", message: `The server did not answer: ${(error as Error).message}` };
  }
}

/** A file of the API, given to the reader under its own name. */
export async function downloadFromApi(path: string): Promise<ApiAnswer> {
  try {
    const response = await fetch(`${BASE}/${path}`);
    if (!response.ok) {
      const problem = await response.json().catch(() => undefined);
      return { kind: "refused", message: problemText(problem, response.status) };
    }
    const named = /filename="([^"]+)"/.exec(response.headers.get("content-disposition") ?? "");
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await response.blob());
    link.download = named?.[1] ?? "comove";
    link.click();
    URL.revokeObjectURL(link.href);
    return { kind: "done", data: link.download };
  } catch (error) {
    return { kind: "refused", message: `The server did not answer: ${(error as Error).message}` };
  }
}

/** A server that others reach gives its token to nobody: the reader has it. */
async function askForToken(method: string, path: string, body: unknown): Promise<ApiAnswer> {
  const given = prompt("This change takes the token (api.token of the server's configuration):");
  if (given === null || given === "") {
    return { kind: "refused", message: "It takes the token; nothing was changed." };
  }
  sessionStorage.setItem(TOKEN_KEY, given);
  return await askApi(method, path, body);
}

function tokenOfPage(): string | undefined {
  const meta = document.querySelector<HTMLMetaElement>(`meta[name="${TOKEN_KEY}"]`);
  return meta?.content ?? sessionStorage.getItem(TOKEN_KEY) ?? undefined;
}

/** Problems are of RFC 9457. */
function problemText(problem: unknown, status: number): string {
  const { title, detail } = (problem ?? {}) as {
    readonly title?: string;
    readonly detail?: string;
  };
  return detail ?? title ?? `The server refused with ${status}.`;
}

/** Of the first fault that a problem points at in the body: `fire` of `/body/fire`. */
function keyAtFault(problem: unknown): string | undefined {
  const { errors } = (problem ?? {}) as { readonly errors?: readonly { pointer?: unknown }[] };
  return /^\/body\/(\w+)/.exec(`${errors?.[0]?.pointer ?? ""}`)?.[1];
}
