// The case that is selected, shared by list, map and panel; it stands in the address, so that a link opens it.
import { defineStore } from 'pinia'
import { computed } from 'vue'
import { useRoute, useRouter } from 'vue-router'

export const useSelection = defineStore('selection', () => {
  const route = useRoute()
  const router = useRouter()
  const caseId = computed(() => (typeof route.query.case === 'string' ? route.query.case : null))

  function select(id: string | null): void {
    if (id === caseId.value) return
    const query = { ...route.query }
    if (id) query.case = id
    else delete query.case
    void router.replace({ query })
  }

  /** Opens a case from another page. */
  function open(id: string): void {
    void router.push({ name: 'console', query: { case: id } })
  }

  return { caseId, select, open }
})
