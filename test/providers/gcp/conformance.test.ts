import { GLOBAL_REGION } from '../../../model/scope.ts';
import { testConformance } from '../conformance.ts';

await testConformance({
  provider: 'gcp',
  scopeOf: () => ({
    provider: 'gcp',
    account: 'shop-prod',
    account_name: null,
    region: GLOBAL_REGION,
  }),
  nativeId: /^\/\/[a-z]+\.googleapis\.com\/[^/]/,
  key: /^(\/\/[a-z]+\.googleapis\.com\/[^/]|gcp:instance-id\/\d+$|gcp:projects\/[^/]|ip:(public|projects\/[^/]+\/global\/networks\/[^/]+)\/[0-9a-f]|dns:[a-z0-9._-]+[^.]$)/,
  permission: /^[a-z]+\.[a-zA-Z]+\.(get|list)$/,
  oddFields: { labels: 7, status: 7, state: 7, creationTimestamp: 7 },
});
