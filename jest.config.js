/** Unit, n8n-core and conformance tests. The e2e run is a program of its own (npm run e2e). */
module.exports = {
  testEnvironment: 'node',
  // The whole checkout, so that `jest --findRelatedTests` sees which tests import a file of the source.
  roots: ['<rootDir>'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/artefacts/'],
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/e2e/'],
  transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: 'tsconfig.jest.json' }] },
  testTimeout: 60_000,
  maxWorkers: 2,
  // A worker that has run many files with n8n-core is so large that its end takes longer than jest waits, which then warns of
  // tests that leak. A new one every now and then costs nothing.
  workerIdleMemoryLimit: '300MB',
};
