/*
 * The import table of src/README.md as rules: one per row, and the tests hold the two equal. Type-only imports count, since
 * a type drags its reader along as much as a function does.
 */

/** Folder of src/ → folders of src/ that it may import. Every folder may import itself and src/policy. */
const TABLE = {
  core: [],
  auction: ['core'],
  market: ['core'],
  response: ['core'],
  campaign: ['core'],
  data: ['core'],
  bidding: ['core'],
  sim: ['core', 'auction', 'market', 'response', 'campaign', 'data', 'bidding'],
  nn: ['core'],
  rl: ['core'],
  store: ['core'],
  train: ['core', 'rl', 'store'],
  eval: ['core', 'bidding', 'rl'],
  explain: ['core'],
  report: ['core', 'eval', 'store', 'explain'],
  export: ['core', 'nn', 'rl'],
};

const ENVS = ['core', 'auction', 'market', 'response', 'campaign', 'data', 'bidding', 'sim'];
const AGENTS = ['core', 'bidding', 'rl', 'nn'];

function folderRule(name, from, allowed) {
  return {
    name,
    severity: 'error',
    comment: `${name} may import ${allowed.join(', ') || 'nothing'} (and policy) of src/; see the import table in src/README.md`,
    from: { path: from },
    to: { path: '^src/', pathNot: `^src/(${['policy', ...allowed].join('|')})/` },
  };
}

const OURS = '^(src|envs|agents|experiments)/';

module.exports = {
  forbidden: [
    ...Object.entries(TABLE).map(([folder, allowed]) =>
      folderRule(`src/${folder}`, `^src/${folder}/`, [folder, ...allowed]),
    ),
    folderRule('envs', '^envs/', ENVS),
    folderRule('agents', '^agents/', AGENTS),
    {
      name: 'src/policy',
      severity: 'error',
      comment: 'The runtime of exported policies is copied into bidders as it is: it imports nothing, not even Node',
      from: { path: '^src/policy/' },
      to: { pathNot: '^src/policy/' },
    },
    {
      name: 'src/cli',
      severity: 'error',
      comment: 'src/cli may import any folder of src/, but gets environments and agents handed in',
      from: { path: '^src/cli/' },
      to: { path: '^(envs|agents|experiments|test)/' },
    },
    {
      name: 'src-stands-alone',
      severity: 'error',
      comment: 'src/ knows no environment, agent or experiment: experiments/ composes them',
      from: { path: '^src/' },
      to: { path: '^(envs|agents|experiments|test|results)/' },
    },
    {
      name: 'envs-and-agents-apart',
      severity: 'error',
      comment: 'Agents and environments meet at src/core only',
      from: { path: '^(envs|agents)/' },
      to: { path: '^(envs|agents|experiments|test|results)/', pathNot: '^$1/' },
    },
    {
      name: 'experiments-import-no-tests',
      severity: 'error',
      from: { path: '^experiments/' },
      to: { path: '^(test|results)/' },
    },
    {
      name: 'tensorflow-only-in-nn',
      severity: 'error',
      comment: 'src/nn is the only door to TensorFlow',
      from: { path: OURS, pathNot: '^src/nn/' },
      to: { path: '^(node_modules/)?@tensorflow/' },
    },
    {
      name: 'no-barrel-inside',
      severity: 'error',
      comment: 'index.ts is for users of the package; inside, import the file that has it',
      from: { path: OURS },
      to: { path: '^(src|envs|agents|experiments)/index\\.ts$' },
    },
    {
      name: 'no-cycle',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-development-package',
      severity: 'error',
      comment: 'What is published must not need what is installed for development only',
      from: { path: OURS, pathNot: '^experiments/scripts/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      comment: 'Optional native packages may be absent',
      from: {},
      to: { couldNotResolve: true, pathNot: '^(@tensorflow/tfjs-node(-gpu)?|@resvg/resvg-js)$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|coverage)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
