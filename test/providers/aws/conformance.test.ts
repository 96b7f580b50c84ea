import { GLOBAL_REGION } from '../../../model/scope.ts';
import { testConformance } from '../conformance.ts';

await testConformance({
  provider: 'aws',
  scopeOf: ({ level }) => ({
    provider: 'aws',
    account: '111111111111',
    account_name: null,
    region: level === 'account' ? GLOBAL_REGION : 'us-west-2',
  }),
  nativeId: /^arn:aws/,
  key: /^(arn:aws[a-z-]*:|aws:[A-Za-z0-9]|ip:(public|vpc-[0-9a-f]+)\/|dns:(vpc-[0-9a-f]+\/)?[a-z0-9._*-]+[^.]$)/,
  permission: /^[a-z0-9-]+:[A-Z][A-Za-z0-9]+$/,
  oddFields: { Tags: 7, TagList: 7, State: 7 },
});
