import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import proto from '@temporalio/proto';
import { bundleWorkflowCode, DefaultLogger, makeTelemetryFilterString, type ReplayResult, Runtime, Worker, type WorkflowBundleOption } from '@temporalio/worker';
import { beforeAll, describe, expect, test } from 'vitest';
import { SHAPES } from '../../scripts/histories/shapes.ts';
import * as product from '../../workflows/index.ts';
import { workflowBundle } from '../support/ask-host.ts';

// The control replays what must not replay: a warning for each would look like a failure of the check.
Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR' }) } } });

type History = proto.temporal.api.history.v1.IHistory;
const FOLDER = new URL('histories/', import.meta.url);
const NAMES = readdirSync(FOLDER).filter((file) => file.endsWith('.bin')).map((file) => file.replace(/\.bin$/, '')).toSorted();

const histories = new Map<string, History>(NAMES.map((name) => [name, proto.temporal.api.history.v1.History.decode(readFileSync(new URL(`${name}.bin`, FOLDER)))]));
const started = (history: History) => history.events![0]!.workflowExecutionStartedEventAttributes!;

async function replay(bundle: WorkflowBundleOption): Promise<Map<string, ReplayResult['error']>> {
  const results = new Map<string, ReplayResult['error']>();
  const all = [...histories].map(([workflowId, history]) => ({ workflowId, history }));
  for await (const { workflowId, error } of Worker.runReplayHistories({ workflowBundle: bundle }, all)) results.set(workflowId, error);
  return results;
}

test('every shape has a history that ran to its end, and every workflow type has one', () => {
  expect(NAMES).toEqual(Object.keys(SHAPES).toSorted());
  for (const history of histories.values()) {
    const last = history.events!.at(-1)!;
    expect(last.workflowExecutionCompletedEventAttributes ?? last.workflowExecutionContinuedAsNewEventAttributes).toBeTruthy();
  }
  expect([...new Set([...histories.values()].map((history) => started(history).workflowType!.name))].toSorted()).toEqual(Object.keys(product).toSorted());
});

describe('the current workflows replay what earlier ones did; a failure is mended with patched(), never by recording again', () => {
  let results: Map<string, ReplayResult['error']>;
  beforeAll(async () => { results = await replay(await workflowBundle()); });
  test.for(NAMES)('%s', (name) => {
    expect(results.has(name)).toBe(true);
    expect(results.get(name)).toBeUndefined();
  });
});

describe('control: each history notices a workflow that was changed', () => {
  let results: Map<string, ReplayResult['error']>;
  beforeAll(async () => {
    const quiet = { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error() {} };
    results = await replay(await bundleWorkflowCode({ workflowsPath: fileURLToPath(new URL('changed.ts', import.meta.url)), logger: quiet }));
  });
  test.for(NAMES)('%s', (name) => {
    expect(results.get(name)?.name).toBe('DeterminismViolationError');
  });
});
