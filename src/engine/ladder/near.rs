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

    #[inline]
    pub(super) fn push(&mut self, item: T) {
        let mut i = self.heap.len();
        self.heap.push(item);
        while i > 0 {
            let parent = (i - 1) / ARITY;
            if !item.before(&self.heap[parent]) {
                break;
            }
            self.heap[i] = self.heap[parent];
            i = parent;
        }
        self.heap[i] = item;
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

    /// Puts an item at this place, where there is none any more, or below it.
    fn sift_down(&mut self, place: usize, item: T) {
        let n = self.heap.len();
        let mut i = place;
        loop {
            let first = i * ARITY + 1;
            if first >= n {
                break;
            }
            let mut least = first;
            for child in first + 1..(first + ARITY).min(n) {
                if self.heap[child].before(&self.heap[least]) {
                    least = child;
                }
            }
            if !self.heap[least].before(&item) {
                break;
            }
            self.heap[i] = self.heap[least];
            i = least;
        }
        self.heap[i] = item;
    }
}
