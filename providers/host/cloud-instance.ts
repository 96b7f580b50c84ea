import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { awsIdKey, azureVmIdKey, gcpInstanceIdKey } from '../../model/keys.ts';
import { errnoOf } from './errors.ts';

/** The instance of a cloud that a machine is, by what the machine itself can read without asking. */
export const cloudInstanceSchema = z.object({
  cloud: z.enum(['aws', 'gcp', 'azure']),
  instance_id: z.string(),
});
export type CloudInstance = z.infer<typeof cloudInstanceSchema>;

/** EC2's hypervisor Nitro writes the instance's id there; others leave it empty. */
const ASSET_TAG = '/sys/class/dmi/id/board_asset_tag';
/** What cloud-init was told at this boot, for everybody to read and without what is sensitive. */
const CLOUD_INIT = '/run/cloud-init/instance-data.json';

const cloudInitSchema = z.object({
  v1: z.object({ cloud_name: z.string(), instance_id: z.string() }),
});

const CLOUDS: Readonly<Record<string, { cloud: CloudInstance['cloud']; form: RegExp }>> = {
  aws: { cloud: 'aws', form: /^i-[0-9a-f]{8,17}$/ },
  gce: { cloud: 'gcp', form: /^[0-9]{5,20}$/ },
  gcp: { cloud: 'gcp', form: /^[0-9]{5,20}$/ },
  azure: { cloud: 'azure', form: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/ },
};

/**
 * Finds out which instance of a cloud this machine is, from firmware and from cloud-init. No
 * metadata service is asked: that would be a call on the network, with credentials behind it.
 *
 * @param root where the machine's files are
 * @returns null where it is none, or cannot be known
 */
export async function readCloudInstance(root = ''): Promise<CloudInstance | null> {
  return (
    instanceOf('aws', (await readIfAllowed(`${root}${ASSET_TAG}`)) ?? '') ??
    fromCloudInit((await readIfAllowed(`${root}${CLOUD_INIT}`)) ?? '')
  );
}

/** The key that the cloud's item of the instance answers to. */
export function cloudInstanceKey({ cloud, instance_id: id }: CloudInstance): string {
  switch (cloud) {
    case 'aws':
      return awsIdKey(id);
    case 'gcp':
      return gcpInstanceIdKey(id);
    case 'azure':
      return azureVmIdKey(id);
  }
}

function fromCloudInit(text: string): CloudInstance | null {
  const told = cloudInitSchema.safeParse(jsonOf(text)).data?.v1;
  return told ? instanceOf(told.cloud_name.toLowerCase(), told.instance_id) : null;
}

function instanceOf(cloudName: string, text: string): CloudInstance | null {
  const known = CLOUDS[cloudName];
  const instance_id = text.trim().toLowerCase();
  return known?.form.test(instance_id) ? { cloud: known.cloud, instance_id } : null;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Null where there is no such file, or it is for root alone. */
async function readIfAllowed(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'EIO'].includes(errnoOf(error) ?? '')) return null;
    throw error;
  }
}
