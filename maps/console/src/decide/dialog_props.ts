// What every dialog of a decision is given.
import type { CaseRow, CaseView } from '@kit/wire/wire'
import type { DecisionKind } from './decisions'

export interface DialogProps {
  kind: DecisionKind
  row: CaseRow
  whole: CaseView | null
  given: Readonly<Record<string, string>>
}
