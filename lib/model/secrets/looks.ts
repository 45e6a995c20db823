/** Words that stand where a secret would, and say what is the matter with it. */
const REMARK =
  /^(?:a|absent|after|an|and|as|at|bad|by|empty|expired|false|for|from|has|if|in|incorrect|invalid|is|it|left|malformed|may|missing|must|nil|no|none|not|nothing|null|of|off|ok|on|optional|or|rejected|required|see|should|string|the|this|to|true|undefined|unknown|unset|used|was|were|when|with|wrong|yes|you|your)$/i;

/** Whether a word after `token:` is a remark about the token. */
export function isRemark(value: string): boolean {
  return REMARK.test(value.replace(/(?<![.,:;!?])[.,:;!?]+$/, ""));
}

/** Whether a text of some length is made as keys are: letters and digits mixed, or capitals inside a word. */
export function looksRandom(value: string, least: number): boolean {
  if (value.length < least) return false;
  const isMixed = /\d/.test(value) && /[a-z]/i.test(value);
  return isMixed || (value.length >= 20 && /[a-z][A-Z]+[a-z]+[A-Z]/.test(value));
}
