import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Nodes } from 'mdast'
import { describe, expect, it, test } from 'vitest'
import { z } from 'zod'
import { parseMarkdown } from '../../main/core/runbook/markdown.ts'
import { COMMANDS } from '../../main/hosts/cli/commands.ts'
import { projectRoot } from '../harness/project.ts'

/** What the documentation says can be looked at: every command, link, path and picture in it is there. */

const DOCUMENTS = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...readdirSync(join(projectRoot, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
  'runbooks/FORMAT.md',
]

const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')))

interface Mentions {
  /** Relative addresses of links and images. */
  readonly files: readonly string[]
  /** Names after `npm run`, and start and test. */
  readonly scripts: readonly string[]
  /** Words after `muster` or `npm run -s muster --`. */
  readonly commands: readonly string[]
  /** Paths of the project in code spans. */
  readonly paths: readonly string[]
}

function everyNode(node: Nodes): readonly Nodes[] {
  return 'children' in node ? [node, ...node.children.flatMap(everyNode)] : [node]
}

/** What a document mentions, read from its tree: examples of runbooks within fences are not code of the shell. */
function mentions(markdown: string): Mentions {
  const nodes = everyNode(parseMarkdown(markdown))
  const spans = nodes.flatMap((node) => (node.type === 'inlineCode' ? [node.value] : []))
  const shells = nodes.flatMap((node) =>
    node.type === 'code' && /^(?:sh|console|bash)?$/u.test(node.lang ?? '') ? [node.value] : [],
  )
  const code = [...spans, ...shells]
  const all = (pattern: RegExp): string[] =>
    code.flatMap((text) => [...text.matchAll(pattern)].map((match) => match[1] ?? ''))
  return {
    files: nodes
      .flatMap((node) =>
        node.type === 'link' || node.type === 'image' || node.type === 'definition'
          ? [node.url]
          : [],
      )
      .filter((url) => !/^[a-z]+:|^#/iu.test(url))
      .map((url) => decodeURIComponent(url.replace(/#.*$/u, ''))),
    scripts: [...all(/\bnpm run (?:-s )?([\w:]+)/gu), ...all(/\bnpm (start|test)\b/gu)],
    commands: all(
      /(?:^|[ $])(?:npm run -s muster --|muster) ([a-z]+)\b(?! (?:is|was|and|or|cannot)\b)/gmu,
    ),
    paths: spans.filter((text) =>
      /^(?:main|renderer|preload|test|docs|resources|runbooks)\/[\w./-]+$/u.test(text),
    ),
  }
}

interface Problem {
  readonly kind: keyof Mentions
  readonly what: string
}

/** Everything that a document mentions and that is not there. `folder` is where its links start from. */
function problems(markdown: string, folder: string): readonly Problem[] {
  const found = mentions(markdown)
  const missing = (kind: keyof Mentions, there: (what: string) => boolean): readonly Problem[] =>
    found[kind].filter((what) => !there(what)).map((what) => ({ kind, what }))
  return [
    ...missing('files', (file) => existsSync(join(folder, file))),
    ...missing('scripts', (name) => Object.hasOwn(scripts, name)),
    ...missing('commands', (name) => name === 'help' || Object.hasOwn(COMMANDS, name)),
    ...missing('paths', (path) => existsSync(join(projectRoot, path))),
  ]
}

describe('the checks themselves', () => {
  test('find a broken link, a script, a command, a path and a picture that are not there', () => {
    const planted = `
[gone](docs/gone.md) ![gone](docs/pictures/gone.png) [here](README.md#muster) [out](https://example.org/x)

\`npm run gone\`, \`npm run bench\`, \`main/gone.ts\`, \`muster gone RUN\`

\`\`\`sh
npm run -s muster -- lost last
npm start
\`\`\`
`
    expect(problems(planted, projectRoot)).toEqual([
      { kind: 'files', what: 'docs/gone.md' },
      { kind: 'files', what: 'docs/pictures/gone.png' },
      { kind: 'scripts', what: 'gone' },
      { kind: 'commands', what: 'gone' },
      { kind: 'commands', what: 'lost' },
      { kind: 'paths', what: 'main/gone.ts' },
    ])
  })
})

describe('every document', () => {
  it.each(DOCUMENTS)('%s mentions only what is there', (path) => {
    const markdown = readFileSync(join(projectRoot, path), 'utf8')
    expect(problems(markdown, dirname(join(projectRoot, path)))).toEqual([])
  })

  it('can be reached from the readme', () => {
    const linked = new Set(
      mentions(readFileSync(join(projectRoot, 'README.md'), 'utf8')).files.map((file) => file),
    )
    expect(DOCUMENTS.filter((path) => path !== 'README.md' && !linked.has(path))).toEqual([])
  })

  it('begins, in the readme, with the two commands', () => {
    const [title, first] = parseMarkdown(
      readFileSync(join(projectRoot, 'README.md'), 'utf8'),
    ).children
    expect(title?.type).toBe('heading')
    expect(first?.type === 'code' ? first.value : '').toMatch(/^npm start\b.*\nnpm test\b/u)
  })

  it('names the stages of the tests as they are', () => {
    const text = readFileSync(join(projectRoot, 'test', 'harness', 'stages.mjs'), 'utf8')
    const table = /const STAGES = \{\n(?<rows>.*?)\n\}/su.exec(text)?.groups?.['rows'] ?? ''
    const stages = [...table.matchAll(/^ {2}'?([a-z-]+)'?:/gmu)].map((match) => match[1] ?? '')
    expect(stages.length).toBeGreaterThan(5)
    const contributing = readFileSync(join(projectRoot, 'CONTRIBUTING.md'), 'utf8')
    expect(stages.filter((stage) => !contributing.includes(`\`${stage}\``))).toEqual([])
  })
})

describe('pictures', () => {
  const folder = join(projectRoot, 'docs', 'pictures')
  const wanted = ['dark', 'light'].flatMap((theme) => [
    ...['library', 'start', 'run', 'runs', 'settings'].map((screen) => ({
      name: `${screen}-${theme}.png`,
      width: 1280,
      height: 720,
    })),
    { name: `run-${theme}-wide.png`, width: 1920, height: 1080 },
  ])

  it.each(wanted)('$name is there, $width × $height and small', ({ name, width, height }) => {
    const path = join(folder, name)
    const bytes = readFileSync(path)
    expect(bytes.subarray(1, 4).toString('latin1')).toBe('PNG')
    // The first chunk, IHDR, begins with width and height: https://www.w3.org/TR/png-3/#11IHDR
    expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([width, height])
    expect(statSync(path).size).toBeLessThan(300_000)
  })
})

/** What GitHub makes of a heading: the name that a link leads to. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/gu, '-')
}

test.each(DOCUMENTS)('%s links to headings that are there', (document) => {
  const text = readFileSync(join(projectRoot, document), 'utf8')
  for (const node of everyNode(parseMarkdown(text))) {
    if (node.type !== 'link' || /^[a-z]+:/iu.test(node.url) || !node.url.includes('#')) continue
    const [path = '', anchor = ''] = node.url.split('#')
    const other = path === '' ? document : join(dirname(document), path)
    const headings = readFileSync(join(projectRoot, other), 'utf8').matchAll(/^#+ (?<text>.+)$/gmu)
    const anchors = [...headings].map(({ groups }) => anchorOf(groups?.['text'] ?? ''))
    expect(anchors, node.url).toContain(anchor)
  }
})

test('docs/architecture.md has every part of the program', () => {
  const text = readFileSync(join(projectRoot, 'docs', 'architecture.md'), 'utf8')
  const [parts = ''] = text.split('## Imports run one way')
  const folders = (at: string): readonly string[] =>
    readdirSync(join(projectRoot, at), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
  for (const name of folders('main')) expect(parts).toContain(`\`main/${name}/\``)
  for (const name of folders('main/core'))
    expect(parts).toMatch(new RegExp(`\`(?: {2})?${name}/\``, 'u'))
})
