//! The least items, in a heap with four children a node: shallower than a binary one, and a node's children share a cache
//! line or two.

use super::Item;

const ARITY: usize = 4;

/// The heap.
#[derive(Debug)]
pub(super) struct Near<T> {
    heap: Vec<T>,
}

impl<T> Default for Near<T> {
    fn default() -> Near<T> {
        Near { heap: vec![] }
    }
}

impl<T: Item> Near<T> {
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.heap.len()
    }

    #[inline]
    pub(super) fn first(&self) -> Option<&T> {
        self.heap.first()
    }

    pub(super) fn items(&self) -> &[T] {
        &self.heap
    }

    #[inline(never)]
    pub(super) fn push(&mut self, item: T) {
        let last = self.heap.len();
        self.heap.push(item);
        self.rise(last, 0, item);
    }

    #[inline]
    pub(super) fn pop(&mut self) -> Option<T> {
        let last = self.heap.pop()?;
        let Some(first) = self.heap.first().copied() else { return Some(last) };
        self.sift_down(0, last);
        Some(first)
    }

    /// All items, in no order; none is left.
    pub(super) fn drain(&mut self) -> impl Iterator<Item = T> + '_ {
        self.heap.drain(..)
    }

    /// Takes items in where there are none; that list is empty afterwards.
    pub(super) fn replace(&mut self, items: &mut Vec<T>) {
        std::mem::swap(&mut self.heap, items);
        for i in (0..self.heap.len().div_ceil(ARITY)).rev() {
            self.sift_down(i, self.heap[i]);
        }
    }

    /// Puts an item at this place, where there is none any more, or below it. The gap goes down to where nothing is below
    /// it, and the item up from there: taken from the end of the heap, it seldom goes far.
    fn sift_down(&mut self, place: usize, item: T) {
        let mut gap = place;
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
        self.rise(gap, place, item);
    }

    /// Puts an item at this place, where there is none, or above it, but not above `top`.
    #[inline]
    fn rise(&mut self, place: usize, top: usize, item: T) {
        let mut gap = place;
        while gap > top {
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
