import { z } from 'zod';
import { arnOf, parseArn } from './arn.ts';
import { hostKeys } from './dns-targets.ts';

/**
 * What an API calls, as the key of it: of the URI only that is kept, since the rest of a URL may
 * hold a password or a token. Null where stage variables decide, or nothing is called.
 */
export const integrationTarget = z
  .string()
  .nullish()
  .transform((uri) => (uri ? targetKey(uri) : null));

/**
 * The key of what an integration calls.
 *
 * @param uri the ARN of a function or a listener, API Gateway's ARN for a service, or a URL
 */
function targetKey(uri: string): string | null {
  const arn = parseArn(uri);
  if (arn === null) return urlKey(uri);
  const { partition, region, resource } = arn;
  switch (arn.service) {
    case 'lambda':
      return functionArn(uri);
    case 'elasticloadbalancing':
      // `listener/app/web/50dc6c495c0c9188/f2f7dc8efc522ab2` stands on `loadbalancer/app/web/50d…`.
      return arnOf({
        ...arn,
        resource: resource.replace(/^listener\/(.+)\/[^/]+$/, 'loadbalancer/$1'),
      });
    case 'apigateway':
      break;
    default:
      return uri;
  }
  // The service stands where other ARNs have the account.
  const [, path = ''] = /^(?:path|action)\/(.+)$/s.exec(resource) ?? [];
  switch (arn.account) {
    case 'lambda':
      return functionArn(/\/functions\/(.+)\/invocations$/.exec(path)?.[1] ?? '');
    case 'sqs': {
      const [account = '', queue = ''] = path.split('/');
      const isQueue = /^\d{12}$/.test(account) && /^[\w.-]+$/.test(queue);
      return isQueue
        ? arnOf({ partition, service: 'sqs', region, account, resource: queue })
        : null;
    }
    case 's3': {
      const [bucket = ''] = path.split('/');
      const isBucket = /^[a-z0-9][a-z0-9.-]+$/.test(bucket);
      const parts = { partition, service: 's3', region: '', account: '', resource: bucket };
      return isBucket ? arnOf(parts) : null;
    }
    default:
      return null;
  }
}

/** The ARN of a function without version or alias, by which it is known. */
export function functionArn(text: string): string | null {
  const match = /^(arn:[^:]+:lambda:[^:]+:\d{12}:function:[\w-]+)(:[\w$-]+)?$/.exec(text);
  return match?.[1] ?? null;
}

function urlKey(uri: string): string | null {
  // Stage variables and parameters may stand in the path: it is not looked at.
  const authority = /^https?:\/\/([^/?#]+)/i.exec(uri)?.[1];
  const url = authority && !/[${}]/.test(authority) ? URL.parse(`http://${authority}`) : null;
  return url ? (hostKeys(url.hostname)[0] ?? null) : null;
}

/** The keys of integrations in order, each once. */
export function targetsOf(integrations: ReadonlyArray<{ Target: string | null }>): string[] {
  return [...new Set(integrations.flatMap(({ Target }) => Target ?? []))].sort();
}
