/** Megabytes of Markdown that come close to a limit of F-1.7 without passing it: the costliest text that is read. */

const MEGABYTE = 1024 * 1024
const HEAD =
  '---\nrunbook: 1\nkind: maintenance\ntargets: { laptop: local }\n---\n# T\n## P\n### S\n'
const FILLING = 'lorem ipsum '.repeat(1_000)

/** `count` units behind `head`, each with as much filling as makes a megabyte of all. */
function evenly(count: number, unit: (index: number, filling: string) => string, head = HEAD) {
  const share = Math.floor((MEGABYTE - head.length) / count)
  const units = Array.from({ length: count }, (_, index) =>
    unit(index, FILLING.slice(0, Math.max(0, share - unit(index, '').length))),
  )
  return head + units.join('')
}

export const NEAR_LIMITS: Readonly<Record<string, string>> = {
  'one paragraph after another': evenly(29_000, (_, filling) => `${filling}\n\n`),
  'paragraphs of as many lines as are read': evenly(
    55_000,
    (index, filling) => `${filling}\n${index % 900 === 0 ? '\n' : ''}`,
  ),
  'a paragraph of long lines': evenly(900, (_, filling) => `${filling}\n`),
  'task items with blank lines between': evenly(5_900, (_, filling) => `- [ ] ${filling}\n\n`),
  'lists in lists': evenly(1_400, (_, filling) => `- a ${filling}\n  - b\n\n`),
  'rows of a table': evenly(900, (_, filling) => `| a | ${filling} |\n`, `${HEAD}\n|a|b|\n|-|-|\n`),
  'quotes in quotes': evenly(900, (_, filling) => `> > > > > a ${filling}\n`),
  'headings and prose': evenly(5_900, (index, filling) => `### H${index}\n\n${filling}\n\n`),
  'steps that run something': evenly(
    3_300,
    (index, filling) =>
      `### H${index}\n\n\`\`\`yaml step\nid: s${index}\non: laptop\n\`\`\`\n${filling}\n\n\`\`\`bash run\necho ${index}\n\`\`\`\n\n`,
  ),
  'marks inside of lines': evenly(7_000, (_, filling) => `a *b* [c](d) \`e\` <f> ${filling}\n\n`),
  'fences of prose': evenly(14_000, (_, filling) => `\`\`\`\n${filling}\n\`\`\`\n\n`),
  'one fence': evenly(
    58_000,
    (index, filling) => (index < 57_999 ? `${filling}\n` : '```\n'),
    `${HEAD}\`\`\`\n`,
  ),
  'blocks of HTML': evenly(5_900, (_, filling) => `<div>${filling}\n\n`),
  definitions: evenly(5_900, (index, filling) => `[a${index}]: b ${filling}\n\n`),
  'a guide of fences': evenly(
    5_000,
    (index, filling) => `## H${index}\n\n${filling}\n\n\`\`\`bash\nls\n\`\`\`\n\n`,
    '# G\n',
  ),
}
