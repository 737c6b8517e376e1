import { defineConfig } from 'vitest/config';

// Three files at a time: many wait for clocks and servers of their own, and the machine that must pass has two cores.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 3,
    testTimeout: 120_000,
    // Conditions are waited for: on a busy machine a second, the default, may be too short to start a workflow.
    expect: { poll: { timeout: 30_000, interval: 25 } },
    hookTimeout: 300_000,
    teardownTimeout: 60_000,
    reporters: process.env['VITEST_JSON'] ? ['default', ['json', { outputFile: process.env['VITEST_JSON'] }]] : ['default'],
    env: { TZ: 'UTC' },
  },
});
