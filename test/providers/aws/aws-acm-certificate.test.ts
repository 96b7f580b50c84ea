import { ACMClient, ListCertificatesCommand, RequestCertificateCommand } from '@aws-sdk/client-acm';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { resourceType } from '../../../providers/aws/resources/aws-acm-certificate.ts';
import type { Moto } from '../../support/emulators/moto.ts';
import { listAll, REGION, startMotoEstate } from './moto-estate.ts';

let moto: Moto;
let shop = '';

beforeAll(async () => {
  moto = await startMotoEstate();
  const acm = new ACMClient({});
  const requested = await acm.send(
    new RequestCertificateCommand({
      DomainName: 'shop.example.com',
      SubjectAlternativeNames: ['www.shop.example.com', 'a.shop.example.com'],
      ValidationMethod: 'DNS',
      Tags: [{ Key: 'team', Value: 'storefront' }],
    }),
  );
  shop = requested.CertificateArn ?? '';
  await acm.send(
    new RequestCertificateCommand({ DomainName: 'ec.example.com', KeyAlgorithm: 'EC_prime256v1' }),
  );
});
afterAll(() => moto?.close());

test('every certificate is found, whatever its key, with what its own call tells', async () => {
  const { CertificateSummaryList } = await new ACMClient({}).send(new ListCertificatesCommand({}));
  const listed = await listAll(resourceType);
  expect(listed.map(({ native_id }) => native_id).sort()).toEqual(
    (CertificateSummaryList ?? []).map(({ CertificateArn }) => CertificateArn).sort(),
  );
  expect(listed.map(({ item }) => item.name).sort()).toEqual([
    'ec.example.com',
    'shop.example.com',
  ]);
  const found = listed.find(({ native_id }) => native_id === shop);
  expect(found).toMatchObject({
    keys: [shop],
    item: {
      ci_type: 'certificate',
      display_name: 'shop.example.com',
      region: REGION,
      team: 'storefront',
      attributes: {
        alternative_names: ['a.shop.example.com', 'shop.example.com', 'www.shop.example.com'],
        type: 'AMAZON_ISSUED',
        in_use_by: [],
        denied_reads: [],
      },
    },
  });
  expect(found?.item.attributes.not_after).toMatch(/^\d{4}-\d\d-\d\dT/);
});
