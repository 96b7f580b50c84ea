import { setTimeout as sleep } from 'node:timers/promises';
import type { Kubernetes } from '../../support/emulators/kubernetes.ts';
import { FIRST } from './estate/first.ts';
import { ESTATE } from './estate.ts';

const ROUTES = '/apis/gateway.networking.k8s.io/v1/httproutes';

/** Makes everything in the estate, and waits until the API server knows the kinds it was taught. */
export async function seedEstate(server: Kubernetes): Promise<void> {
  await server.create(FIRST);
  while ((await server.call('GET', ROUTES)).status !== 200) await sleep(100);
  await server.create(ESTATE);
}
