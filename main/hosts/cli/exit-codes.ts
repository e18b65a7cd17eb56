/** What the `muster` command says with its exit status. Documented in docs/cli.md; scripts rely on them. */
export const EXIT = {
  ok: 0,
  /** Errors in a runbook, a record that does not verify, a run that finished with failed steps. */
  problems: 1,
  /** The command line: an unknown word, a wrong value, a file or a run that is not there. */
  usage: 2,
  /** The run stopped before its end, because a step failed or because a person is needed. It stays open. */
  unfinished: 3,
  /** The run was aborted. */
  aborted: 4,
  /** The data folder is in use by another Muster, or cannot be read or written. */
  data: 5,
  /** A destructive step in live mode waits for a person's approval. The run stays open. */
  approval: 6,
  /** Nothing was started: nobody has accepted this content of the runbook yet. */
  untrusted: 7,
  /** Nothing was started: a target of the runbook was not reached. */
  unreached: 8,
  /** A mistake in Muster itself. */
  internal: 70,
  /** Ctrl-C, or the end of the terminal, at a question before anything was started. */
  interrupted: 130,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]
