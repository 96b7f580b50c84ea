import type { Scope } from '../../model/scope.ts';
import { parseArn, regionalArn } from './arn.ts';
import { nameKey } from './keys.ts';

/** What an alarm does when its state changes. */
export interface AlarmAction {
  kind: 'notifies' | 'scales';
  key: string;
}

/**
 * Reads the ARN of an action: a topic, a function with or without a version, a scaling policy.
 * What acts on the instance itself (`arn:aws:automate:…:ec2:stop`) or opens a ticket is none.
 */
export function alarmAction(action: string, scope: Scope): AlarmAction | null {
  const arn = parseArn(action);
  if (arn === null) return null;
  const { service, resource, region, account } = arn;
  if (service === 'sns') return { kind: 'notifies', key: action };
  if (service === 'lambda') {
    const name = /^function:([^:]+)/.exec(resource)?.[1];
    if (!name) return null;
    const key = regionalArn({ ...scope, region, account }, 'lambda', `function:${name}`);
    return { kind: 'notifies', key };
  }
  if (service !== 'autoscaling') return null;
  const scaled = scaledBy(resource, { ...scope, region, account });
  return scaled === null ? null : { kind: 'scales', key: scaled };
}

/**
 * The key of what a scaling policy scales, of `scalingPolicy:<uuid>:autoScalingGroupName/web:…` or,
 * of application auto scaling, `scalingPolicy:<uuid>:resource/ecs/service/<cluster>/<service>:…`.
 */
function scaledBy(resource: string, scope: Scope): string | null {
  const group = /:autoScalingGroupName\/(.+?):policyName\//.exec(resource)?.[1];
  if (group) return nameKey(scope, 'auto-scaling-group', group);
  const [, service, name] = /:resource\/(ecs|dynamodb)\/(.+?):policyName\//.exec(resource) ?? [];
  if (!service || !name) return null;
  // An index is part of its table.
  return regionalArn(scope, service, name.replace(/\/index\/.*$/, ''));
}

/**
 * The alarms that a composite alarm's rule combines, as keys: `ALARM("web-cpu") AND NOT OK(arn)`,
 * and `AT_LEAST(2, ALARM, (web-1, web-2))`. Both names and ARNs may stand there, quoted or not.
 */
export function combinedAlarms(rule: string, scope: Scope): string[] {
  const keys = new Set<string>();
  // Names with brackets in them stand in quotes.
  const functions = /\b(?:ALARM|OK|INSUFFICIENT_DATA)\s*(?:,\s*)?\(((?:"[^"]*"|[^()"])*)\)/g;
  for (const [, names = ''] of rule.matchAll(functions)) {
    for (const [, quoted, plain = ''] of names.matchAll(/"([^"]*)"|([^",]+)/g)) {
      const name = (quoted ?? plain).trim();
      if (name !== '') keys.add(alarmKey(name, scope));
    }
  }
  return [...keys].sort();
}

/** The key of an alarm of this region, which others name by its name or ARN. */
export function alarmKey(name: string, scope: Scope): string {
  return name.startsWith('arn:') ? name : regionalArn(scope, 'cloudwatch', `alarm:${name}`);
}
