import { settingsSchema, type Settings } from '../contract/requests.ts'
import type { Clock, SettingsStore } from '../engine/ports.ts'
import { reading, writing, type Access } from './access.ts'
import { StoreError } from './errors.ts'

const DEFAULTS: Settings = {
  theme: 'system',
  name: '',
  folders: [],
  terminalFontSize: 13,
  scale: 100,
  places: {},
}

/** The settings of one person. A row that cannot be read gives the default of that setting. */
export function createSettingsStore(access: Access, clock: Clock, user: string): SettingsStore {
  const { database } = access
  const all = database.prepare<[], { name: string; value: string }>(
    'select name, value from setting',
  )
  const save = database.prepare<[string, string]>(
    'insert into setting (name, value) values (?, ?) on conflict (name) do update set value = excluded.value',
  )
  const files = database
    .prepare<[], string>('select path from added_file order by at, path')
    .pluck()
  const addFile = database.prepare<[string, number]>(
    'insert or ignore into added_file (path, at) values (?, ?)',
  )

  function get(): Settings {
    const rows = reading(access, 'The settings could not be read', () => all.all())
    let settings: Settings = { ...DEFAULTS, name: user }
    for (const { name, value } of rows) {
      const merged = settingsSchema.safeParse({ ...settings, [name]: parseJson(value) })
      if (merged.success) settings = merged.data
    }
    return settings
  }

  return {
    get,
    set(change) {
      const set = Object.entries(change).filter(([, value]) => value !== undefined)
      const merged = settingsSchema.safeParse({ ...get(), ...Object.fromEntries(set) })
      if (!merged.success) {
        throw new StoreError(
          'invalid',
          `These settings cannot be kept: ${merged.error.issues[0]?.message ?? ''}`,
        )
      }
      writing(access, 'The settings could not be saved', () => {
        for (const [name] of set) save.run(name, JSON.stringify(Reflect.get(merged.data, name)))
      })
      return merged.data
    },
    files: () => reading(access, 'The list of added files could not be read', () => files.all()),
    addFile(path) {
      writing(access, 'The file could not be added to the library', () =>
        addFile.run(path, Math.round(clock.wall())),
      )
    },
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
