export { deliverWebhook } from './deliver-webhook.ts';
export { discoverAccount } from './discover-account.ts';
export { discoverInfrastructure } from './discover-infrastructure.ts';
export { publishChanges } from './publish-changes.ts';
