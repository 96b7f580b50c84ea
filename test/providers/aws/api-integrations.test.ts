import { expect, test } from '@jest/globals';
import { integrationTarget } from '../../../providers/aws/api-integrations.ts';

const FUNCTION = 'arn:aws:lambda:eu-west-1:111111111111:function:orders';
const GATEWAY = 'arn:aws:apigateway:eu-west-1';
const BALANCERS = 'arn:aws:elasticloadbalancing:eu-west-1:111111111111';

test.each([
  [FUNCTION, FUNCTION],
  [`${FUNCTION}:live`, FUNCTION],
  [`${GATEWAY}:lambda:path/2015-03-31/functions/${FUNCTION}/invocations`, FUNCTION],
  [`${GATEWAY}:lambda:path/2015-03-31/functions/${FUNCTION}:7/invocations`, FUNCTION],
  [`${BALANCERS}:listener/app/web/50dc/f2f7`, `${BALANCERS}:loadbalancer/app/web/50dc`],
  [`${BALANCERS}:loadbalancer/net/web/50dc`, `${BALANCERS}:loadbalancer/net/web/50dc`],
  [`${GATEWAY}:sqs:path/111111111111/orders`, 'arn:aws:sqs:eu-west-1:111111111111:orders'],
  [`${GATEWAY}:s3:path/assets/{key}`, 'arn:aws:s3:::assets'],
  ['https://user:hunter2@Pay.example.com:8443/v1?key=hunter2', 'dns:pay.example.com'],
  ['http://203.0.113.9/{proxy}', 'ip:public/203.0.113.9'],
  [`https://pay.example.com/\${stageVariables.path}`, 'dns:pay.example.com'],
])('%s calls %s', (uri, key) => expect(integrationTarget.parse(uri)).toBe(key));

test.each([
  null,
  '',
  'mock',
  `https://\${stageVariables.host}/v1`,
  `${GATEWAY}:lambda:path/2015-03-31/functions/${FUNCTION.slice(0, -6)}\${stageVariables.f}/invocations`,
  `${GATEWAY}:s3:path/{bucket}/{key}`,
  `${GATEWAY}:dynamodb:action/PutItem`,
])('%s calls nothing that is known', (uri) => expect(integrationTarget.parse(uri)).toBeNull());
