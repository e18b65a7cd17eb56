import type { Root } from 'mdast'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { frontmatterFromMarkdown } from 'mdast-util-frontmatter'
import { gfmFromMarkdown } from 'mdast-util-gfm'
import { frontmatter } from 'micromark-extension-frontmatter'
import { gfm } from 'micromark-extension-gfm'

/** CommonMark with GitHub's extensions and frontmatter, to an mdast tree with positions. What windows show prose with. */
export function parseMarkdown(markdown: string): Root {
  return fromMarkdown(markdown, {
    extensions: [gfm(), frontmatter(['yaml', 'toml'])],
    mdastExtensions: [gfmFromMarkdown(), frontmatterFromMarkdown(['yaml', 'toml'])],
  })
}

/** Everything that can stand inside a line, save the box of a task item. */
const INLINE = [
  'attention',
  'autolink',
  'characterEscape',
  'characterReference',
  'codeText',
  'emailAutolink',
  'gfmFootnoteCall',
  'gfmPotentialFootnoteCall',
  'hardBreakEscape',
  'htmlText',
  'labelEnd',
  'labelStartImage',
  'labelStartLink',
  'protocolAutolink',
  'strikethrough',
  'wwwAutolink',
]

const DISABLED = { disable: { null: INLINE } }
const TREE = gfmFromMarkdown().filter(({ transforms }) => transforms === undefined)
/** Made once: a long file is read in thousands of parts. */
const BODY = { extensions: [gfm(), DISABLED], mdastExtensions: [TREE] }
const HEAD = {
  extensions: [gfm(), frontmatter(['yaml', 'toml']), DISABLED],
  mdastExtensions: [TREE, frontmatterFromMarkdown(['yaml', 'toml'])],
}

/**
 * The blocks of the same Markdown, with the text inside them left alone: CommonMark finds all blocks before it looks
 * inside any, so this gives the same blocks, sooner, and no line of any content can make it slow. Frontmatter is known in a
 * `head` only.
 */
export function parseBlocks(markdown: string, place: 'head' | 'body'): Root {
  return fromMarkdown(markdown, place === 'head' ? HEAD : BODY)
}
