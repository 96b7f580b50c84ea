import { describe, expect, test } from '@jest/globals';
import type { AnyResourceType } from '../../../model/resource-type.ts';
import { sourcesSchema } from '../../../model/sources.ts';
import { HostError } from '../../../providers/host/errors.ts';
import {
  hostTaskQueue,
  machineIdentity,
  mayDiscoverHost,
} from '../../../providers/host/machine.ts';
import { provider } from '../../../providers/host/provider.ts';
import { resourceType } from '../../../providers/host/resources/host-server.ts';

const { signal } = new AbortController();
const hosts = ['a', 'b'].map((id) => ({
  machine_id: id,
  hostname: `host-${id}`,
  task_queue: hostTaskQueue(id),
}));
const anyType = resourceType as AnyResourceType;

describe('planScopes', () => {
  test('plans each registered machine for its own task queue', async () => {
    const plan = await provider.planScopes({ sources: sourcesSchema.parse({}), hosts, signal });
    expect(plan.problems).toEqual([]);
    expect(plan.scopes).toEqual(
      ['a', 'b'].map((id) => ({
        provider: 'host',
        account: id,
        account_name: `host-${id}`,
        region: 'global',
        level: 'account',
        task_queue: `cmdb-host-${id}`,
      })),
    );
  });

  test('plans nothing where it is switched off', async () => {
    const sources = sourcesSchema.parse({ host: { enabled: false } });
    expect((await provider.planScopes({ sources, hosts, signal })).scopes).toEqual([]);
  });
});

describe('machine', () => {
  test('has the same identity each time, and in a container not that of its host', async () => {
    const identity = await machineIdentity();
    expect(await machineIdentity()).toEqual(identity);
    if (identity.in_container) {
      expect(identity.machine_id).toBe(`container-${identity.hostname.toLowerCase()}`);
    } else expect(identity.machine_id).toMatch(/^[0-9a-f-]{16,64}$/);
  });

  test('is discovered by itself only outside of containers', async () => {
    const { in_container } = await machineIdentity();
    expect(await mayDiscoverHost('auto')).toBe(!in_container);
    expect(await mayDiscoverHost('on')).toBe(true);
    expect(await mayDiscoverHost('off')).toBe(false);
  });

  test('refuses to be taken for another machine, for good', async () => {
    const scope = {
      provider: 'host' as const,
      account: 'another',
      account_name: null,
      region: 'global',
    };
    const error = await Promise.resolve(provider.connect(scope, sourcesSchema.parse({}))).catch(
      (reason: unknown) => reason,
    );
    expect(provider.toFault(error, anyType)).toMatchObject({
      kind: 'permanent',
      code: 'wrong_machine',
    });
  });
});

describe('toFault', () => {
  const errno = (code: string) => Object.assign(new Error(code), { code, path: '/proc/1/fd' });

  test.each([
    [errno('EACCES'), 'denied', 'EACCES', 'read /proc/1/fd'],
    [errno('EMFILE'), 'transient', 'EMFILE', null],
    [new DOMException('stop', 'AbortError'), 'transient', 'aborted', null],
    [new TypeError('a defect'), 'permanent', 'unexpected', null],
    [
      new HostError({ kind: 'denied', code: 'c', message: 'm', missing_permission: 'p' }),
      'denied',
      'c',
      'p',
    ],
  ])('%s is %s', (error, kind, code, missingPermission) => {
    expect(provider.toFault(error, anyType)).toMatchObject({
      kind,
      code,
      missing_permission: missingPermission,
    });
  });
});
