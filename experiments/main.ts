#!/usr/bin/env node
import { runCli } from '../src/cli/run-cli.ts';
import { services } from './services/services.ts';

process.exit(await runCli(process.argv.slice(2), services));
