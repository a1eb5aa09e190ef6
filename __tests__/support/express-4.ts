import { createRequire } from 'node:module';
import type express from 'express';

/** Express 4.21. It has no types of its own here; as far as the tests go, those of Express 5 fit. */
export const express4 = createRequire(import.meta.url)('express-4') as typeof express;
