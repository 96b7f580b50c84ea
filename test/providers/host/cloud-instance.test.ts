import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { AnyResourceType } from '../../../model/resource-type.ts';
import { idKey } from '../../../providers/aws/keys.ts';
import { vmIdKeys } from '../../../providers/azure/keys.ts';
import { cloudInstanceKey, readCloudInstance } from '../../../providers/host/cloud-instance.ts';
import { resourceType } from '../../../providers/host/resources/host-server.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { RECORDS, SCOPE } from './estate.ts';

const ASSET_TAG = '/sys/class/dmi/id/board_asset_tag';
const CLOUD_INIT = '/run/cloud-init/instance-data.json';
const VM_ID = '7cdc1f83-c56c-4e5e-9f1f-60b0072ec8e6';

function cloudInit(cloud_name: string, instance_id: string): Record<string, string> {
  return { [CLOUD_INIT]: JSON.stringify({ v1: { cloud_name, instance_id, region: 'x' } }) };
}

describe('the instance that a machine is', () => {
  test.each([
    [{ [ASSET_TAG]: 'i-0af01c0123456789a\n' }, 'aws:i-0af01c0123456789a'],
    [cloudInit('aws', 'i-0abc1234'), 'aws:i-0abc1234'],
    [cloudInit('gce', '4711474711474711471'), 'gcp:instance-id/4711474711474711471'],
    [cloudInit('azure', VM_ID.toUpperCase()), `azure:vm-id/${VM_ID}`],
  ])('is read from %j', async (files, key) => {
    const instance = await readFrom(files);
    expect(instance && cloudInstanceKey(instance)).toBe(key);
  });

  test.each([
    [{}],
    [{ [ASSET_TAG]: 'Default string' }],
    [{ [CLOUD_INIT]: '{"v1"' }],
    [{ [CLOUD_INIT]: '{}' }],
    [cloudInit('nocloud', 'i-0abc1234')],
    [cloudInit('aws', 'iid-local01')],
    [cloudInit('unknown', 'nocloud')],
  ])('is none by %j', async (files) => expect(await readFrom(files)).toBeNull());
});

test('is one that the clouds’ items of instances answer to, however firmware spells it', () => {
  const ids = vmIdKeys(VM_ID.toUpperCase());
  expect(ids).toContain(cloudInstanceKey({ cloud: 'azure', instance_id: VM_ID }));
  const swapped = '831fdc7c-6cc5-5e4e-9f1f-60b0072ec8e6';
  expect(ids).toContain(cloudInstanceKey({ cloud: 'azure', instance_id: swapped }));
  expect(cloudInstanceKey({ cloud: 'aws', instance_id: 'i-0abc' })).toBe(idKey('i-0abc'));
});

describe('host_server', () => {
  const type = resourceType as AnyResourceType;
  const [raw] = (RECORDS.host_server ?? []) as [object];
  const told = (changes: object) => {
    const record = type.record.parse({ ...raw, ...changes });
    return {
      identities: type.identities?.(record, SCOPE),
      references: type.references(record, SCOPE),
    };
  };

  test('is the instance of its cloud and the machine of its serial number', () => {
    const machine = told({ manufacturer: 'Dell Inc.', serial_number: '7XK2Z13' });
    expect(machine.identities).toEqual(['aws:i-0abc1234', 'serial:dell-inc/7xk2z13']);
    expect(told({ cloud_instance: null, serial_number: '0' })).toEqual({
      identities: [],
      references: [],
    });
  });

  test('fails with its instance, and what depends on the instance with it', () => {
    expect(told({}).references).toEqual([
      { relation: 'hosted_on', key: 'aws:i-0abc1234' },
      { relation: 'carries', source_key: 'aws:i-0abc1234', key: 'host:m1' },
    ]);
    for (const { spread } of Object.values(type.relations)) expect(spread).toBe('forward');
  });

  test('in a container is on the instance, and is not the instance', () => {
    const { identities, references } = told({ in_container: true, manufacturer: 'Dell Inc.' });
    expect(identities).toEqual([]);
    expect(references).toEqual([{ relation: 'hosted_on', key: 'aws:i-0abc1234' }]);
  });
});

async function readFrom(files: Record<string, string>) {
  using directory = temporaryDirectory();
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(`${directory.path}${path}`), { recursive: true });
    await writeFile(`${directory.path}${path}`, text);
  }
  return await readCloudInstance(directory.path);
}
