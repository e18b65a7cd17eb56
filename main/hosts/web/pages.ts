/** Pages for a person who ended up in the wrong place: what happened, and what to do. */

export interface Page {
  readonly status: number
  readonly title: string
  /** HTML of our own making; nothing of the request goes into it. */
  readonly text: string
}

const AGAIN = 'Press Enter in the terminal where Muster runs: it prints a fresh link.'

export const PAGES = {
  'bad-request': {
    status: 400,
    title: 'Not a request',
    text: 'Muster did not understand this request.',
  },
  'signed-out': {
    status: 401,
    title: 'This browser is not signed in',
    text: `Muster lets in only the browser that opened its link. ${AGAIN}`,
  },
  'dead-link': {
    status: 401,
    title: 'This link does not work any more',
    text: `A link works once, for five minutes, and only until a newer one is printed. ${AGAIN}`,
  },
  'wrong-host': {
    status: 403,
    title: 'Not this address',
    text: 'Muster answers only at its own address on this computer. From another computer, go through SSH with the same port on both sides: <code>ssh -L PORT:127.0.0.1:PORT …</code>, then open the link it printed.',
  },
  'wrong-origin': {
    status: 403,
    title: 'Not from there',
    text: 'Another site asked for this, and Muster answers only its own window.',
  },
  'not-found': {
    status: 404,
    title: 'Not found',
    text: 'There is nothing here. The window is at <a href="/">the start</a>.',
  },
  'not-allowed': {
    status: 405,
    title: 'Not allowed',
    text: 'There is nothing to send here.',
  },
  'too-many': {
    status: 429,
    title: 'Too many wrong links',
    text: 'Somebody tried many wrong links. Wait a minute, then press Enter in the terminal where Muster runs and open the fresh link.',
  },
  failed: {
    status: 500,
    title: 'Something went wrong',
    text: 'Load the page again. If it goes on, the terminal where Muster runs may say more.',
  },
} as const satisfies Readonly<Record<string, Page>>

export type PageName = keyof typeof PAGES

function document(title: string, head: string, body: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="color-scheme" content="light dark"><meta name="viewport" content="width=device-width">${head}<title>${title} · Muster</title><body style="font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:15vh auto;padding:0 1rem">${body}</body></html>`
}

export function pageText({ title, text }: Page): string {
  return document(
    title,
    '',
    `<main><h1 style="font-size:1.4rem">${title}</h1><p>${text}</p></main>`,
  )
}

/**
 * Goes on to the window by itself. After a navigation that began at another site a browser does not send a strict cookie
 * along a redirect; from a page of our own it does.
 */
export const STEPPING_STONE = document(
  'Opening',
  '<meta http-equiv="refresh" content="0; url=/">',
  '<p>Opening Muster… <a href="/">Go on</a> if nothing happens.</p>',
)
