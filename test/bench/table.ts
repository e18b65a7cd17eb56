import type { Comparison, Figure } from './measure.ts'

const HEAD = ['benchmark', 'Muster', 'median', 'beside', 'median', 'unit', 'ratio'] as const

function number(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(1)
}

function spread({ median, least, most }: Figure): string {
  return `${number(median)} (${number(least)}–${number(most)})`
}

/** The comparisons as a Markdown table, padded so that it also reads in a terminal. */
export function table(comparisons: readonly Comparison[]): string {
  const rows: (readonly string[])[] = comparisons.map(
    ({ benchmark, subject, baseline, unit, better, ratio }) => [
      benchmark,
      subject.name,
      spread(subject),
      baseline.name,
      spread(baseline),
      unit,
      `${ratio.toFixed(2)} × (${better} is better)`,
    ],
  )
  const widths = HEAD.map((head, column) =>
    Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  const rule = widths.map((width) => '-'.repeat(width))
  return [line(HEAD), line(rule), ...rows.map(line)].join('\n')
}
