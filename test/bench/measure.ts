/** Alternating rounds and medians. Nothing here asserts a time: figures depend on the machine, ratios less so. */

export interface Contestant {
  readonly name: string
  /** Does the work once and gives its figure, in the unit of the contest. */
  once(): Promise<number> | number
}

export interface Figure {
  readonly name: string
  readonly median: number
  readonly least: number
  readonly most: number
}

/** One thing of Muster beside one thing that everybody knows, measured in turns in the same run. */
export interface Comparison {
  readonly benchmark: string
  readonly unit: string
  /** Whether more of the unit is better. */
  readonly better: 'more' | 'less'
  readonly subject: Figure
  readonly baseline: Figure
  /** Subject by baseline. */
  readonly ratio: number
}

export interface Contest {
  readonly benchmark: string
  readonly unit: string
  readonly better: 'more' | 'less'
  readonly rounds: number
  /** Of what takes minutes there is no round to warm up. */
  readonly cold?: boolean
  readonly subjects: readonly Contestant[]
  readonly baselines: readonly Contestant[]
}

export interface Benchmark {
  readonly name: string
  /** The comparisons, and in words what could not be compared here. */
  run(): Promise<{
    readonly comparisons: readonly Comparison[]
    readonly missing: readonly string[]
  }>
}

function figure(name: string, samples: readonly number[]): Figure {
  const sorted = samples.toSorted((left, right) => left - right)
  const middle = sorted.length / 2
  const upper = sorted[Math.floor(middle)] ?? Number.NaN
  const lower = sorted[Math.ceil(middle) - 1] ?? Number.NaN
  return {
    name,
    median: (lower + upper) / 2,
    least: sorted[0] ?? Number.NaN,
    most: sorted.at(-1) ?? Number.NaN,
  }
}

/** One round to warm up unless `cold`, then `rounds` that count; in each everybody has a turn, so that a busy moment hits all alike. */
export async function compare(contest: Contest): Promise<readonly Comparison[]> {
  const { benchmark, unit, better, rounds, cold = false, subjects, baselines } = contest
  const all = [...subjects, ...baselines]
  const samples = new Map<Contestant, number[]>(all.map((one) => [one, []]))
  for (let round = cold ? 1 : 0; round <= rounds; round++) {
    for (const one of all) {
      const sample = await one.once()
      if (round > 0) samples.get(one)?.push(sample)
    }
  }
  const figureOf = (one: Contestant): Figure => figure(one.name, samples.get(one) ?? [])
  return subjects.flatMap((subject) =>
    baselines.map((baseline) => {
      const [left, right] = [figureOf(subject), figureOf(baseline)]
      return {
        benchmark,
        unit,
        better,
        subject: left,
        baseline: right,
        ratio: left.median / right.median,
      }
    }),
  )
}

/** Milliseconds that the work took. */
export async function timed(work: () => unknown): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}
