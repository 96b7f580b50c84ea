import type { Scope } from '../../model/scope.ts';
import { partitionOf } from './partition.ts';

/** The parts of an ARN; region and account are empty where the service leaves them out. */
export interface ArnParts {
  partition: string;
  service: string;
  region: string;
  account: string;
  /** What follows the account: `instance/i-0abc`, `db:orders`. */
  resource: string;
}

export function arnOf({ partition, service, region, account, resource }: ArnParts): string {
  return `arn:${partition}:${service}:${region}:${account}:${resource}`;
}

/** The ARN of something regional in the scope, for the APIs that answer an id and no ARN. */
export function regionalArn(scope: Scope, service: string, resource: string): string {
  const { region, account } = scope;
  return arnOf({ partition: partitionOf(region).id, service, region, account, resource });
}

/** The parts of an ARN, or null where the text is none. */
export function parseArn(text: string): ArnParts | null {
  const match =
    /^arn:(?<partition>[^:]+):(?<service>[^:]+):(?<region>[^:]*):(?<account>[^:]*):(?<resource>.+)$/s.exec(
      text,
    );
  if (!match?.groups) return null;
  const { partition = '', service = '', region = '', account = '', resource = '' } = match.groups;
  return { partition, service, region, account, resource };
}
