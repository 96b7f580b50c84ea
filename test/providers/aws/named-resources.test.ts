import { describe, expect, test } from '@jest/globals';
import { namedKeys, namedResources, resourceArn } from '../../../providers/aws/named-resources.ts';

const DATABASE = 'orders.abc.eu-west-1.rds.amazonaws.com';

describe('what variables name', () => {
  test.each([
    ['a bare host', { DB_HOST: DATABASE }, [DATABASE], []],
    ['a URL', { DATABASE_URL: `postgres://app:hunter2@${DATABASE}:5432/orders` }, [DATABASE], []],
    [
      'an ARN of a table',
      { TABLE: 'arn:aws:dynamodb:eu-west-1:111111111111:table/orders/index/by-day' },
      [],
      ['arn:aws:dynamodb:eu-west-1:111111111111:table/orders'],
    ],
    [
      'the URL of a queue',
      { QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/111111111111/orders.fifo' },
      [],
      ['arn:aws:sqs:eu-west-1:111111111111:orders.fifo'],
    ],
    [
      'a queue in China',
      { QUEUE_URL: 'https://sqs.cn-north-1.amazonaws.com.cn/111111111111/orders' },
      [],
      ['arn:aws-cn:sqs:cn-north-1:111111111111:orders'],
    ],
    [
      'several topics',
      {
        TOPICS: 'arn:aws:sns:eu-west-1:111111111111:b,arn:aws:sns:eu-west-1:111111111111:a',
      },
      [],
      ['arn:aws:sns:eu-west-1:111111111111:a', 'arn:aws:sns:eu-west-1:111111111111:b'],
    ],
    ['a private address', { CACHE_HOST: '10.0.0.7' }, ['10.0.0.7'], []],
    [
      'an API of AWS, which is no resource',
      { S3_ENDPOINT: 'https://s3.eu-west-1.amazonaws.com' },
      [],
      [],
    ],
    [
      'itself',
      { SERVER_URL: 'http://127.0.0.1:8080', METADATA_URL: 'http://169.254.170.2' },
      [],
      [],
    ],
    ['a name within something else', { REDIS_HOST: 'redis' }, [], []],
    ['what is no place', { LOG_LEVEL: 'debug', VERSION: '1.2.3' }, [], []],
  ] as const)('%s', (_what, variables, hosts, arns) => {
    expect(namedResources(variables)).toEqual({ hosts, arns });
  });

  test('is nothing where there are none', () => {
    expect(namedResources(undefined)).toEqual({ hosts: [], arns: [] });
  });

  test('is never their values', () => {
    const named = namedResources({
      DB_PASSWORD: 'hunter2.example.com',
      API_TOKEN: 'https://hunter2.example.com',
      DATABASE_URL: `mysql://app:hunter2@${DATABASE}/orders?password=hunter2`,
      JSON: '{"password":"hunter2"}',
    });
    expect(named).toEqual({ hosts: [DATABASE], arns: [] });
  });
});

describe('the keys of what is named', () => {
  const inVpc = (host: string) => namedKeys({ hosts: [host], arns: [] }, ['vpc-0a']);

  test('are those of a private address within the VPC', () => {
    expect(inVpc('10.0.0.7')).toEqual(['ip:vpc-0a/10.0.0.7']);
    expect(namedKeys({ hosts: ['10.0.0.7'], arns: [] }, [])).toEqual([]);
  });

  test('are both names where a private zone may have one', () => {
    expect(inVpc('db.shop.internal')).toEqual([
      'dns:db.shop.internal',
      'dns:vpc-0a/db.shop.internal',
    ]);
    expect(inVpc(DATABASE)).toEqual([`dns:${DATABASE}`]);
  });

  test('are each there once, sorted', () => {
    const arn = 'arn:aws:sqs:eu-west-1:111111111111:orders';
    expect(namedKeys({ hosts: [DATABASE, DATABASE], arns: [arn, arn] }, [])).toEqual([
      arn,
      `dns:${DATABASE}`,
    ]);
  });
});

test.each([
  [
    'arn:aws:lambda:eu-west-1:111111111111:function:orders:live',
    'arn:aws:lambda:eu-west-1:111111111111:function:orders',
  ],
  [
    'arn:aws:dynamodb:eu-west-1:111111111111:table/orders/stream/2026-03-01T08:00:00.000',
    'arn:aws:dynamodb:eu-west-1:111111111111:table/orders',
  ],
  ['arn:aws:s3:::assets/img/*', 'arn:aws:s3:::assets'],
  [
    'arn:aws:kinesis:eu-west-1:111111111111:stream/clicks',
    'arn:aws:kinesis:eu-west-1:111111111111:stream/clicks',
  ],
])('%s is known as %s', (part, whole) => {
  expect(resourceArn(part)).toBe(whole);
});
