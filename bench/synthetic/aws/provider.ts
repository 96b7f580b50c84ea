import type {
  SyntheticAnswer,
  SyntheticCall,
  SyntheticProvider,
  SyntheticRequest,
} from '../call.ts';
import type { Estate } from '../options.ts';
import { json } from '../server.ts';
import { EC2_LISTINGS } from './ec2.ts';
import { SyntheticRegion } from './estate.ts';
import { databases, functions } from './managed.ts';
import { toXml, type Xml } from './xml.ts';

/** A call of AWS, read from its signature and body. */
interface AwsCall extends SyntheticCall {
  readonly account: string;
  readonly region: string;
  readonly action: string;
  readonly service: string;
  readonly protocol: Protocol;
  /** Of a query (EC2 and query protocols) or of the address. */
  readonly parameters: URLSearchParams;
}

/** `ec2` and `query` answer in XML, each in its way; `rest-xml` is S3's, Route 53's, CloudFront's. */
type Protocol = 'ec2' | 'query' | 'json' | 'rest-json' | 'rest-xml';

const SIGNATURE = /Credential=([^/]+)\/\d+\/([^/]+)\/([^/]+)\/aws4_request/;
/** Keys of an account that a role was assumed in carry its number. */
const ASSUMED = /^ASIA(\d{12})$/;
const REST_XML = new Set(['s3', 'route53', 'cloudfront']);
const EC2_PAGE_SIZE = 1_000;

/** AWS at the wire: what is not generated is answered by an empty list, in its service's protocol. */
export function createSyntheticAws(estate: Estate): SyntheticProvider<AwsCall> {
  const home = estate.aws.accounts[0] ?? '';
  const regions = new Map<string, SyntheticRegion>();
  const regionOf = ({ account, region }: AwsCall): SyntheticRegion => {
    const place = `${account}/${region}`;
    const known = regions.get(place) ?? new SyntheticRegion(estate, account, region);
    regions.set(place, known);
    return known;
  };

  return {
    recognise(request) {
      const [, accessKey, region, service] =
        SIGNATURE.exec(request.headers.authorization ?? '') ?? [];
      if (accessKey === undefined || region === undefined || service === undefined) return null;
      const account = ASSUMED.exec(accessKey)?.[1] ?? home;
      return readCall(request, account, region, service);
    },

    answer(call, epoch) {
      switch (`${call.service}:${call.action}`) {
        case 'sts:GetCallerIdentity':
          return query(call, {
            Account: call.account,
            UserId: 'synthetic',
            Arn: `arn:aws:iam::${call.account}:user/synthetic`,
          });
        case 'sts:AssumeRole':
          return query(call, assumedRole(call.parameters.get('RoleArn') ?? ''));
        case 'ec2:DescribeRegions':
          return xml(
            200,
            `<DescribeRegionsResponse><regionInfo>${regionItems(estate)}</regionInfo></DescribeRegionsResponse>`,
          );
        case 'rds:DescribeDBInstances':
          return query(call, databases(regionOf(call), call.parameters, epoch));
        case 'lambda:ListFunctions':
          return json(200, functions(regionOf(call), call.parameters, epoch));
      }
      if (call.protocol === 'ec2') return ec2Page(call, regionOf(call), epoch);
      return nothing(call);
    },

    refuse(call, kind) {
      if (kind === 'throttled') return error(call, 503, throttlingCode(call), 'Rate exceeded');
      if (kind === 'failed') return error(call, 500, 'InternalError', 'An internal error occurred');
      const code = call.protocol === 'ec2' ? 'UnauthorizedOperation' : 'AccessDeniedException';
      return error(call, 403, code, `synthetic is not authorized to perform: ${call.operation}`);
    },
  };
}

