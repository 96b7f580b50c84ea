import type { CallLimits } from '../call-budget.ts';

/**
 * For one service of one account in one region. AWS refills its buckets by account, region and
 * action – most describe actions of EC2 at 10 to 20 a second, with 50 to 100 to begin with; see
 * "Request throttling for the Amazon EC2 API".
 */
export const CALL_LIMITS: CallLimits = { calls_at_once: 5, calls_per_second: 20 };

/**
 * Services that allow an account less, by the SDK's class. Route 53: five requests of any kind, see
 * "Quotas" in its developer guide. API Gateway: ten, see "quotas for creating … and managing an API".
 */
const FEWER_PER_SECOND: Readonly<Record<string, number>> = {
  APIGatewayClient: 10,
  ApiGatewayV2Client: 10,
  Route53Client: 5,
};

/** How many calls a second a client of the SDK may make. */
export function callsPerSecond(service: string): number {
  return FEWER_PER_SECOND[service] ?? CALL_LIMITS.calls_per_second;
}
