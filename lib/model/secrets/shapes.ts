import { MASK } from "./mask.ts";

/** A slash as it stands in a path, in JSON, or percent-encoded once or twice. */
const SLASH = String.raw`(?:\\{0,8}\/|%(?:25)?2F)`;
const COLON = "(?::|%(?:25)?3A)";
/** What may stand in the rest of a path. */
const REST = String.raw`[^\s"'<>|,;)}\]]*`;
/** Not inside a longer word. */
const START = "(?<![A-Za-z0-9])";
const END = "(?![A-Za-z0-9])";
/** A month or a day as contracts and files write it: 202512, 20251203. */
const DAY = String.raw`(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])?`;

/** Secrets known by their own look, each with what stays of it. Every pattern is linear in the text. */
const SHAPES: readonly (readonly [pattern: RegExp, masked: string])[] = [
  // JSON web tokens, cut ones too
  [/(?<![\w-])eyJ[\w-]{12,}(?:\.[\w-]*){0,4}/g, MASK],
  // GitHub, GitLab
  [/(?<![A-Za-z0-9])(gh[pousr]_|github_pat_|glpat-)\w[\w-]{7,}/g, `$1${MASK}`],
  // Slack
  [/(?<![A-Za-z0-9])(xox[a-z]-|xoxe\.xox[a-z]-|xapp-)[\w-]{6,}/g, `$1${MASK}`],
  // Amazon
  [
    /(?<![A-Za-z0-9])(A3T[A-Z0-9]|AKIA|ASIA|AGPA|AIDA|AROA|ANPA|ANVA|ABIA|ACCA)[A-Z0-9]{12,}/g,
    `$1${MASK}`,
  ],
  // Google
  [/(?<![A-Za-z0-9])(AIza|ya29\.)[\w-]{20,}/g, `$1${MASK}`],
  // Stripe and Standard Webhooks, npm, Hugging Face, others who write sk-
  [/(?<![A-Za-z0-9])([rs]k_(?:live|test)_|whsec_|npm_|hf_)[\w+/=]{10,}/g, `$1${MASK}`],
  [/(?<![A-Za-z0-9-])(sk-)[\w-]{20,}/g, `$1${MASK}`],
  [/(?<![A-Za-z0-9])(SG\.)[\w-]{16,}\.[\w-]{16,}/g, `$1${MASK}`],
  // DigitalOcean, Vault, Shopify, PyPI, Docker, Linear, Postman, Brevo, Grafana, Atlassian, Notion, Mailgun
  [
    /(?<![A-Za-z0-9])(do[op]_v1_|hv[sb]\.|shp(?:at|ca|pa|ss)_|pypi-|dckr_pat_|lin_api_|PMAK-|xkeysib-|gl(?:sa|c)_|ATATT3|ntn_|key-)(?=[\w-]*\d)[\w-]{24,}/g,
    `$1${MASK}`,
  ],
  // Telegram: /bot123456:AAE…, and the token alone
  [
    new RegExp(String.raw`(${SLASH}bot)\d{3,}${COLON}[\w-]+`, "gi"),
    `$1${MASK}`,
  ],
  [new RegExp(String.raw`(?<![\w.])(?:bot)?\d{6,12}${COLON}[A-Za-z0-9_-]{25,}`, "gi"), MASK],
  // Discord's bots
  [/(?<![\w-])[MNO][\w-]{22,27}\.[\w-]{6,7}\.[\w-]{25,}/g, MASK],
  // Hooks: whoever has the address may write
  [
    new RegExp(
      String.raw`(${SLASH}webhooks?(?:b2)?${SLASH})(?=[\w%.@-]{15,}|\d+${SLASH})${REST}`,
      "gi",
    ),
    `$1${MASK}`,
  ],
  [
    new RegExp(
      String.raw`(webhook\.office\.com${SLASH}|webhook\.office365\.com${SLASH})${REST}`,
      "gi",
    ),
    `$1${MASK}`,
  ],
  [
    new RegExp(
      String
        .raw`(hooks\.slack(?:-gov)?\.com${SLASH}(?:services|workflows|triggers)${SLASH})${REST}`,
      "gi",
    ),
    `$1${MASK}`,
  ],
  [
    new RegExp(String.raw`(${SLASH}hooks?${SLASH})(?=[\w-]{15,}|catch${SLASH})${REST}`, "gi"),
    `$1${MASK}`,
  ],
  [new RegExp(String.raw`(${SLASH}with${SLASH}key${SLASH})${REST}`, "gi"), `$1${MASK}`],
  [
    new RegExp(
      String.raw`(?<![\w.])(T[A-Z0-9]{7,11}${SLASH}B[A-Z0-9]{7,11}${SLASH})[A-Za-z0-9]{16,}`,
      "g",
    ),
    `$1${MASK}`,
  ],
  // Accounts of Interactive Brokers: U1234567, DU…, DUM…, DUH…, DF…, F…, I…, and those of advisors with a letter behind.
  // A date behind F or I is the month or day of a contract.
  [
    new RegExp(
      `${START}(D[UFI][A-Z]?|UM|FM|IM|U|FA|UA|[FI](?!${DAY}${END}))\\d{6,9}(?:[A-Z]{1,2}|All)?${END}`,
      "g",
    ),
    `$1${MASK}`,
  ],
  [new RegExp(`${START}(d?um?)(?!${DAY}${END})\\d{7,9}[a-z]?${END}`, "g"), `$1${MASK}`],
];

/** Cheap tests for a text that holds none of the shapes. Apart, and with the case spelt out, they take a third. */
const STEMS = [
  /eyJ|gh[pousr]_|github_pat|glpat|xox|xapp-|A3T|A(?:KI|SI|GP|ID|RO|NP|NV|BI|CC)A|AIza|ya29|[rs]k_|whsec_|npm_|hf_|sk-|SG\.|%3[aA]|%253|\/[kK][eE][yY]|-----B/,
  // In the expression above these would cost ten times as much.
  /do[op]_v1_|hv[sb]\.|shp(?:at|ca|pa|ss)_|pypi-|dckr_|lin_api_|PMAK-|xkeysib|gl(?:sa|c)_|ATATT3|ntn_|key-/,
  /[bB][oO][tT]\d|[hH][oO][oO][kK]/,
  /:[\w-]{25}|[MNO][\w-]{22}|B[A-Z0-9]{7}/,
  /(?:[UFIMAufim]|D[UFI][A-Z])\d{6}/,
];

/** False for a text without anything that {@link maskShapes} or {@link maskPem} would mask. */
export function mayHoldShapes(text: string): boolean {
  return STEMS.some((stem) => stem.test(text));
}

/** The text without the secrets that are known by their look. */
export function maskShapes(text: string): string {
  if (!mayHoldShapes(text)) return text;
  return SHAPES.reduce((clean, [pattern, masked]) => clean.replace(pattern, masked), text);
}

const BEGIN = "-----BEGIN ";
const PEM_END = /-----END [A-Z0-9 ]{1,40}-----/g;

/** The text without keys and certificates in PEM; one that is cut is masked to the end of the text. */
export function maskPem(text: string): string {
  let at = text.indexOf(BEGIN);
  if (at < 0) return text;
  let clean = "";
  let from = 0;
  while (at >= 0) {
    clean += text.slice(from, at) + MASK;
    PEM_END.lastIndex = at;
    const end = PEM_END.exec(text);
    if (end === null) return clean;
    from = end.index + end[0].length;
    at = text.indexOf(BEGIN, from);
  }
  return clean + text.slice(from);
}
