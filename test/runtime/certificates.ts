/** A certificate with its key, both PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** Signs certificates; its own is a root. */
export interface Authority {
  readonly cert: string;
  /** @param host the name the certificate is for. */
  sign(host: string, validity?: Validity): Promise<Certificate>;
}

/** When a certificate holds, epoch ms UTC. */
export interface Validity {
  readonly from: number;
  readonly to: number;
}

const DAY = 86_400_000;

/** An authority of its own, made anew: X.509 v3 with ECDSA on P-256. */
export async function newAuthority(name = "Root of a test"): Promise<Authority> {
  const keys = await newKeys();
  const cert = await certificate({
    subject: name,
    issuer: name,
    keys,
    signer: keys,
    extensions: [extension([2, 5, 29, 19], der(SEQUENCE, der(BOOLEAN, [0xff])))],
  });
  return {
    cert,
    async sign(host, validity) {
      const own = await newKeys();
      const made = await certificate({
        subject: host,
        issuer: name,
        keys: own,
        signer: keys,
        extensions: [namesExtension(host)],
        validity,
      });
      return { cert: made, key: await pemOfKey(own) };
    },
  };
}

/** A certificate that no authority has signed. */
export async function selfSigned(host: string): Promise<Certificate> {
  const keys = await newKeys();
  const extensions = [namesExtension(host)];
  const cert = await certificate({
    subject: host,
    issuer: host,
    keys,
    signer: keys,
    extensions,
  });
  return { cert, key: await pemOfKey(keys) };
}

const [BOOLEAN, INTEGER, BITS, OCTETS, OBJECT, UTF8, TIME, SEQUENCE, SET] = //
  [0x01, 0x02, 0x03, 0x04, 0x06, 0x0c, 0x18, 0x30, 0x31];
const ECDSA_SHA256 = [1, 2, 840, 10045, 4, 3, 2];
const COMMON_NAME = [2, 5, 4, 3];
const ALTERNATIVE_NAMES = [2, 5, 29, 17];
const CURVE = { name: "ECDSA", namedCurve: "P-256" };

async function certificate({ subject, issuer, keys, signer, extensions, validity }: {
  readonly subject: string;
  readonly issuer: string;
  readonly keys: CryptoKeyPair;
  readonly signer: CryptoKeyPair;
  readonly extensions: readonly number[][];
  readonly validity?: Validity | undefined;
}): Promise<string> {
  const { from, to } = validity ?? { from: Date.now() - DAY, to: Date.now() + DAY };
  const algorithm = der(SEQUENCE, identifier(ECDSA_SHA256));
  const serial = [0x01, ...crypto.getRandomValues(new Uint8Array(8))];
  const publicKey = new Uint8Array(await crypto.subtle.exportKey("spki", keys.publicKey));
  const body = der(
    SEQUENCE,
    der(0xa0, der(INTEGER, [2])),
    der(INTEGER, serial),
    algorithm,
    nameOf(issuer),
    der(SEQUENCE, timeOf(from), timeOf(to)),
    nameOf(subject),
    [...publicKey],
    der(0xa3, der(SEQUENCE, ...extensions)),
  );
  const raw = await crypto.subtle.sign(
    { name: "ECDSA", hash: "SHA-256" },
    signer.privateKey,
    new Uint8Array(body),
  );
  const halves = new Uint8Array(raw);
  const signature = der(
    SEQUENCE,
    unsigned(halves.subarray(0, 32)),
    unsigned(halves.subarray(32)),
  );
  return pem("CERTIFICATE", der(SEQUENCE, body, algorithm, der(BITS, [0, ...signature])));
}

async function newKeys(): Promise<CryptoKeyPair> {
  return await crypto.subtle.generateKey(CURVE, true, ["sign", "verify"]) as CryptoKeyPair;
}

async function pemOfKey({ privateKey }: CryptoKeyPair): Promise<string> {
  const bytes = await crypto.subtle.exportKey("pkcs8", privateKey);
  return pem("PRIVATE KEY", [...new Uint8Array(bytes)]);
}

/** Tag, length and content. */
function der(tag: number, ...contents: readonly (readonly number[])[]): number[] {
  const content = contents.flat();
  const { length } = content;
  const size = length < 0x80
    ? [length]
    : length < 0x100
    ? [0x81, length]
    : [0x82, length >> 8, length & 0xff];
  return [tag, ...size, ...content];
}

function identifier([first = 0, second = 0, ...arcs]: readonly number[]): number[] {
  const base128 = (arc: number): number[] => {
    const digits = [arc & 0x7f];
    for (let rest = arc >> 7; rest > 0; rest >>= 7) digits.unshift(0x80 | (rest & 0x7f));
    return digits;
  };
  return der(OBJECT, [40 * first + second, ...arcs.flatMap(base128)]);
}

function unsigned(bytes: Uint8Array): number[] {
  const start = bytes.findIndex((byte) => byte !== 0);
  const digits = [...bytes.subarray(Math.max(0, start))];
  return der(INTEGER, digits[0]! >= 0x80 ? [0, ...digits] : digits);
}

function nameOf(commonName: string): number[] {
  const pair = der(SEQUENCE, identifier(COMMON_NAME), der(UTF8, textBytes(commonName)));
  return der(SEQUENCE, der(SET, pair));
}

function timeOf(time: number): number[] {
  const digits = new Date(time).toISOString().replace(/[-:T]|\.\d+/g, "");
  return der(TIME, textBytes(digits));
}

function extension(kind: readonly number[], content: readonly number[]): number[] {
  return der(SEQUENCE, identifier(kind), der(OCTETS, content));
}

function namesExtension(host: string): number[] {
  const DNS_NAME = 0x82;
  return extension(ALTERNATIVE_NAMES, der(SEQUENCE, der(DNS_NAME, textBytes(host))));
}

function textBytes(text: string): number[] {
  return [...new TextEncoder().encode(text)];
}

function pem(label: string, bytes: readonly number[]): string {
  const base64 = btoa(String.fromCharCode(...bytes));
  const lines = base64.match(/.{1,64}/g)!.join("\n");
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}
