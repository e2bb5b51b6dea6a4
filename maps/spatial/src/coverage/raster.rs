//! A raster of candidate cells in front of exact edges: a cell names the areas that may have a position in it, and
//! only where a border runs through the cell are the edges of that row asked.

use std::collections::BTreeMap;

use crate::area::Area;
use crate::position::Position;

use super::edge::{Corner, Edge, Meeting};

/// Cells for each area on average; more make fewer border cells and a larger table.
const CELLS_PER_AREA: usize = 1_024;

/// Bounds of the number of cells: few areas still get a fine raster, many do not fill the memory (8 bytes each).
const CELLS_MIN: usize = 4_096;
const CELLS_MAX: usize = 4_000_000;

#[derive(Clone, Debug)]
pub(super) struct Raster {
    grid: Grid,
    cells: Vec<Span>,
    candidates: Vec<Candidate>,
    edges: Vec<RowEdges>,
}

/// An area that may have a position of a cell; `whole` when it has every position of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    area: u32,
    whole: bool,
}

/// A part of a list.
#[derive(Clone, Copy, Debug, Default)]
struct Span {
    start: u32,
    len: u32,
}

impl Span {
    fn of<T>(self, list: &[T]) -> &[T] {
        let start = self.start as usize;
        list.get(start..start + self.len as usize).unwrap_or(&[])
    }
}

impl Raster {
    /// `areas` in the order in which they win.
    pub(super) fn new(areas: &[Area]) -> Raster {
        let grid = Grid::over(areas);
        let edges: Vec<RowEdges> = areas
            .iter()
            .map(|area| RowEdges::new(&grid, area))
            .collect();
        let mut lists: Vec<Vec<Candidate>> = vec![Vec::new(); grid.n_cells()];
        for (area, rows) in (0_u32..).zip(&edges) {
            rows.add_candidates(&grid, area, &mut lists);
        }
        let mut candidates = Vec::new();
        let mut known: BTreeMap<Vec<Candidate>, Span> = BTreeMap::new();
        let cells = lists
            .into_iter()
            .map(|list| {
                if list.is_empty() {
                    return Span::default();
                }
                if let Some(span) = known.get(&list) {
                    return *span;
                }
                let span = Span {
                    start: to_u32(candidates.len()),
                    len: to_u32(list.len()),
                };
                candidates.extend_from_slice(&list);
                known.insert(list, span);
                span
            })
            .collect();
        Raster {
            grid,
            cells,
            candidates,
            edges,
        }
    }

    pub(super) fn middle(&self) -> Option<Position> {
        self.grid.middle
    }

    /// The first area that includes a position.
    pub(super) fn first_at(&self, position: Position) -> Option<usize> {
        self.all_at(position).next()
    }

    /// All areas that include a position, in order.
    pub(super) fn all_at(&self, position: Position) -> impl Iterator<Item = usize> {
        let at = Corner::of(position);
        let cell = self.grid.cell_of(at);
        let span = cell
            .and_then(|(column, row)| self.cells.get(self.grid.index(column, row)))
            .copied();
        let row = cell.map_or(0, |(_, row)| row);
        span.unwrap_or_default()
            .of(&self.candidates)
            .iter()
            .filter_map(move |candidate| {
                let area = candidate.area as usize;
                let included = candidate.whole || self.edges.get(area)?.include(row, at);
                included.then_some(area)
            })
    }

    /// Whether one area includes a position.
    pub(super) fn includes(&self, area: usize, position: Position) -> bool {
        let at = Corner::of(position);
        let Some((_, row)) = self.grid.cell_of(at) else {
            return false;
        };
        self.edges
            .get(area)
            .is_some_and(|edges| edges.include(row, at))
    }
}

/// Square cells over all areas; their side is a power of two, so that finding one is a shift.
#[derive(Clone, Debug)]
struct Grid {
    west: i64,
    south: i64,
    shift: u32,
    n_columns: usize,
    n_rows: usize,
    middle: Option<Position>,
}

impl Grid {
    fn over(areas: &[Area]) -> Grid {
        let corners = || {
            areas
                .iter()
                .flat_map(|area| area.outline.rings().flatten())
                .copied()
                .map(Corner::of)
        };
        let xs = || corners().map(|corner| corner.x);
        let ys = || corners().map(|corner| corner.y);
        let (Some(west), Some(east), Some(south), Some(north)) =
            (xs().min(), xs().max(), ys().min(), ys().max())
        else {
            return Grid {
                west: 0,
                south: 0,
                shift: 0,
                n_columns: 0,
                n_rows: 0,
                middle: None,
            };
        };
        let n_cells_max = areas
            .len()
            .saturating_mul(CELLS_PER_AREA)
            .clamp(CELLS_MIN, CELLS_MAX);
        let count = |length: i64, shift: u32| usize::try_from(length >> shift).unwrap_or(0) + 1;
        let mut shift = 0;
        while count(east - west, shift).saturating_mul(count(north - south, shift)) > n_cells_max {
            shift += 1;
        }
        let middle = |a: i64, b: i64| i32::try_from(i64::midpoint(a, b)).ok();
        Grid {
            west,
            south,
            shift,
            n_columns: count(east - west, shift),
            n_rows: count(north - south, shift),
            middle: middle(west, east)
                .zip(middle(south, north))
                .map(|(lon_e7, lat_e7)| Position::from_steps(lon_e7, lat_e7)),
        }
    }

