import { namesInTransfer } from '../files/transfer.ts'
import { statementsOf } from '../sql/statements.ts'
import type { Block } from './model.ts'

/** `:NAME` of SQL outside of casts, strings, identifiers and comments. */
const SQL_NAME =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|::|(?<![:\w]):(?<name>[A-Za-z_]\w*)/gu
const TEMPLATE_NAME = /\{\{\s*(?<name>[A-Za-z_]\w*)\s*\}\}/gu

/** Names of inputs and captures that a block is filled with, as often as they stand in it; a shell's are its own affair. */
export function namesIn(block: Pick<Block, 'executor' | 'code'>): readonly string[] {
  if (block.executor === 'shell') return []
  if (block.executor === 'files') return namesInTransfer(block.code)
  const statements = block.executor === 'sql' ? statementsOf(block.code) : undefined
  if (statements !== undefined && !('problem' in statements))
    return statements.flatMap(({ parameters }) => parameters)
  // What cannot be taken apart into statements is refused when it is run; its names are looked for all the same.
  const pattern = block.executor === 'sql' ? SQL_NAME : TEMPLATE_NAME
  return [...block.code.matchAll(pattern)].flatMap(({ groups }) =>
    groups?.['name'] === undefined ? [] : [groups['name']],
  )
}
