import type { SyntheticAnswer, SyntheticCall, SyntheticProvider } from '../call.ts';
import type { Estate } from '../options.ts';
import { json } from '../server.ts';
import { COMPUTE_LISTINGS } from './compute.ts';
import { DATABASE_LISTINGS } from './databases.ts';
import { SyntheticSubscription } from './estate.ts';
import { GATEWAY_LISTINGS } from './gateways.ts';
import type { Listing, ListingCall } from './listing.ts';
import { MANAGED_LISTINGS } from './managed.ts';
import { NETWORK_LISTINGS } from './network.ts';
import { SCALE_SET_LISTINGS } from './scale-sets.ts';

/** Every list that is answered, by its type in lower case. */
export const AZURE_LISTINGS: Readonly<Record<string, Listing>> = {
  ...COMPUTE_LISTINGS,
  ...SCALE_SET_LISTINGS,
  ...NETWORK_LISTINGS,
  ...GATEWAY_LISTINGS,
  ...DATABASE_LISTINGS,
  ...MANAGED_LISTINGS,
};

/** A call of the Resource Manager, or for a token. */
interface AzureCall extends SyntheticCall {
  /** By which `AZURE_LISTINGS` knows the list, or a call of another kind. */
  readonly list: string;
  readonly owner: ListingCall['owner'];
  readonly url: URL;
  /** As the caller names this server: later pages stand there, too. */
  readonly host: string;
}

/** For `IDENTITY_ENDPOINT`: where a program in App Service gets a token of its managed identity. */
const TOKEN_PATH = '/azure/token';
const TOKEN_LIFETIME_S = 3_600;
const SUBSCRIPTIONS_READ = 'Microsoft.Resources/subscriptions/read';

const OF_SUBSCRIPTION = /^\/subscriptions\/([^/]+)\/(?:providers\/)?([^/]+(?:\/[^/]+)?)$/i;
const OF_OWNER =
  /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/([^/]+\/[^/]+)\/([^/]+)\/([^/]+)$/i;

/** Azure at the wire, over TLS: the SDK gives its token to nobody else. */
export function createSyntheticAzure(estate: Estate): SyntheticProvider<AzureCall> {
  const subscriptions = new Map(
    estate.azure.subscriptions.map((id) => [id, new SyntheticSubscription(estate, id)]),
  );

  return {
    recognise({ url, headers }) {
      const call = { provider: 'azure', region: null, url, host: headers.host ?? '' };
      if (url.pathname === TOKEN_PATH) {
        return { ...call, ...placeOf(null, 'token', 'token'), is_later_page: false };
      }
      if (!/^\/subscriptions(\/|$)/i.test(url.pathname)) return null;
      const is_later_page = url.searchParams.has('$skiptoken');
      return { ...call, ...readPath(url.pathname), is_later_page };
    },

    answer(call, epoch) {
      if (call.list === 'token') return json(200, token(call.url));
      if (!call.url.searchParams.has('api-version')) {
        return error(
          400,
          'MissingApiVersionParameter',
          'The api-version query parameter is needed.',
        );
      }
      if (call.list === 'subscriptions') {
        // The description wants the link even where there is nothing more.
        return json(200, {
          value: [...subscriptions.keys()].map(subscriptionRecord),
          nextLink: '',
        });
      }
      const subscription = subscriptions.get(call.account ?? '');
      if (subscription === undefined) {
        return error(
          404,
          'SubscriptionNotFound',
          `The subscription '${call.account}' could not be found.`,
        );
      }
      if (call.list === 'subscription') return json(200, subscriptionRecord(subscription.id));
      const listing = AZURE_LISTINGS[call.list];
      if (listing === undefined) {
        return error(404, 'InvalidResourceType', `The resource type '${call.list}' is unknown.`);
      }
      return page(subscription, listing, call, epoch);
    },

    refuse({ account, operation }, kind) {
      if (kind === 'throttled') {
        return error(429, 'TooManyRequests', 'The request is being throttled.');
      }
      if (kind === 'failed')
        return error(500, 'InternalServerError', 'Encountered internal error.');
      return error(
        403,
        'AuthorizationFailed',
        "The client 'synthetic' with object id 'synthetic' does not have authorization to perform " +
          `action '${operation}' over scope '/subscriptions/${account}' or the scope is invalid. If ` +
          'access was recently granted, please refresh your credentials.',
      );
    },
  };
}

function readPath(path: string) {
  const [, owned, group, type, name, parts] = OF_OWNER.exec(path) ?? [];
  if (owned !== undefined && type !== undefined && group !== undefined && name !== undefined) {
    const list = `${type}/${parts}`.toLowerCase();
    return placeOf(owned, list, AZURE_LISTINGS[list]?.action ?? list, { group, name });
  }
  const [, subscription, rest] = OF_SUBSCRIPTION.exec(path) ?? [];
  if (subscription !== undefined && rest !== undefined) {
    const list = rest.toLowerCase();
    return placeOf(subscription, list, AZURE_LISTINGS[list]?.action ?? list);
  }
  const [, , one] = path.split('/');
  return one
    ? placeOf(one, 'subscription', SUBSCRIPTIONS_READ)
    : placeOf(null, 'subscriptions', SUBSCRIPTIONS_READ);
}

function placeOf(
  account: string | null,
  list: string,
  operation: string,
  owner: ListingCall['owner'] = null,
) {
  return { account: account?.toLowerCase() ?? null, list, operation, owner };
}

function page(
  subscription: SyntheticSubscription,
  listing: Listing,
  { url, host, owner }: AzureCall,
  epoch: number,
): SyntheticAnswer {
  const call = { epoch, query: url.searchParams, owner };
  const start = Number(url.searchParams.get('$skiptoken') ?? 0);
  const total = listing.count(subscription, call);
  const end = Math.min(start + subscription.page_size, total);
  const value: unknown[] = [];
  for (let index = start; index < end; index += 1) {
    const record = listing.one(subscription, index, call);
    const isOdd = subscription.odd_every > 0 && (index + 1) % subscription.odd_every === 0;
    // A region that is a number: no description allows it.
    value.push(isOdd ? { ...(record as object), location: 7 } : record);
  }
  if (end === total) return json(200, { value });
  const next = new URL(url.pathname, `https://${host}`);
  for (const [name, text] of url.searchParams) next.searchParams.set(name, text);
  next.searchParams.set('$skiptoken', String(end));
  return json(200, { value, nextLink: next.href });
}

function subscriptionRecord(id: string): object {
  return {
    id: `/subscriptions/${id}`,
    subscriptionId: id,
    displayName: `Synthetic ${id.slice(0, 8)}`,
    state: 'Enabled',
    subscriptionPolicies: { quotaId: 'PayAsYouGo_2014-09-01', spendingLimit: 'Off' },
  };
}

/** As App Service answers it; see "Obtain tokens for Azure resources" of its documentation. */
function token(url: URL): object {
  return {
    access_token: 'synthetic',
    expires_on: String(Math.floor(Date.now() / 1000) + TOKEN_LIFETIME_S),
    resource: url.searchParams.get('resource') ?? '',
    token_type: 'Bearer',
  };
}

function error(status: number, code: string, message: string): SyntheticAnswer {
  return json(status, { error: { code, message } });
}
