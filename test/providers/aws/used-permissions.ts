import type { AwsClient } from '../../../providers/aws/client.ts';
import { fixtureFiles, fixtureOf } from '../fixture-files.ts';

/** IAM's prefix of a service, where it is not the name of the SDK's client in lower case. */
const PREFIXES: Readonly<Record<string, string>> = {
  apigatewayv2: 'apigateway',
  elasticloadbalancingv2: 'elasticloadbalancing',
  resourcegroupstaggingapi: 'tag',
};

const ACTIONS: Readonly<Record<string, string>> = Object.assign(
  {},
  ...(await Promise.all(
    (await fixtureFiles('aws')).map(async (file) => (await fixtureOf('aws', file)).iamActions),
  )),
);

interface CallContext {
  clientName?: string;
  commandName?: string;
}

/** The client, and the IAM actions that the calls made with it need, as they come. */
export function recordingPermissions(aws: AwsClient): { aws: AwsClient; used: Set<string> } {
  const used = new Set<string>();
  const recorder =
    <Args, Result>(next: (args: Args) => Promise<Result>, context?: CallContext) =>
    (args: Args) => {
      used.add(actionOf(context ?? {}));
      return next(args);
    };
  const service: AwsClient['service'] = (Service, region) => {
    const client = aws.service(Service, region);
    client.middlewareStack.remove('recorder');
    client.middlewareStack.add(recorder, { step: 'initialize', name: 'recorder' });
    return client;
  };
  return { aws: { ...aws, service }, used };
}

function actionOf({ clientName = '', commandName = '' }: CallContext): string {
  const service = clientName.replace(/Client$/, '').toLowerCase();
  const operation = commandName.replace(/Command$/, '');
  const prefix = PREFIXES[service] ?? service;
  // API Gateway is allowed by the HTTP method.
  if (prefix === 'apigateway') return 'apigateway:GET';
  return ACTIONS[`${prefix}:${operation}`] ?? `${prefix}:${operation}`;
}
