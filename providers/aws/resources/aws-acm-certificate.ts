import {
  ACMClient,
  type CertificateSummary,
  DescribeCertificateCommand,
  KeyAlgorithm,
  ListCertificatesCommand,
} from '@aws-sdk/client-acm';
import pLimit from 'p-limit';
import { z } from 'zod';
import type { CiStatus } from '../../../model/enums.ts';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { AwsClient } from '../client.ts';
import { instant, listOf, text, textAt } from '../fields.ts';
import { accountKey } from '../keys.ts';
import { deniedReads, readDetail } from '../read-detail.ts';
import { refer } from '../refer.ts';
import { described, tagList } from '../tags.ts';
import { tagsByArn } from '../tags-by-arn.ts';

/** Every status of ACM's `CertificateStatus`; those that browsers refuse have failed. */
const STATUSES: Readonly<Record<string, CiStatus>> = {
  PENDING_VALIDATION: 'planned',
  ISSUED: 'active',
  INACTIVE: 'inactive',
  EXPIRED: 'failed',
  VALIDATION_TIMED_OUT: 'failed',
  REVOKED: 'failed',
  FAILED: 'failed',
};

/** A call follows for each certificate: only that tells what uses it. */
const CERTIFICATES_A_PAGE = 100;
const CERTIFICATES_AT_ONCE = 5;
/** Without this filter ACM lists only those with RSA keys of 1,024 and 2,048 bits. */
const EVERY_KEY = { keyTypes: Object.values(KeyAlgorithm) };

export const resourceType = defineResourceType({
  name: 'aws_acm_certificate',
  provider: 'aws',
  ci_types: ['certificate'],
  summary: 'A certificate in ACM, issued or imported, with its expiry and what uses it.',
  permissions: ['acm:ListCertificates', 'acm:DescribeCertificate', 'tag:GetResources'],
  level: 'region',

  async listPage(aws: AwsClient, pageToken, signal) {
    const command = new ListCertificatesCommand({
      Includes: EVERY_KEY,
      MaxItems: CERTIFICATES_A_PAGE,
      NextToken: pageToken ?? undefined,
    });
    const page = await aws.service(ACMClient).send(command, { abortSignal: signal });
    const limit = pLimit(CERTIFICATES_AT_ONCE);
    const records = await limit.map(page.CertificateSummaryList ?? [], (certificate) =>
      withDetails(aws, certificate, signal),
    );
    return { records: records.flat(), next_page_token: page.NextToken ?? null };
  },

  record: z.object({
    CertificateArn: z.string(),
    DomainName: text,
    SubjectAlternativeNames: listOf(z.string()),
    Status: text,
    Type: text,
    Issuer: text,
    ManagedBy: text,
    KeyAlgorithm: text,
    NotBefore: instant,
    NotAfter: instant,
    InUseBy: listOf(z.string()),
    RenewalEligibility: text,
    RenewalSummary: z.object({ RenewalStatus: text }).nullish(),
    FailureReason: text,
    Tags: tagList,
    DeniedReads: z.array(z.string()),
  }),

  nativeId: (record) => textAt(record, 'CertificateArn'),

  toItem: (record, scope) => ({
    ci_type: 'certificate',
    name: record.DomainName ?? record.CertificateArn,
    display_name: record.Tags.Name || record.DomainName || record.CertificateArn,
    status: STATUSES[record.Status ?? ''] ?? 'active',
    region: scope.region,
    external_id: record.CertificateArn,
    ...described(record.Tags, [record.DomainName]),
    attributes: {
      domain_name: record.DomainName,
      alternative_names: [...record.SubjectAlternativeNames].sort(),
      type: record.Type,
      issuer: record.Issuer,
      managed_by: record.ManagedBy,
      key_algorithm: record.KeyAlgorithm,
      not_before: record.NotBefore,
      not_after: record.NotAfter,
      in_use_by: [...record.InUseBy].sort(),
      renewal_eligibility: record.RenewalEligibility,
      renewal_status: record.RenewalSummary?.RenewalStatus ?? null,
      failure_reason: record.FailureReason,
      state: record.Status,
      denied_reads: record.DeniedReads,
    },
  }),

  keys: ({ CertificateArn }) => [CertificateArn],

  // Load balancers, distributions and APIs refer to their certificate themselves.
  relations: {
    in_account: { type: 'part_of', target: 'aws_account', spread: 'forward' },
  },
  references: (_record, scope) => refer('in_account', scope.account, accountKey),
  volatile: [],
});

/** The certificate as a record, or nothing where it was deleted since it was listed. */
async function withDetails(aws: AwsClient, summary: CertificateSummary, signal: AbortSignal) {
  const { CertificateArn } = summary;
  const tags = await tagsByArn(aws, 'acm', signal);
  const details = await readDetail(
    'acm:DescribeCertificate',
    () =>
      aws.service(ACMClient).send(new DescribeCertificateCommand({ CertificateArn }), {
        abortSignal: signal,
      }),
    ['ResourceNotFoundException'],
  );
  if (details.value === null && details.denied === null) return [];
  return [
    {
      ...summary,
      ...details.value?.Certificate,
      Tags: tags.value?.get(CertificateArn ?? ''),
      DeniedReads: deniedReads([tags, details]),
    },
  ];
}
