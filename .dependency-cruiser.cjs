// Who may import whom (the table of the architecture). Read by scripts/check/imports.ts; proven by test/support/import-rules.test.ts.
// Paths are relative to the repository; package paths may have a prefix when the rules run on a planted folder.
const npm = (...names) => `(^|/)node_modules/(${names.join('|')})(/|$)`;

module.exports = {
  forbidden: [
    { name: 'domain-is-pure', severity: 'error',
      comment: 'domain/ may import only itself and decimal.js: no I/O, no clock, no packages.',
      from: { path: '^domain/', pathNot: '^domain/reports/pattern\\.ts$' }, to: { pathNot: ['^domain/', npm('decimal\\.js')] } },
    { name: 'patterns-are-linear', severity: 'error',
      comment: 'domain/reports/pattern.ts alone wraps re2js, which is pure (docs/decisions/patterns.md).',
      from: { path: '^domain/reports/pattern\\.ts$' }, to: { pathNot: ['^domain/', npm('re2js')] } },
    { name: 'workflows-are-deterministic', severity: 'error',
      comment: 'workflows/ may import only domain/, itself and @temporalio/workflow; activities as `import type`.',
      from: { path: '^workflows/' }, to: { pathNot: ['^(domain|workflows|activities)/', npm('@temporalio/workflow')] } },
    { name: 'workflows-know-activities-as-types', severity: 'error',
      comment: 'An activity runs in another process: a workflow may know its type only (`import type`).',
      from: { path: '^workflows/' }, to: { path: '^activities/', dependencyTypesNot: ['type-only'] } },
    { name: 'db-knows-the-domain-only', severity: 'error',
      comment: 'db/ may import domain/ and database packages: never Temporal, never the layers above.',
      from: { path: '^db/' }, to: { path: ['^(activities|api|workflows|scripts|web|test)/', npm('@temporalio/[^/]+', 'fastify')] } },
    { name: 'activities-below-the-api', severity: 'error',
      comment: 'activities/ may import db/, domain/, workflows/{contracts,starts}.ts and Temporal.',
      from: { path: '^activities/' }, to: { path: ['^(api|scripts|web|test)/', '^workflows/(?!(contracts|starts)\\.ts$)', npm('fastify', '@fastify/[^/]+')] } },
    { name: 'api-through-stores', severity: 'error',
      comment: 'api/ may import db/stores/, db/personal/personalData.ts, db/config.ts, db/mailConfig.ts, db/safeError.ts (and db/connection.ts where the server is composed), domain/, workflows/{contracts,starts}.ts and the Temporal client.',
      from: { path: '^api/' }, to: { path: ['^(activities|scripts|web|test)/', '^workflows/(?!(contracts|starts)\\.ts$)', '^db/(?!stores/|(connection|config|mailConfig|safeError|personal/personalData)\\.ts$)', npm('@temporalio/(worker|activity|testing|workflow)')] } },
    { name: 'product-not-from-scripts-or-tests', severity: 'error',
      comment: 'Only scripts/ and test/ may import scripts/; only test/ may import test/.',
      from: { pathNot: '^(scripts|test)/' }, to: { path: '^(scripts|test)/' } },
    { name: 'scripts-not-from-tests', severity: 'error', comment: 'scripts/ must run without the tests.',
      from: { path: '^scripts/' }, to: { path: '^test/' } },
    { name: 'no-cycle', severity: 'error', comment: 'A cycle of run-time imports: move what both need into a file of its own.',
      from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    { name: 'resolvable', severity: 'error', comment: 'The imported file or package does not exist.',
      from: {}, to: { couldNotResolve: true } },
    { name: 'listed-package', severity: 'error', comment: 'A package that package.json does not list may vanish with the next update.',
      from: {}, to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] } },
    { name: 'no-dev-package-in-product', severity: 'error', comment: 'A devDependency is not there in production.',
      from: { path: '^(domain|workflows|db|activities|api)/' }, to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: npm('@types/[^/]+') } },
  ],
  options: {
    // TypeScript 7 has no API that dependency-cruiser can use; swc reads the types' imports as well.
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: '(^|/)node_modules/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'], extensions: ['.ts', '.js', '.mjs', '.cjs', '.json'] },
  },
};
