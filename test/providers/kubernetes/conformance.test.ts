import { testConformance } from '../conformance.ts';
import { SCOPE } from './replay.ts';

await testConformance({
  provider: 'kubernetes',
  scopeOf: () => SCOPE,
  nativeId: /^k8s:[0-9a-f-]{36}(\/[A-Za-z]+(\/[a-z0-9.-]+){1,3})?$/,
  key: /^(k8s:[0-9a-f-]{36}(\/[A-Za-z.]+(\/[a-z0-9.-]+){1,3})?|(aws|gcp):[A-Za-z0-9./-]+|\/subscriptions\/[a-z0-9./-]+|arn:aws:[a-z0-9:/-]+|dns:[a-z0-9._-]+|ip:public\/[0-9a-f.:]+)$/,
  permission: /^(core|[a-z0-9.]+)\/[a-z]+:(get|list)$|^\/version:get$/,
  oddFields: { spec: 7, status: 7, container: { name: 'web' } },
});
