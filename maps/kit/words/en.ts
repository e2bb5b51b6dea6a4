// Every word of the screens in English. A word that is missing in one language fails the type check.
import { board } from './en/board'
import { casePanel } from './en/case'
import { common } from './en/common'
import { desk } from './en/desk'
import { intake } from './en/intake'
import { map } from './en/map'
import { shell } from './en/shell'
import { tonight } from './en/tonight'

import type { Words } from './zh'

export const en: Words = { board, casePanel, common, desk, intake, map, shell, tonight }
