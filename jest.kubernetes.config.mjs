import base from './jest.config.mjs';

/** `npm run test:kubernetes`: the tests that need a real API server. */
export default {
  ...base,
  testMatch: ['<rootDir>/test/kubernetes/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 300_000,
};
