import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'examples/**/*.test.ts'],
    // Generous, since a busy machine of two cores runs this too; a test that waits for a time waits in virtual time.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 20_000,
    // Each file in a process of its own: a test that leaves a port open cannot disturb its neighbour.
    pool: 'forks',
    // A test that passes at the second attempt has failed, for whoever works on it. Where all of them run three times
    // beside brokers, databases and a browser on two cores, one that a busy machine held up is tried again.
    retry: process.env.CI === 'true' ? 2 : 0,
  },
});
