/** What stands in the place of a secret. */
export const REDACTED = '[redacted]';

/** Words in a name behind which people and tools keep secrets. */
const SECRET_WORD =
  'pass(?:word|wd|phrase)?|pwd|secret|token|credential|signature|authorization|' +
  '(?:api|access|account|private|shared|master|client|signing)[-_. ]?(?:key|secret)(?:[-_. ]?id)?';

/** Each finds a secret in a text; what its groups hold is kept, the rest is not. */
const SECRETS: readonly RegExp[] = [
  // User and password in an address.
  /([a-z][a-z0-9+.-]*:\/\/)[^/@\s:]*:[^/@\s]+(@)/gi,
  // What stands in an Authorization header.
  /(\b(?:Bearer|Basic|SharedAccessSignature|AWS4-HMAC-SHA256)\s+)[\w.~+/=%:;,-]{6,}/gi,
  // JWTs, our tokens, Google's access tokens, Slack's, GitHub's, private keys.
  /\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?/g,
  /\b(?:cmdb_|ya29\.|xox[abprs]-|gh[opsur]_|github_pat_)[\w.-]{6,}/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  // `password=…`, `"clientSecret": "…"`, `DB_PASSWORD: …`, `&sig=…`.
  new RegExp(
    `((?:^|[^a-z])[\\w.-]{0,60}(?:${SECRET_WORD})s?["']?\\s*[=:]\\s*)(?:"[^"]*"|'[^']*'|[^\\s"',;&)}\\]]+)`,
    'gi',
  ),
  /([?&](?:sig|key|code|X-Amz-[\w-]+)=)[^&\s"']+/gi,
];

/** What every text has that one of the above finds something in; most texts have none of it. */
const HINT =
  /pass|pwd|secret|token|credential|signature|authorization|key|bearer|basic|AWS4-|@|eyJ|cmdb_|ya29|xox|gh[opsur]_|github_|sig=|code=|X-Amz-/i;

/**
 * Takes secrets out of a text that somebody else wrote – the message of an error, the value of a
 * label –, by how they look. The last of several nets: what is known to hold a secret is not read.
 */
export function redactText(text: string): string {
  if (!HINT.test(text)) return text;
  return SECRETS.reduce(
    (redacted, secret) =>
      redacted.replace(secret, (...match) => {
        const [before = '', after = ''] = match
          .slice(1, -2)
          .filter((group): group is string => typeof group === 'string');
        return `${before}${REDACTED}${after}`;
      }),
    text,
  );
}
