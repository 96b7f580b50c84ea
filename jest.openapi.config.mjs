import base from './jest.config.mjs';

/** `npm run test:openapi`: thousands of generated requests against the OpenAPI document. */
export default {
  ...base,
  testMatch: ['<rootDir>/test/openapi/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
};
