/**
 * Tests are TypeScript modules, run as such: swc only strips their types. How many files run at a time
 * is for `npm test` to say, which starts a graph for each. The limit is there for what hangs alone: a
 * busy machine is slower by a factor that nobody knows.
 */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // They have commands of their own: the one builds a Kubernetes first, the other takes minutes.
  testPathIgnorePatterns: [
    '/node_modules/',
    '<rootDir>/test/kubernetes/',
    '<rootDir>/test/openapi/',
  ],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { target: 'es2024', parser: { syntax: 'typescript' } },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  testTimeout: 300_000,
  setupFiles: ['<rootDir>/test/support/choose-lane.ts'],
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
};
