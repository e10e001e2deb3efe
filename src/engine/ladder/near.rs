//! The least items: some stand in order in a row, those that came near together or the least of few; the others in a heap with
//! four children a node: shallower than a binary one, and a node's children share a cache line or two.

use std::cmp::Reverse;

use super::Item;

const ARITY: usize = 4;
/// An item is put into the row where it comes among so many of the least: moving more would cost more than the heap.
const DEEP: usize = 16;
/// So many bits of a number tell which of the items of a bucket it stands for.
const INDEX_BITS: u32 = 16;

/// Both.
#[derive(Debug)]
pub(super) struct Near<T> {
    /// The least one last.
    row: Vec<T>,
    heap: Vec<T>,
    /// Empty; kept for its memory.
    keys: Vec<u64>,
}

impl<T> Default for Near<T> {
    fn default() -> Near<T> {
        Near { row: vec![], heap: vec![], keys: vec![] }
    }
}

fn greatest_first<T: Item>(items: &mut [T]) {
    items.sort_unstable_by_key(|item| Reverse(*item));
}

impl<T: Item> Near<T> {
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.row.len() + self.heap.len()
    }

    #[inline]
    pub(super) fn first(&self) -> Option<&T> {
        match (self.row.last(), self.heap.first()) {
            (Some(standing), Some(added)) => Some(if added.before(standing) { added } else { standing }),
            (standing, added) => standing.or(added),
        }
    }

    /// Those that stand in order, the least one last.
    pub(super) fn row(&self) -> &[T] {
        &self.row
    }

    /// Takes an item in: among the least ones it goes to its place in the row, which moves few others, else into the heap.
    #[inline(never)]
    pub(super) fn place(&mut self, item: T) {
        let all = self.row.len();
        if all >= DEEP && !item.before(&self.row[all - DEEP]) {
            return self.add(item);
        }
        self.row.push(item);
        let mut gap = all;
        while gap > 0 && self.row[gap - 1].before(&item) {
            self.row[gap] = self.row[gap - 1];
            gap -= 1;
        }
        self.row[gap] = item;
    }

    /// Takes an item into the heap.
    #[inline(never)]
    pub(super) fn add(&mut self, item: T) {
        let last = self.heap.len();
        self.heap.push(item);
        self.rise(last, item);
    }

    #[inline]
    pub(super) fn pop(&mut self) -> Option<T> {
        let Some(standing) = self.row.last() else { return self.pop_added() };
        if self.heap.first().is_some_and(|added| added.before(standing)) {
            return self.pop_added();
        }
        self.row.pop()
    }

    #[inline]
    fn pop_added(&mut self) -> Option<T> {
        let last = self.heap.pop()?;
        let Some(first) = self.heap.first().copied() else { return Some(last) };
        self.sift_down(last);
        Some(first)
    }

    /// All items, in no order; none is left.
    pub(super) fn drain(&mut self) -> impl Iterator<Item = T> + '_ {
        self.row.drain(..).chain(self.heap.drain(..))
    }

    /// Takes items in where there are none; that list is empty afterwards.
    pub(super) fn replace(&mut self, items: &mut Vec<T>) {
        let positions = || items.iter().map(Item::position);
        let (Some(least), Some(greatest)) = (positions().min(), positions().max()) else { return };
        if items.len() > 1 << INDEX_BITS || greatest.abs_diff(least) >> (u64::BITS - INDEX_BITS) > 0 {
            self.row.append(items);
            return greatest_first(&mut self.row);
        }
        // How long before the last, and which it is, in one number: such are soon put in order, and each item is moved once.
        let key = |(i, item): (usize, &T)| greatest.abs_diff(item.position()) << INDEX_BITS | i as u64;
        self.keys.extend(items.iter().enumerate().map(key));
        self.keys.sort_unstable();
        let index = |key: u64| (key & ((1 << INDEX_BITS) - 1)) as usize;
        self.row.extend(self.keys.drain(..).map(|key| items[index(key)]));
        items.clear();
        self.row.chunk_by_mut(|a, b| a.position() == b.position()).for_each(greatest_first);
    }

    /// Puts an item at the top, where there is none any more, or below it. The gap goes down to where nothing is below it,
    /// and the item up from there: taken from the end of the heap, it seldom goes far.
    fn sift_down(&mut self, item: T) {
        let mut gap = 0;
        while let Some(below) = self.heap.get(gap * ARITY + 1..).and_then(<[T]>::first_chunk::<ARITY>) {
            let low = usize::from(below[1].before(&below[0]));
            let high = 2 + usize::from(below[3].before(&below[2]));
            let least = if below[high].before(&below[low]) { high } else { low };
            self.heap[gap] = below[least];
            gap = gap * ARITY + 1 + least;
        }
        // The last node has fewer.
        let first = gap * ARITY + 1;
        let below = self.heap.get(first..).unwrap_or_default();
        if let Some(least) = (0..below.len()).reduce(|a, b| if below[b].before(&below[a]) { b } else { a }) {
            self.heap[gap] = below[least];
            gap = first + least;
        }
        self.rise(gap, item);
    }

    /// Puts an item at this place, where there is none, or above it.
    #[inline]
    fn rise(&mut self, place: usize, item: T) {
        let mut gap = place;
        while gap > 0 {
            let parent = (gap - 1) / ARITY;
            if !item.before(&self.heap[parent]) {
                break;
            }
            self.heap[gap] = self.heap[parent];
            gap = parent;
        }
        self.heap[gap] = item;
    }
}