    fn n_cells(&self) -> usize {
        self.n_columns * self.n_rows
    }

    fn index(&self, column: usize, row: usize) -> usize {
        row * self.n_columns + column
    }

    fn cell_of(&self, at: Corner) -> Option<(usize, usize)> {
        let column = usize::try_from((at.x - self.west) >> self.shift).ok()?;
        let row = usize::try_from((at.y - self.south) >> self.shift).ok()?;
        (column < self.n_columns && row < self.n_rows).then_some((column, row))
    }

    fn column_of(&self, x: i64) -> usize {
        usize::try_from((x - self.west) >> self.shift)
            .unwrap_or(0)
            .min(self.n_columns.saturating_sub(1))
    }

    fn row_of(&self, y: i64) -> usize {
        usize::try_from((y - self.south) >> self.shift)
            .unwrap_or(0)
            .min(self.n_rows.saturating_sub(1))
    }

    /// The south-western corner of a cell.
    fn corner_of(&self, column: usize, row: usize) -> Corner {
        let along = |cells: usize| i64::try_from(cells).unwrap_or(0) << self.shift;
        Corner {
            x: self.west + along(column),
            y: self.south + along(row),
        }
    }

    /// The southern and northern bound of a row.
    fn strip(&self, row: usize) -> (i64, i64) {
        let south = self.corner_of(0, row).y;
        (south, south + (1_i64 << self.shift))
    }
}

/// The edges of one area by the rows of the raster that they reach.
#[derive(Clone, Debug)]
struct RowEdges {
    first_row: usize,
    rows: Vec<Span>,
    edges: Vec<Edge>,
}

impl RowEdges {
    fn new(grid: &Grid, area: &Area) -> RowEdges {
        let mut by_row: BTreeMap<usize, Vec<Edge>> = BTreeMap::new();
        for (a, b) in area.outline.edges() {
            let edge = Edge::between(a, b);
            for row in grid.row_of(edge.low.y)..=grid.row_of(edge.high.y) {
                by_row.entry(row).or_default().push(edge);
            }
        }
        let first_row = by_row.keys().next().copied().unwrap_or(0);
        let end_row = by_row.keys().next_back().map_or(first_row, |row| row + 1);
        let mut edges = Vec::new();
        let rows = (first_row..end_row)
            .map(|row| {
                let of_row = by_row.remove(&row).unwrap_or_default();
                let span = Span {
                    start: to_u32(edges.len()),
                    len: to_u32(of_row.len()),
                };
                edges.extend(of_row);
                span
            })
            .collect();
        RowEdges {
            first_row,
            rows,
            edges,
        }
    }

    fn of_row(&self, row: usize) -> &[Edge] {
        let span = row
            .checked_sub(self.first_row)
            .and_then(|row| self.rows.get(row));
        span.copied().unwrap_or_default().of(&self.edges)
    }

    /// Whether the area includes a position of this row: on an edge, or an odd number of edges to the east of it.
    fn include(&self, row: usize, at: Corner) -> bool {
        let mut odd = false;
        for edge in self.of_row(row) {
            match edge.meets_ray_from(at) {
                Meeting::On => return true,
                Meeting::Crosses => odd = !odd,
                Meeting::Misses => {}
            }
        }
        odd
    }

    /// Writes the area into the lists of the cells it reaches.
    fn add_candidates(&self, grid: &Grid, area: u32, lists: &mut [Vec<Candidate>]) {
        for (row, _) in (self.first_row..).zip(&self.rows) {
            let (south, north) = grid.strip(row);
            let mut bordered = vec![false; grid.n_columns];
            for edge in self.of_row(row) {
                let (west, east) = edge.x_range_between(south, north);
                for column in grid.column_of(west)..=grid.column_of(east) {
                    if let Some(cell) = bordered.get_mut(column) {
                        *cell = true;
                    }
                }
            }
            for (column, bordered) in bordered.into_iter().enumerate() {
                // No edge reaches a cell without border, so all of it lies where its corner lies.
                if !bordered && !self.include(row, grid.corner_of(column, row)) {
                    continue;
                }
                if let Some(list) = lists.get_mut(grid.index(column, row)) {
                    list.push(Candidate {
                        area,
                        whole: !bordered,
                    });
                }
            }
        }
    }
}

fn to_u32(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
