// Jest loads this in front of each test file (jest.config.js: setupFilesAfterEnv).
import { afterAll } from '@jest/globals';
import { leftOpen } from './left-open.js';

afterAll(async () => {
  // Some were closed by their test, or have stores that are gone by now; then there is nothing to be done.
  await Promise.allSettled([...leftOpen].map((close) => close()));
  leftOpen.clear();
});
