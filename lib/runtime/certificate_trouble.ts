/** What is the matter with a certificate, by the codes of Node's TLS. Deno has one code for the second and the third. */
const TROUBLES: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is signed by itself",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate is signed by no authority that is trusted here",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    "its certificate is signed by no authority that is trusted here, or has expired",
  CERT_HAS_EXPIRED: "its certificate has expired",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another host",
};

/** Why a peer is not trusted, as a part of a sentence; undefined where no certificate is the matter. */
export function certificateTrouble(error: unknown): string | undefined {
  const code = (error as { readonly code?: unknown } | null)?.code;
  return typeof code === "string" && Object.hasOwn(TROUBLES, code) ? TROUBLES[code] : undefined;
}
