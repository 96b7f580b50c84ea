import { z } from 'zod';
import { parseArn } from './arn.ts';

/** Who may assume a role, as its trust policy says; conditions are not read. */
export interface Trust {
  /** AWS services: `ec2.amazonaws.com`. */
  services: string[];
  /** Accounts as a whole: their own policies say who there. */
  accounts: string[];
  /** Single roles and users, by ARN; by id those that were deleted since. */
  principals: string[];
  /** Identity providers: an ARN of OIDC or SAML, or a host name. */
  federated: string[];
  /** Whether it names everybody, be it under conditions. */
  anybody: boolean;
}

const names = z
  .union([z.string(), z.array(z.string())])
  .optional()
  .transform((value) => (value === undefined ? [] : [value].flat()));

const statement = z.object({
  Effect: z.string(),
  Principal: z
    .union([z.literal('*'), z.object({ AWS: names, Service: names, Federated: names })])
    .optional(),
});

const document = z.object({ Statement: z.union([statement, z.array(statement)]) });

/** A trust policy as IAM answers it – JSON, URL-encoded – of which only the principals are kept. */
export const trustPolicy = z
  .string()
  .nullish()
  .transform((value, context): Trust => {
    const parsed = document.safeParse(value ? jsonOf(value) : { Statement: [] });
    if (parsed.success) return trustOf([parsed.data.Statement].flat());
    // Without zod's words: they may quote the policy.
    context.addIssue('is no trust policy');
    return z.NEVER;
  });

/** The decoded document, or null where it is not JSON, which is no policy either. */
function jsonOf(encoded: string): unknown {
  try {
    return JSON.parse(encoded.startsWith('%') ? decodeURIComponent(encoded) : encoded);
  } catch {
    return null;
  }
}

function trustOf(statements: ReadonlyArray<z.infer<typeof statement>>): Trust {
  const services = new Set<string>();
  const accounts = new Set<string>();
  const principals = new Set<string>();
  const federated = new Set<string>();
  let anybody = false;
  for (const { Effect, Principal } of statements) {
    if (Effect !== 'Allow' || Principal === undefined) continue;
    const { AWS, Service, Federated } =
      Principal === '*' ? { AWS: ['*'], Service: [], Federated: [] } : Principal;
    for (const name of AWS) {
      const account = accountIn(name);
      if (name === '*') anybody = true;
      else if (account) accounts.add(account);
      else principals.add(name);
    }
    for (const name of Service) services.add(name);
    for (const name of Federated) federated.add(name);
  }
  return {
    services: [...services].sort(),
    accounts: [...accounts].sort(),
    principals: [...principals].sort(),
    federated: [...federated].sort(),
    anybody,
  };
}

/** The account that a principal stands for as a whole: its id, or the ARN that ends in `root`. */
function accountIn(principal: string): string | null {
  if (/^\d{12}$/.test(principal)) return principal;
  const arn = parseArn(principal);
  return arn?.resource === 'root' ? arn.account : null;
}
