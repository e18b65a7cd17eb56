import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Prompter } from './prompter.ts'

/** A command changed by the person: in their editor, or line by line. Undefined: they left it. */
export async function editText(text: string, prompter: Prompter): Promise<string | undefined> {
  const editor = process.env['VISUAL'] || process.env['EDITOR']
  if (editor !== undefined && editor !== '') return await inEditor(editor, text, prompter)
  prompter.tell('  Type the command, and a line with a single dot to end. A dot alone leaves it.')
  const lines: string[] = []
  for (;;) {
    const line = await prompter.ask('  ┃ ')
    if (line === '.') break
    lines.push(line)
  }
  return lines.length === 0 ? undefined : lines.join('\n')
}

/** The file is readable by its owner only and does not outlive the edit. */
async function inEditor(
  editor: string,
  text: string,
  prompter: Prompter,
): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-'))
  const file = join(folder, 'command.txt')
  try {
    await writeFile(file, `${text}\n`, { mode: 0o600 })
    const done = prompter.lend()
    try {
      const child = startEditor(editor, file)
      await new Promise<void>((resolve) => {
        child.on('exit', () => resolve())
        child.on('error', ({ message }) => {
          prompter.tell(`  The editor ${editor} cannot be started: ${message}`)
          resolve()
        })
      })
    } finally {
      done()
    }
    return (await readFile(file, 'utf8')).replace(/\r?\n$/u, '')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** As git does it: the setting may hold arguments, so a shell reads it; the file is an argument of its own. */
function startEditor(editor: string, file: string): ChildProcess {
  if (process.platform === 'win32')
    return spawn(`${editor} "${file}"`, { shell: true, stdio: 'inherit' })
  return spawn('/bin/sh', ['-c', `${editor} "$1"`, 'sh', file], { stdio: 'inherit' })
}
