/**
 * Tests are TypeScript modules, run as such: swc only strips their types.
 *
 * Two files at a time, because that is how many cores the smallest machine has; a longer limit than
 * jest's own, because tests talk to real stores.
 */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // They have a command of their own: their first run builds a Kubernetes.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/kubernetes/'],
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
  maxWorkers: 2,
  testTimeout: 60_000,
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
};
