// Words of the frame around every page of the console, in English.
import type { shell as chinese } from '../zh/shell'

export const shell: typeof chinese = {
  pages: { console: 'Console', waiting: 'Waiting', board: 'Escalations', tonight: 'Tonight', revisits: 'Revisits', intake: 'Take a call', wall: 'Wall' },
  search: 'Find a case, street, unit or action',
  sound: 'Sound',
  soundOn: 'Sound on',
  muted: 'Muted',
  mutedLeft: 'Muted, left',
  signIn: 'Sign in',
  signInTitle: 'Sign in to the console',
  signInAgain: 'The session has ended. Sign in again: the page and what you typed stay.',
  account: 'Account',
  password: 'Password',
  signOut: 'Sign out',
  notYourPage: 'This account has no console',
  late: (seconds: number) => `Late ${seconds} s`,
  offlineBand: (since: string) => `Offline. What changed since ${since} is not known. Below is the picture from before`,
  restored: (n: number) => `Back again, ${n} caught up`,
  offlineDecision: 'No decision can be made while offline; it can as soon as the connection is back',
  language: '中文',
  themeSwitch: 'Switch theme',
  hands: (n: number, free: number) => `${n} units on duty · ${free} free`,
  beds: (n: number) => `${n} beds free`,
  keys: 'All keys',
  skip: 'Skip to the list of cases',
}
