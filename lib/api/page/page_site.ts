import { PAGE_CODE } from "../../charts/library_tag.ts";
import { THIRD_PARTY_NOTICES } from "../../charts/third_party_notices.ts";
import { sha256Base64 } from "../../runtime/digest.ts";
import { pageHtml, type PageScripts } from "./page_html.ts";

/** The page's own code: one module, to be bundled for the browser. */
export const DASHBOARD_CODE = new URL("./browser/mod.ts", import.meta.url);

/** One script of an entry; see `bundleForBrowser`. */
export type Bundle = (entry: URL) => Promise<string>;

interface Asset {
  readonly type: string;
  readonly plain: Uint8Array<ArrayBuffer>;
  readonly packed: Uint8Array<ArrayBuffer>;
  readonly tag: string;
}

/** Nothing comes from elsewhere, and nothing goes there. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'unsafe-inline'",
  "img-src data: blob: 'self'",
  "media-src data: blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const SCRIPT = "text/javascript; charset=utf-8";

/** The dashboard's files: made once, kept packed. */
export class PageSite {
  readonly #assets: ReadonlyMap<string, Asset>;

  private constructor(assets: ReadonlyMap<string, Asset>) {
    this.#assets = assets;
  }

  /**
   * Bundles the page's code, which takes a second.
   *
   * @param options.token given to the page, so that it can change things. @default none
   * @throws what `bundle` throws
   */
  static async make(
    bundle: Bundle,
    { token }: { readonly token?: string } = {},
  ): Promise<PageSite> {
    const [charts, dashboard] = await Promise.all([bundle(PAGE_CODE), bundle(DASHBOARD_CODE)]);
    const chartsAsset = await assetOf(`/*\n${THIRD_PARTY_NOTICES}*/\n${charts}`, SCRIPT);
    const dashboardAsset = await assetOf(dashboard, SCRIPT);
    const paths: PageScripts = {
      charts: `/assets/charts-${nameOf(chartsAsset)}.js`,
      dashboard: `/assets/dashboard-${nameOf(dashboardAsset)}.js`,
    };
    return new PageSite(
      new Map([
        ["/", await assetOf(pageHtml(paths, token), "text/html; charset=utf-8")],
        [paths.charts, chartsAsset],
        [paths.dashboard, dashboardAsset],
      ]),
    );
  }

  /** Bytes of all of it as it travels. */
  get packedBytes(): number {
    return [...this.#assets.values()].reduce((sum, { packed }) => sum + packed.length, 0);
  }

  /** The answer to a request for a file of the page; undefined for all others. */
  answer(request: Request): Response | undefined {
    const { pathname } = new URL(request.url);
    const asset = this.#assets.get(pathname);
    if (asset === undefined || (request.method !== "GET" && request.method !== "HEAD")) {
      return undefined;
    }
    const isPage = pathname === "/";
    const headers = new Headers({
      "content-type": asset.type,
      etag: asset.tag,
      // A script's address names what is in it.
      "cache-control": isPage ? "no-store" : "max-age=31536000, immutable",
      vary: "accept-encoding",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
    });
    if (isPage) headers.set("content-security-policy", POLICY);
    if (request.headers.get("if-none-match") === asset.tag) {
      return new Response(null, { status: 304, headers });
    }
    const takesGzip = /\bgzip\b/.test(request.headers.get("accept-encoding") ?? "");
    if (takesGzip) headers.set("content-encoding", "gzip");
    const body = takesGzip ? asset.packed : asset.plain;
    return new Response(request.method === "HEAD" ? null : body, { headers });
  }
}

async function assetOf(text: string, type: string): Promise<Asset> {
  const plain = new TextEncoder().encode(text);
  const stream = new Blob([plain]).stream().pipeThrough(new CompressionStream("gzip"));
  const packed = new Uint8Array(await new Response(stream).arrayBuffer());
  return { type, plain, packed, tag: `"${sha256Base64(text)}"` };
}

function nameOf({ tag }: Asset): string {
  return tag.replace(/[^A-Za-z0-9]/g, "").slice(0, 12);
}
