import { expect, test } from '@jest/globals';
import { resourceType as networkInterface } from '../../../providers/aws/resources/aws-network-interface.ts';
import { records } from './fixtures/aws-network-interface.ts';

const SCOPE = {
  provider: 'aws',
  account: '111111111111',
  account_name: null,
  region: 'us-west-2',
} as const;

function loadBalancers(description: string, isManaged = true): (string | undefined)[] {
  const record = networkInterface.record.parse({
    ...records[1],
    Description: description,
    RequesterManaged: isManaged,
  });
  return networkInterface
    .references(record, SCOPE)
    .filter(({ relation }) => relation === 'serves')
    .map(({ source_key }) => source_key);
}

test('an interface serves the load balancer that its description names', () => {
  const balancers = 'arn:aws:elasticloadbalancing:us-west-2:111111111111:loadbalancer';
  expect(loadBalancers('ELB app/web/50dc6c495c0c9188')).toEqual([
    `${balancers}/app/web/50dc6c495c0c9188`,
  ]);
  expect(loadBalancers('ELB legacy')).toEqual([`${balancers}/legacy`]);
});

test('a description that a person wrote names nothing', () => {
  expect(loadBalancers('ELB app/web/50dc6c495c0c9188', false)).toEqual([]);
  expect(loadBalancers('Interface for NAT Gateway nat-0abc')).toEqual([]);
});
