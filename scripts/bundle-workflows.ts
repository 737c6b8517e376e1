import { resolve } from 'node:path';
import { buildWorkflowBundle } from './local/workflow-bundle.ts';

/** `node scripts/bundle-workflows.ts FILE`: the workflows as one file for WORKFLOW_BUNDLE; the image is built with it. */
const [file] = process.argv.slice(2);
if (file === undefined) {
  console.error('Name the file to write: node scripts/bundle-workflows.ts FILE');
  process.exit(2);
}
const { codePath } = await buildWorkflowBundle(resolve(file));
console.log(`Workflows bundled into ${codePath}`);
