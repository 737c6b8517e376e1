import { DefaultLogger, Runtime } from '@temporalio/worker';

// Importing this once per test file keeps the SDK's INFO lines (bundle listings, worker states) out of the test output.
Runtime.install({ logger: new DefaultLogger('WARN') });
