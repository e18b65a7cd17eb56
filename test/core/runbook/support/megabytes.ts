/** Megabytes of Markdown that come close to a limit of F-1.7 without passing it: the costliest text that is read. */

const MEGABYTE = 1024 * 1024
const HEAD =
  '---\nrunbook: 1\nkind: maintenance\ntargets: { laptop: local }\n---\n# T\n## P\n### S\n\n'
/** Text that has to be looked at closely: a digit may begin a list, and every word is a part of its own. */
const INVOLVED = '7 lorem ip '.repeat(10_000)
const PLAIN = 'Lorem ipsum '.repeat(10_000)

type Unit = (index: number, filling: string) => string

/** `count` units with as much of `filling` each as makes `length` characters of all. */
function evenly(count: number, unit: Unit, length: number, filling: string): string {
  const share = Math.floor(length / count)
  return Array.from({ length: count }, (_, index) =>
    unit(index, filling.slice(0, Math.max(0, share - unit(index, '').length))),
  ).join('')
}

/** As much involved text as is read, in `count` units, and plain paragraphs to the end. */
function involved(count: number, unit: Unit, length = 395_000): string {
  const text = HEAD + evenly(count, unit, length, INVOLVED)
  return `${text}\n\n${evenly(1_000, (_, filling) => `${filling.trimEnd()}\n\n`, MEGABYTE - text.length - 2, PLAIN)}`
}

function plain(count: number, unit: Unit, head = HEAD): string {
  return head + evenly(count, unit, MEGABYTE - head.length, PLAIN)
}

export const NEAR_LIMITS: Readonly<Record<string, string>> = {
  'involved paragraphs': involved(4_900, (_, filling) => `${filling}\n\n`),
  'involved paragraphs of as many lines as are read': involved(
    9_900,
    (index, filling) => `${filling}\n${index % 900 === 0 ? '\n' : ''}`,
  ),
  'involved paragraphs as long as are read': involved(5, (_, filling) => `${filling}\n\n`),
  'words of one letter': involved(
    5,
    (_, filling) => `7${' a'.repeat(Math.floor(filling.length / 2))}\n\n`,
  ),
  'list items with blank lines between': involved(2_900, (_, filling) => `- ${filling}\n\n`),
  'lists in lists': involved(730, (_, filling) => `- a ${filling}\n  - b\n\n`),
  'rows of tables': involved(450, (index, filling) =>
    index % 80 === 0 ? '\n\n|a|b|\n|-|-|\n' : `| a | ${filling.slice(0, 1_000)} |\n`,
  ),
  'quotes in quotes': involved(
    590,
    (index, filling) => `> > > > > a ${filling}\n${index % 80 === 0 ? '\n' : ''}`,
  ),
  'marks inside of lines': involved(4_900, (_, filling) => `7 *b* [c](d) \`e\` <f>${filling}\n\n`),
  // They are read together with as much again of what follows.
  'blocks of HTML': involved(2_900, (_, filling) => `<div>${filling}\n\n`, 190_000),
  definitions: involved(2_900, (index, filling) => `[a${index}]: b ${filling}\n\n`),
  'plain paragraphs': plain(29_000, (_, filling) => `${filling}\n\n`),
  'plain paragraphs of as many lines as are read': plain(
    55_000,
    (index, filling) => `${filling}\n${index % 900 === 0 ? '\n' : ''}`,
  ),
  'headings and prose': plain(5_900, (index, filling) => `### H${index}\n\n${filling}\n\n`),
  'task items': plain(5_900, (_, filling) => `- [ ] ${filling}\n\n`),
  'steps that run something': plain(
    3_300,
    (index, filling) =>
      `### H${index}\n\n\`\`\`yaml step\nid: s${index}\non: laptop\n\`\`\`\n${filling}\n\n\`\`\`bash run\necho ${index}\n\`\`\`\n\n`,
  ),
  'steps that run something, with involved paragraphs': involved(
    1_900,
    (index, filling) =>
      `### H${index}\n\n\`\`\`yaml step\nid: s${index}\non: laptop\n\`\`\`\n\n${filling}\n\n\`\`\`bash run\necho ${index}\n\`\`\`\n\n`,
    500_000,
  ),
  'fences of prose': plain(14_000, (_, filling) => `\`\`\`\n${filling}\n\`\`\`\n\n`),
  'one fence': plain(
    58_000,
    (index, filling) => (index < 57_999 ? `${filling}\n` : '```\n'),
    `${HEAD}\`\`\`\n`,
  ),
  'a guide of fences': plain(
    5_000,
    (index, filling) => `## H${index}\n\n${filling}\n\n\`\`\`bash\nls\n\`\`\`\n\n`,
    '# G\n',
  ),
}
