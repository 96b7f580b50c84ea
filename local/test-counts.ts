/** How many tests passed, and how many did not. */
export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
}

/**
 * Counts from jest's results. A file that could not be run at all counts as one failed test, since
 * jest lists no test of it; so does a run that says it failed without saying where.
 */
export function countTests(resultsJson: string): TestCounts {
  const results = JSON.parse(resultsJson) as {
    readonly numPassedTests: number;
    readonly numFailedTests: number;
    readonly numRuntimeErrorTestSuites: number;
    readonly success: boolean;
  };
  const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
  return {
    passed: results.numPassedTests,
    failed: results.success ? failed : Math.max(failed, 1),
  };
}
