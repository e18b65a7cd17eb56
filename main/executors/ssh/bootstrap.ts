/**
 * How a block gets to the other side. The command that sshd hands to the login shell is short and always the same: it
 * says which process it is, then reads the values and the text from its input, so that neither stands in a list of
 * processes or in a file. Text that does not arrive whole is not run.
 */

/** Options that make a shell read no file of the person's and stop at the first command that fails. */
const SHELLS = {
  bash: 'bash --noprofile --norc -e -o pipefail',
  sh: 'sh -e',
} as const
export type RemoteShell = keyof typeof SHELLS

/** Every other shell block (`shell`, `console`…) is run by bash. */
export function remoteShell(language: string): RemoteShell {
  return language === 'sh' ? 'sh' : 'bash'
}

/** The status of a shell whose text did not arrive whole. */
export const INCOMPLETE = 250

const RUN = (nonce: string): string =>
  `case "$s" in *"#muster-end ${nonce}") eval "unset s v; $s";; *) exit ${INCOMPLETE};; esac`

/** Without a terminal: the text comes through standard input, which the block then finds empty. */
export function execCommand(shell: RemoteShell, nonce: string): string {
  return `exec ${SHELLS[shell]} -c 'printf "\\036muster %s %s\\036\\n" ${nonce} "$$" >&2; IFS= read -r v; s=$(cat); exec </dev/null; eval "$v"; ${RUN(nonce)}' muster`
}

const FOLDER = (nonce: string): string => `"\${TMPDIR:-/tmp}/muster-${nonce}"`

/** With a terminal, standard input is the person's keys: the text comes through a named pipe, written by `feedCommand`. */
export function ptyCommand(shell: RemoteShell, nonce: string): string {
  return `exec ${SHELLS[shell]} -c 'd=${FOLDER(nonce)}; (umask 077; mkdir "$d" && mkfifo "$d/text") || exit ${INCOMPLETE}; printf "\\036muster %s %s\\036\\n" ${nonce} "$$"; { IFS= read -r v; s=$(cat); } < "$d/text"; rm -rf "$d"; unset d; eval "$v"; ${RUN(nonce)}' muster`
}

/** Writes its input into the named pipe of `ptyCommand`. */
export function feedCommand(nonce: string): string {
  return `exec sh -c 'cat > ${FOLDER(nonce)}/text'`
}

/** Sends a signal to the process group that the block leads, or to the process alone where it leads none. */
export function killCommand(pid: number, signal: 'INT' | 'TERM' | 'KILL'): string {
  return `exec sh -c 'kill -s ${signal} -- -${pid} 2>/dev/null || kill -s ${signal} ${pid}'`
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/** One assignment on one line, whatever the value holds. */
function assignment(name: string, value: string): string {
  if (!value.includes('\n')) return `export ${name}=${quoted(value)};`
  const escaped = value.replaceAll('\\', '\\\\').replaceAll('%', '%%').replaceAll('\n', '\\n')
  // Command substitution drops newlines at the end; the underscore keeps them.
  return `${name}=$(printf ${quoted(`${escaped}_`)}); ${name}=\${${name}%_}; export ${name};`
}

/** What is written to the input: a line of values, then the text, then the mark of its end. */
export function payload(
  text: string,
  values: Readonly<Record<string, string>>,
  nonce: string,
): string {
  const line = Object.entries(values)
    .map(([name, value]) => assignment(name, value))
    .join(' ')
  return `${line}\n${text}\n#muster-end ${nonce}`
}

/** Longer than any greeting that a login shell prints before its first command. */
const MOST_BEFORE = 64 * 1024

/** Finds the mark in a stream and takes it out; what stands before and behind it goes on. */
export class MarkFilter {
  readonly #mark: RegExp
  readonly #found: (pid: number) => void
  #held = Buffer.alloc(0)
  #over = false

  constructor(nonce: string, found: (pid: number) => void) {
    this.#mark = new RegExp(`\\x1emuster ${nonce} (?<pid>\\d{1,10})\\x1e\\r?\\n`, 'u')
    this.#found = found
  }

  push(bytes: Uint8Array): Uint8Array {
    if (this.#over) return bytes
    const all = Buffer.concat([this.#held, bytes])
    // One byte a character, so that places in the text are places in the bytes.
    const match = this.#mark.exec(all.toString('latin1'))
    if (match !== null) {
      this.#over = true
      this.#held = Buffer.alloc(0)
      this.#found(Number(match.groups?.['pid']))
      return Buffer.concat([
        all.subarray(0, match.index),
        all.subarray(match.index + match[0].length),
      ])
    }
    if (all.length < MOST_BEFORE) {
      this.#held = all
      return new Uint8Array(0)
    }
    this.#over = true
    this.#held = Buffer.alloc(0)
    return all
  }

  /** What was held back when there was no mark at all. */
  rest(): Uint8Array {
    const held = this.#held
    this.#held = Buffer.alloc(0)
    this.#over = true
    return held
  }
}
