import { join } from 'node:path'
import { projectRoot } from '../harness/project.ts'
import { compare, timed, type Benchmark, type Contestant } from './measure.ts'
import { finish } from './programs.ts'

/** How long `validate` takes from the shell's prompt to its end, against Node doing nothing. */

const ROUNDS = 7
const BOOK = join('runbooks', 'starter', 'laptop-readiness.md')

function program(name: string, words: readonly string[], binary = process.execPath): Contestant {
  return { name, once: () => timed(() => finish(binary, words, projectRoot)) }
}

export const startUp: Benchmark = {
  name: 'start-up',
  async run() {
    return {
      comparisons: await compare({
        benchmark: 'validate, start to end',
        unit: 'ms',
        better: 'less',
        rounds: ROUNDS,
        subjects: [
          program('node main/hosts/cli/bin.mjs validate', [
            join('main', 'hosts', 'cli', 'bin.mjs'),
            'validate',
            BOOK,
          ]),
          ...(process.platform === 'win32'
            ? []
            : [
                program(
                  'npm run -s muster -- validate',
                  ['run', '-s', 'muster', '--', 'validate', BOOK],
                  'npm',
                ),
              ]),
        ],
        baselines: [program('node -e 0', ['-e', '0'])],
      }),
      missing: [],
    }
  },
}
