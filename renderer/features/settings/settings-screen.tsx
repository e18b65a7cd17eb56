import { useState, type ReactNode } from 'react'
import type { Settings } from '../../../main/contract/requests.ts'
import { client } from '../../api/index.ts'
import { appStore, useApp } from '../../app/app-store.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { wordsOf } from '../../ui/words.ts'
import styles from './settings.module.css'

const THEMES = ['system', 'dark', 'light'] as const
const SCALES = [80, 90, 100, 110, 125, 140, 160]
const SIZES = [10, 11, 12, 13, 14, 16, 18, 20, 24]

function Folders(props: {
  readonly folders: readonly string[]
  readonly onChange: (folders: string[]) => void
}): ReactNode {
  const [path, setPath] = useState('')
  return (
    <div className={styles.folders}>
      <ul>
        {props.folders.map((folder) => (
          <li key={folder}>
            <code>{folder}</code>
            <Button
              look="quiet"
              aria-label={`Remove ${folder}`}
              onClick={() => props.onChange(props.folders.filter((other) => other !== folder))}
            >
              Remove
            </Button>
          </li>
        ))}
      </ul>
      <form
        className={styles.add}
        onSubmit={(event) => {
          event.preventDefault()
          const folder = path.trim()
          if (folder === '' || props.folders.includes(folder)) return
          props.onChange([...props.folders, folder])
          setPath('')
        }}
      >
        <Field
          label="Add a folder"
          hint="Every Markdown file in it appears in the library. Nothing runs because it is there."
        >
          {({ id, describedBy }) => (
            <input
              id={id}
              aria-describedby={describedBy}
              value={path}
              placeholder="/home/you/runbooks"
              onChange={(event) => setPath(event.target.value)}
            />
          )}
        </Field>
        <Button type="submit" disabled={path.trim() === ''}>
          Add
        </Button>
      </form>
    </div>
  )
}

function Form(props: { readonly settings: Settings; readonly children: ReactNode }): ReactNode {
  const info = useApp((state) => state.info)
  /** What was chosen and is not answered yet: a choice shows at once, or turns back when it is refused. */
  const [chosen, setChosen] = useState<Partial<Settings>>({})
  const settings = { ...props.settings, ...chosen }
  const [problem, setProblem] = useState<string>()
  const [name, setName] = useState(settings.name)
  async function change(next: Partial<Settings>): Promise<void> {
    setChosen(next)
    try {
      appStore.setState({ settings: await client.request('settings.set', next) })
      setProblem(undefined)
    } catch (error) {
      setProblem(wordsOf(error))
    } finally {
      setChosen({})
    }
  }
  return (
    <div className={styles.form}>
      <h1>Settings</h1>
      <div role="alert" className={styles.problem}>
        {problem}
      </div>
      <fieldset className={styles.themes}>
        <legend>Theme</legend>
        {THEMES.map((theme) => (
          <label key={theme}>
            <input
              type="radio"
              name="theme"
              checked={settings.theme === theme}
              onChange={() => void change({ theme })}
            />
            {theme === 'system' ? 'As the system' : theme === 'dark' ? 'Dark' : 'Light'}
          </label>
        ))}
      </fieldset>
      <Field label="Your name" hint="Who acts at this laptop, as it stands in every record.">
        {({ id, describedBy }) => (
          <input
            id={id}
            aria-describedby={describedBy}
            value={name}
            onChange={(event) => setName(event.target.value)}
            onBlur={() => name !== settings.name && void change({ name })}
          />
        )}
      </Field>
      <div className={styles.pair}>
        <Field label="Text size">
          {({ id }) => (
            <select
              id={id}
              value={settings.scale}
              onChange={(event) => void change({ scale: Number(event.target.value) })}
            >
              {SCALES.map((scale) => (
                <option key={scale} value={scale}>
                  {scale} %
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label="Terminal text size">
          {({ id }) => (
            <select
              id={id}
              value={settings.terminalFontSize}
              onChange={(event) => void change({ terminalFontSize: Number(event.target.value) })}
            >
              {SIZES.map((size) => (
                <option key={size} value={size}>
                  {size} px
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
      <h2>Library folders</h2>
      <Folders folders={settings.folders} onChange={(folders) => void change({ folders })} />
      {props.children}
      <h2>This Muster</h2>
      <dl className={styles.facts}>
        <dt>Version</dt>
        <dd>
          {info?.version} ({info?.host})
        </dd>
        <dt>Data folder</dt>
        <dd>
          <code>{info?.data}</code>
          <p className={styles.note}>
            Every run, its output and these settings. Copy it to back it up; nothing of it leaves
            this laptop by itself.
          </p>
        </dd>
        <dt>Device</dt>
        <dd>
          <code>{info?.device}</code> on {info?.hostname}
        </dd>
      </dl>
    </div>
  )
}

/** Settings of this laptop. Each takes effect at once. `children`: what other parts of the window have settings for. */
export function SettingsScreen(props: { readonly children?: ReactNode }): ReactNode {
  const settings = useApp((state) => state.settings)
  return (
    <div className={styles.screen}>
      {settings ? (
        <Form settings={settings}>{props.children}</Form>
      ) : (
        <p className={styles.form}>Reading the settings…</p>
      )}
    </div>
  )
}
