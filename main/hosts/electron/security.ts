import { app, session, shell, type BrowserWindow, type WebContents } from 'electron'

/** The rules of DESIGN section 8 for windows, in one place so that a test can go through them. */

/** The window's own scheme: a standard, secure origin that no web site can have. */
export const SCHEME = 'muster'
export const ORIGIN = `${SCHEME}://app`

export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  // The terminal widget sets styles on its elements.
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** The only permission a window has: putting text that the person copied on the clipboard. */
const ALLOWED_PERMISSIONS = new Set(['clipboard-sanitized-write'])
const EXTERNAL_SCHEMES = new Set(['http:', 'https:', 'mailto:'])

export const WEB_PREFERENCES = {
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  webviewTag: false,
  navigateOnDragDrop: false,
  spellcheck: false,
} as const satisfies Electron.WebPreferences

/** Whether a message really comes from the main frame of our own document. */
export function isOurFrame(event: Pick<Electron.IpcMainEvent, 'senderFrame'>): boolean {
  const frame = event.senderFrame
  return (
    frame !== null &&
    frame.parent === null &&
    new URL(frame.url).origin === new URL(`${ORIGIN}/`).origin &&
    frame.url.startsWith(`${ORIGIN}/`)
  )
}

/** Opens an address outside, when it is of a kind that cannot start a program with arguments. */
export function openOutside(address: string): void {
  if (URL.canParse(address) && EXTERNAL_SCHEMES.has(new URL(address).protocol))
    void shell.openExternal(address)
}

function lockDown(contents: WebContents): void {
  contents.on('will-navigate', (event) => event.preventDefault())
  contents.on('will-redirect', (event) => event.preventDefault())
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(({ url }) => {
    openOutside(url)
    return { action: 'deny' }
  })
}

/** Applies the rules to everything that will ever be opened. Call before the first window. */
export function applySecurity(): void {
  app.on('web-contents-created', (_event, contents) => lockDown(contents))
  session.defaultSession.setPermissionRequestHandler((_contents, permission, answer) =>
    answer(ALLOWED_PERMISSIONS.has(permission)),
  )
  session.defaultSession.setPermissionCheckHandler((_contents, permission) =>
    ALLOWED_PERMISSIONS.has(permission),
  )
  session.defaultSession.setDevicePermissionHandler(() => false)
}

/** Development tools are for developers: a packaged program has none. */
export function denyDeveloperTools(window: BrowserWindow): void {
  if (!app.isPackaged) return
  window.webContents.on('devtools-opened', () => window.webContents.closeDevTools())
}
