import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // The default leaves one core free, which on two cores is one worker.
    maxWorkers: '100%',
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/learning/**', '**/node_modules/**'],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'learning',
          include: ['test/learning/**/*.test.ts'],
          testTimeout: 180_000,
        },
      },
    ],
  },
});