function readCall(
  { method, url, headers, body }: SyntheticRequest,
  account: string,
  region: string,
  service: string,
): AwsCall {
  const base = { provider: 'aws', account, region, service };
  const target = headers['x-amz-target'];
  if (typeof target === 'string') {
    const action = target.slice(target.lastIndexOf('.') + 1);
    return {
      ...base,
      action,
      operation: `${service}:${action}`,
      protocol: 'json',
      parameters: new URLSearchParams(),
      is_later_page: /"(NextToken|nextToken|Marker|ExclusiveStart\w+)":"/.test(body),
    };
  }
  if (headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
    const parameters = new URLSearchParams(body);
    const action = parameters.get('Action') ?? '';
    return {
      ...base,
      action,
      operation: `${service}:${action}`,
      protocol: service === 'ec2' ? 'ec2' : 'query',
      parameters,
      is_later_page: parameters.has('NextToken') || parameters.has('Marker'),
    };
  }
  const action =
    service === 'lambda' && /\/functions\/?$/.test(url.pathname)
      ? 'ListFunctions'
      : `${method} ${url.pathname}`;
  return {
    ...base,
    action,
    operation: `${service}:${action}`,
    protocol: REST_XML.has(service) ? 'rest-xml' : 'rest-json',
    parameters: url.searchParams,
    is_later_page: ['Marker', 'marker', 'nextToken', 'continuation-token'].some((name) =>
      url.searchParams.has(name),
    ),
  };
}

function ec2Page(call: AwsCall, region: SyntheticRegion, epoch: number): SyntheticAnswer {
  const listing = EC2_LISTINGS[call.action];
  const root = `${call.action}Response`;
  if (listing === undefined) return xml(200, `<${root}></${root}>`);
  const start = Number(call.parameters.get('NextToken') ?? 0);
  const size = Number(call.parameters.get('MaxResults') ?? EC2_PAGE_SIZE);
  const total = listing.count(region);
  const end = Math.min(start + size, total);
  let items = '';
  for (let index = start; index < end; index += 1) {
    items += `<item>${toXml(listing.one(region, index, epoch), 'item')}</item>`;
  }
  const next = end < total ? `<nextToken>${end}</nextToken>` : '';
  return xml(200, `<${root}><${listing.element}>${items}</${listing.element}>${next}</${root}>`);
}

function assumedRole(roleArn: string): Xml {
  const account = roleArn.split(':')[4] ?? '';
  return {
    Credentials: {
      AccessKeyId: `ASIA${account}`,
      SecretAccessKey: 'synthetic',
      SessionToken: 'synthetic',
      Expiration: new Date(Date.now() + 3_600_000),
    },
    AssumedRoleUser: { Arn: roleArn, AssumedRoleId: 'synthetic' },
  };
}

function regionItems(estate: Estate): string {
  return estate.aws.regions
    .map(
      (name) =>
        `<item>${toXml({ regionName: name, optInStatus: 'opt-in-not-required' }, 'item')}</item>`,
    )
    .join('');
}

/** An empty list, as the service words it. */
function nothing(call: AwsCall): SyntheticAnswer {
  if (call.protocol === 'query') return query(call, {});
  return call.protocol === 'rest-xml' ? xml(200, '<Result></Result>') : json(200, {});
}

function query({ action }: AwsCall, result: Xml): SyntheticAnswer {
  const body = toXml(result, null);
  return xml(
    200,
    `<${action}Response><${action}Result>${body}</${action}Result>` +
      `<ResponseMetadata><RequestId>synthetic</RequestId></ResponseMetadata></${action}Response>`,
  );
}

function throttlingCode({ protocol }: AwsCall): string {
  if (protocol === 'ec2') return 'RequestLimitExceeded';
  return protocol === 'rest-xml' ? 'SlowDown' : 'ThrottlingException';
}

function error(call: AwsCall, status: number, code: string, message: string): SyntheticAnswer {
  const detail = `<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  switch (call.protocol) {
    case 'ec2':
      return xml(
        status,
        `<Response><Errors>${detail}</Errors><RequestID>synthetic</RequestID></Response>`,
      );
    case 'query':
      return xml(
        status,
        `<ErrorResponse>${detail}<RequestId>synthetic</RequestId></ErrorResponse>`,
      );
    case 'rest-xml':
      return xml(
        status,
        call.service === 's3' ? detail : `<ErrorResponse>${detail}</ErrorResponse>`,
      );
    default: {
      const answer = json(status, { __type: code, message });
      return { ...answer, headers: { ...answer.headers, 'x-amzn-errortype': code } };
    }
  }
}

function xml(status: number, body: string): SyntheticAnswer {
  return { status, headers: { 'content-type': 'text/xml' }, body };
}
