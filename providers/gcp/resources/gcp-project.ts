import { z } from 'zod';
import type { CiStatus } from '../../../model/enums.ts';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { GcpClient } from '../client.ts';
import { instant, text, textAt, word } from '../fields.ts';
import { projectKey } from '../keys.ts';
import { described, labelMap } from '../labels.ts';
import { page } from '../pages.ts';
import { fullName, lastPart } from '../resource-name.ts';

/** Every state of a project. */
const STATUSES: Readonly<Record<string, CiStatus>> = {
  ACTIVE: 'active',
  // For 30 days it can be restored.
  DELETE_REQUESTED: 'under_maintenance',
};

export const resourceType = defineResourceType({
  name: 'gcp_project',
  provider: 'gcp',
  ci_types: ['cloud_account'],
  summary: 'A GCP project that the credentials reach, with its place in the organization.',
  permissions: ['resourcemanager.projects.get'],
  level: 'account',

  async listPage(gcp: GcpClient, _pageToken, signal) {
    const project = await gcp.call(
      { library: 'resourcemanager', service: 'ProjectsClient', method: 'getProject' },
      { name: `projects/${gcp.project}` },
      signal,
    );
    return page([project], null);
  },

  record: z.object({
    /** By its number. */
    name: z.string(),
    projectId: z.string(),
    parent: text,
    displayName: text,
    state: word,
    createTime: instant,
    labels: labelMap,
  }),

  nativeId(record) {
    const id = textAt(record, 'projectId');
    return id && fullName('cloudresourcemanager', `projects/${id}`);
  },

  toItem: (record) => ({
    ci_type: 'cloud_account',
    name: record.projectId,
    display_name: record.displayName ?? record.projectId,
    status: STATUSES[record.state ?? ''] ?? 'active',
    external_id: record.projectId,
    ...described(record.labels, [record.displayName, record.projectId]),
    attributes: {
      project_number: lastPart(record.name),
      parent: record.parent,
      state: record.state,
      creation_time: record.createTime,
    },
  }),

  keys: ({ name, projectId }) => [
    projectKey(projectId),
    // Some APIs name projects by their number.
    projectKey(lastPart(name) ?? ''),
    fullName('cloudresourcemanager', `projects/${projectId}`),
  ],
  relations: {},
  references: () => [],
  volatile: [],
});
