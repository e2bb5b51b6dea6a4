// Every word of the screens in Chinese. A word that is missing in one language fails the type check.
import { board } from './zh/board'
import { casePanel } from './zh/case'
import { common } from './zh/common'
import { desk } from './zh/desk'
import { intake } from './zh/intake'
import { map } from './zh/map'
import { shell } from './zh/shell'
import { tonight } from './zh/tonight'

export const zh = { board, casePanel, common, desk, intake, map, shell, tonight }
export type Words = typeof zh
