import {
  ApiGatewayV2Client,
  GetApiMappingsCommand,
  GetDomainNamesCommand,
} from '@aws-sdk/client-apigatewayv2';
import { z } from 'zod';
import type { AwsClient } from './client.ts';
import { toAwsFault } from './errors.ts';
import { listOf } from './fields.ts';
import { dnsKey } from './keys.ts';
import { type Detail, readDetail } from './read-detail.ts';
import { refer } from './refer.ts';

/** A custom domain name as one of the APIs behind it sees it. */
const apiDomain = z.object({
  Name: z.string(),
  /** The path that leads to this API; empty at the root. */
  Path: z.string(),
  /** The hosts of API Gateway that the name has to point at. */
  Hosts: z.array(z.string()),
  CertificateArns: z.array(z.string()),
  /** Whether this API answers to the name: the one at its root, else the only one. */
  IsOwn: z.boolean(),
});
type ApiDomain = z.infer<typeof apiDomain>;
export const apiDomains = listOf(apiDomain);

interface Mapping {
  api_id: string;
  path: string;
}

/** The custom domain names of REST, HTTP and WebSocket APIs by the id of the API, read once a slice. */
export function domainsByApi(
  aws: AwsClient,
  signal: AbortSignal,
): Promise<Detail<ReadonlyMap<string, ApiDomain[]>>> {
  return aws.memo('api-domains', () =>
    readDetail('apigateway:GET', async () => {
      const gateway = aws.service(ApiGatewayV2Client);
      const byApi = new Map<string, ApiDomain[]>();
      let token: string | undefined;
      do {
        const command = new GetDomainNamesCommand({ MaxResults: '100', NextToken: token });
        const page = await gateway.send(command, { abortSignal: signal });
        for (const { DomainName: name, DomainNameConfigurations: ends = [] } of page.Items ?? []) {
          if (!name) continue;
          const mappings = await mappingsOf(aws, name, signal);
          const domain = {
            Name: name,
            Hosts: ends.flatMap(({ ApiGatewayDomainName }) => ApiGatewayDomainName ?? []).sort(),
            CertificateArns: ends.flatMap(({ CertificateArn }) => CertificateArn ?? []).sort(),
          };
          const owner = ownerOf(mappings);
          for (const { api_id, path } of mappings) {
            const IsOwn = api_id === owner;
            byApi.set(api_id, [...(byApi.get(api_id) ?? []), { ...domain, Path: path, IsOwn }]);
          }
        }
        token = page.NextToken;
      } while (token);
      return byApi;
    }),
  );
}

/** What a domain name leads to; nothing where it was deleted since it was listed. */
async function mappingsOf(aws: AwsClient, name: string, signal: AbortSignal): Promise<Mapping[]> {
  try {
    return await allMappings(aws, name, signal);
  } catch (error) {
    if (toAwsFault(error, []).code === 'NotFoundException') return [];
    throw error;
  }
}

async function allMappings(aws: AwsClient, name: string, signal: AbortSignal): Promise<Mapping[]> {
  const mappings: Mapping[] = [];
  let token: string | undefined;
  do {
    const command = new GetApiMappingsCommand({
      DomainName: name,
      MaxResults: '100',
      NextToken: token,
    });
    const page = await aws.service(ApiGatewayV2Client).send(command, { abortSignal: signal });
    for (const { ApiId, ApiMappingKey } of page.Items ?? []) {
      if (ApiId) mappings.push({ api_id: ApiId, path: ApiMappingKey ?? '' });
    }
    token = page.NextToken;
  } while (token);
  return mappings;
}

/** A name has one owner at most: announced by several APIs it would lead to none. */
function ownerOf(mappings: readonly Mapping[]): string | null {
  const root = mappings.find(({ path }) => path === '' || path === '(none)');
  if (root) return root.api_id;
  const ids = new Set(mappings.map(({ api_id }) => api_id));
  return ids.size === 1 ? (mappings[0]?.api_id ?? null) : null;
}

/** The domain names as an item shows them: `api.example.com/orders`. */
export function shownDomains(domains: readonly ApiDomain[]): string[] {
  return domains.map(({ Name, Path }) => (Path === '' ? Name : `${Name}/${Path}`)).sort();
}

/** The keys of the domain names that an API answers to, and of the hosts behind them. */
export function domainKeys(domains: readonly ApiDomain[]): string[] {
  const own = domains.filter(({ IsOwn }) => IsOwn);
  return [...new Set(own.flatMap(({ Name, Hosts }) => [Name, ...Hosts].map(dnsKey)))];
}

/** References to the certificates of an API's domain names. */
export function certificateReferences(domains: readonly ApiDomain[]) {
  const arns = new Set(domains.flatMap(({ CertificateArns }) => CertificateArns));
  return [...arns].sort().flatMap((arn) => refer('secured_by', arn));
}
