import { GLOBAL_REGION } from '../../../model/scope.ts';
import { testConformance } from '../conformance.ts';
import { SUBSCRIPTION } from './ids.ts';

await testConformance({
  provider: 'azure',
  scopeOf: () => ({
    provider: 'azure',
    account: SUBSCRIPTION,
    account_name: null,
    region: GLOBAL_REGION,
  }),
  nativeId: /^\/subscriptions\/[0-9a-f-]{36}[^A-Z]*$/,
  key: /^(\/subscriptions\/[^A-Z]+|azure:vm-id\/[0-9a-f-]{36}|azure:agent-pool\/[^A-Z]+|ip:(public|\/subscriptions\/[^A-Z]+)\/[0-9a-f.:]+|dns:[a-z0-9._*-]+[^.])$/,
  permission: /^Microsoft\.[A-Za-z]+(\/[A-Za-z]+)+\/read$/,
  oddFields: { location: 7, tags: 7, displayName: 7, name: 7 },
});
