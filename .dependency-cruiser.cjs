/** Imports run one way; see docs/architecture.md. test/structure proves each rule with a planted violation. */
/** Only these may be imported (besides the part itself). `path` values are below main/. */
const arrow = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: `^main/${from}/` },
  to: { path: '^(main|preload|renderer)/', pathNot: allowed.map((folder) => `^main/${folder}/`) },
})

module.exports = {
  forbidden: [
    arrow('core-imports-core', 'core', ['core'], 'The core is pure: it knows nothing of the rest.'),
    {
      name: 'core-has-no-node',
      severity: 'error',
      comment: 'Effects stay at the rim; clocks, ids and hashes come in as arguments.',
      from: { path: '^main/core/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'core-libraries',
      severity: 'error',
      comment: 'The core uses few, pure libraries.',
      from: { path: '^main/core/' },
      to: { path: 'node_modules/(?!zod/|yaml/|mdast-util-|micromark|unist-util-|@types/)' },
    },
    arrow(
      'contract-imports-core',
      'contract',
      ['contract', 'core'],
      'The contract is made of the core alone.',
    ),
    arrow(
      'engine-imports-contract',
      'engine',
      ['engine', 'contract', 'core'],
      'The engine knows ports, not what fills them.',
    ),
    ...['executors', 'connections', 'store', 'exports', 'sandbox'].map((part) =>
      arrow(
        `${part}-imports-engine`,
        part,
        [part, 'engine', 'contract', 'core'],
        'What fills ports does not know its siblings or the hosts.',
      ),
    ),
    {
      name: 'executors-are-separate',
      severity: 'error',
      comment: 'No executor imports another; lanes and network are rooms they share.',
      from: { path: '^main/executors/([^/]+)/' },
      to: { path: '^main/executors/[^/]+/', pathNot: '^main/executors/($1|lanes|network)/' },
    },
    {
      name: 'hosts-do-not-import-windows',
      severity: 'error',
      from: { path: '^main/hosts/' },
      to: { path: '^(renderer|preload)/', pathNot: '^preload/bridge\\.ts$' },
    },
    {
      name: 'preload-imports-contract',
      severity: 'error',
      from: { path: '^preload/' },
      to: { path: '^(main|renderer)/', pathNot: '^main/contract/' },
    },
    {
      name: 'renderer-imports-contract-and-core',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { path: '^(main|preload)/', pathNot: '^main/(contract|core)/' },
    },
    {
      name: 'renderer-has-no-node',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'features-are-separate',
      severity: 'error',
      comment: 'No feature imports another.',
      from: { path: '^renderer/features/([^/]+)/' },
      to: { path: '^renderer/features/[^/]+/', pathNot: '^renderer/features/$1/' },
    },
    {
      name: 'ui-and-api-know-no-features',
      severity: 'error',
      from: { path: '^renderer/(ui|api)/' },
      to: { path: '^renderer/(features|app)/' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'program-imports-only-itself',
      comment: 'Tests and tools stand outside of the program; nothing in it may need them.',
      severity: 'error',
      from: {},
      // mdast and hast are packages of types alone.
      to: { couldNotResolve: true, pathNot: '^(mdast|hast)$' },
    },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.mjs', '.js', '.css'] },
  },
}
