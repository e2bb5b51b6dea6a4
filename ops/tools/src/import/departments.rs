//! Departments: `id,name,kind,jurisdictions`; no streets means all of them.

use model::background::Department;
use model::command::Command;
use model::id::DepartmentId;

use super::cell::Cells;
use super::row::{Entry, Rows, background_order};
use super::{Kind, Known};

pub(crate) const COLUMNS: &[&str] = &["id", "name", "kind", "jurisdictions"];

pub(crate) struct Departments;

impl Rows for Departments {
    type Item = Department;

    fn read(&self, cells: &mut Cells<'_>) -> Option<Department> {
        let id = cells.needed_id("id");
        let name = cells.needed_name("name");
        let kind = cells.name("kind");
        let jurisdictions = cells.streets("jurisdictions");
        Some(Department {
            id: DepartmentId(id?),
            name: name?,
            kind,
            jurisdictions,
        })
    }

    fn key(&self, item: &Department) -> (String, &'static str) {
        (item.id.0.clone(), "id")
    }

    fn is_known(&self, item: &Department, known: &Known<'_>) -> bool {
        known.tables.departments.get(&item.id).map(|one| &**one) == Some(item)
    }

    fn entries(&self, items: Vec<(Option<u64>, Department)>, known: &Known<'_>) -> Vec<Entry> {
        let departments = items.into_iter().map(|(_, one)| one).collect();
        vec![background_order(
            Kind::Departments,
            None,
            Command::ImportDepartments { departments },
            known,
        )]
    }
}
