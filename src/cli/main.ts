#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

// Compiled code is kept between runs: a one-shot read is mostly start-up.
enableCompileCache();
const { main } = await import('./program.ts');
await main(process.argv.slice(2));
